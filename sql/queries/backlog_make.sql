INSERT INTO capnuoc.delivery_backlog (node, epoch, seq, upto) VALUES ($1::text, $2::int8, $3::int8, $4::int8)
