-- Steps that wait for node $1, in the order they were told, at most $2.
SELECT incident, key, from_node, told_at, by_kind::int8, by_name, by_address, body
  FROM capnuoc.desk_command
 WHERE node = $1::text AND state = 0
 ORDER BY told_at, incident, key
 LIMIT $2::int8
