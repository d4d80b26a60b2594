-- What was handed over for the incident $2 of node $1, the newest first, at most $4; only that of the key $3, when it is not ''.
SELECT key, from_node, step::int8, state::int8, reason, who, note, claimed_at, told_at, settled_at, body
  FROM capnuoc.desk_command
 WHERE node = $1::text AND incident = $2::int8 AND ($3::text = '' OR key = $3::text)
 ORDER BY told_at DESC, key
 LIMIT $4::int8
