INSERT INTO capnuoc.quarantine (node, lane, epoch, seq, reason, body, at)
VALUES ($1::text, $2::int8, $3::int8, $4::int8, $5::text, $6::bytea, $7::timestamptz)
ON CONFLICT DO NOTHING
