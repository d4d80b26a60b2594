SELECT d.node, d.incident, d.duty::int8, d.due_at, d.done_at, d.waived::int::int8
  FROM capnuoc.incidents_counted($1::timestamptz, $2::timestamptz, $3::text) AS i
       JOIN capnuoc.incident_duty d ON d.node = i.node AND d.incident = i.incident
 ORDER BY i.start_at, i.node, i.incident, d.duty
 LIMIT $4::int8
