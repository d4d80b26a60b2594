-- Likewise what they belong with.
SELECT a.n, t.other, t.kind::int8
  FROM unnest(string_to_array($1::text, ' '), string_to_array($2::text, ' ')::int8[]) WITH ORDINALITY AS a(node, incident, n)
  JOIN capnuoc.incident_tie t USING (node, incident)
 ORDER BY a.n, t.other, t.kind
