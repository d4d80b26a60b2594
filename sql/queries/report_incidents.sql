-- Those that are counted, $4 at most.
SELECT i.node, i.incident, i.opened_at, i.start_at, i.due_at, i.limit_ms, i.legal::int::int8, i.class::int8, i.state::int8, i.closed::int::int8,
       i.controllability::int8, i.large_since, i.people
  FROM capnuoc.incidents_counted($1::timestamptz, $2::timestamptz, $3::text) AS i
 ORDER BY i.start_at, i.node, i.incident
 LIMIT $4::int8
