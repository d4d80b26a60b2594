-- What became of the messages about incident $2 of node $1, in the order in which they were made.
SELECT l.kind::int8, l.n, l.recipient, l.channel::int8, l.state::int8, l.tries::int8, l.made_at, l.settled_at, l.said
  FROM capnuoc.incident_letter l
 WHERE l.node = $1::text AND l.incident = $2::int8
 ORDER BY l.made_at, l.kind, l.n, l.recipient, l.channel
 LIMIT $3::int8
