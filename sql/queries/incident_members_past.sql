-- The members of incidents $2 of nodes $1, texts with blanks between, each with the place of its incident in these.
SELECT a.n, m.member, m.point_key, m.cause, m.class::int8, m.evidence::int8, m.confirmed::int::int8,
       m.loosened::int::int8, m.apart::int::int8, m.clock_unsure::int::int8, m.step::int8, m.start_at, m.evident_at,
       m.cleared_at, m.repaired_at, m.claimed_at, m.repair_confirmed_at, m.restored_at, m.step_size, m.site, m.zone
  FROM unnest(string_to_array($1::text, ' '), string_to_array($2::text, ' ')::int8[]) WITH ORDINALITY AS a(node, incident, n)
  JOIN capnuoc.incident_member m USING (node, incident)
 ORDER BY a.n, m.evident_at, m.member
