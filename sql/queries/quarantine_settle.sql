-- One row, unless somebody else was quicker.
UPDATE capnuoc.quarantine SET settled = $5::text, settled_by = $6::text, settled_at = $7::timestamptz
 WHERE node = $1::text AND lane = $2::int8 AND epoch = $3::int8 AND seq = $4::int8 AND settled IS NULL
RETURNING seq
