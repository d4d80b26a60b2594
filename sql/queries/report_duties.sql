SELECT d.node, d.incident, d.duty::int8, d.due_at, d.done_at, d.waived::int::int8
  FROM capnuoc.incidents_counted($1::timestamptz, $2::timestamptz, $3::text) AS i
       JOIN capnuoc.incident_duty d ON d.node = i.node AND d.incident = i.incident
       -- a target that is waived by nobody's word on it is void: owed no more, and in no sum
 WHERE NOT (d.waived AND d.duty BETWEEN 13 AND 15
            AND NOT EXISTS (SELECT FROM capnuoc.incident_fact f
                             WHERE f.node = d.node AND f.incident = d.incident AND f.kind = 29 AND f.detail = d.duty))
 ORDER BY i.start_at, i.node, i.incident, d.duty
 LIMIT $4::int8
