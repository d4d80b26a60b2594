-- Likewise what was owed.
SELECT a.n, d.duty::int8, d.since, d.due_at, d.done_at, d.recorded_at, d.waived::int::int8, d.who
  FROM unnest(string_to_array($1::text, ' '), string_to_array($2::text, ' ')::int8[]) WITH ORDINALITY AS a(node, incident, n)
  JOIN capnuoc.incident_duty d USING (node, incident)
 ORDER BY a.n, d.duty
