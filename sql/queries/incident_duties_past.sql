-- Likewise what was owed; void is a target that is waived by nobody's word on it.
SELECT a.n, d.duty::int8, d.since, d.due_at, d.done_at, d.recorded_at, d.waived::int::int8, d.who,
       (d.waived AND d.duty BETWEEN 13 AND 15
        AND NOT EXISTS (SELECT FROM capnuoc.incident_fact f
                         WHERE f.node = d.node AND f.incident = d.incident AND f.kind = 29 AND f.detail = d.duty))::int::int8
  FROM unnest(string_to_array($1::text, ' '), string_to_array($2::text, ' ')::int8[]) WITH ORDINALITY AS a(node, incident, n)
  JOIN capnuoc.incident_duty d USING (node, incident)
 ORDER BY a.n, d.duty
