-- What became of it; nothing, when that was said before.
UPDATE capnuoc.desk_command
   SET state = $4::int8, reason = $5::text, settled_at = $6::timestamptz
 WHERE node = $1::text AND incident = $2::int8 AND key = $3::text AND state = 0
