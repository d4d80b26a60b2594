INSERT INTO capnuoc.delivery_cursor (node, lane, epoch, seq) VALUES ($1::text, $2::int8, $3::int8, 0)
ON CONFLICT DO NOTHING
