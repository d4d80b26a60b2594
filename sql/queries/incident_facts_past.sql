-- Likewise what was told of them.
SELECT a.n, f.kind::int8, f.source::int8, f.detail::int8, f.code::int8, f.about, f.claimed_at, f.recorded_at, f.who,
       f.note
  FROM unnest(string_to_array($1::text, ' '), string_to_array($2::text, ' ')::int8[]) WITH ORDINALITY AS a(node, incident, n)
  JOIN capnuoc.incident_fact f USING (node, incident)
 ORDER BY a.n, f.recorded_at, f.kind, f.claimed_at, f.fact
