SELECT m.node, m.incident, m.member, m.class::int8, m.confirmed::int::int8, m.loosened::int::int8, m.start_at, m.repaired_at, m.claimed_at,
       m.repair_confirmed_at, m.restored_at, p.supplier, p.area
  FROM capnuoc.incidents_counted($1::timestamptz, $2::timestamptz, $3::text) AS i
       JOIN capnuoc.incident_member m ON m.node = i.node AND m.incident = i.incident
       JOIN capnuoc.member_place p ON p.node = m.node AND p.member = m.member AND p.incident = m.incident
 ORDER BY i.start_at, i.node, i.incident, m.member
 LIMIT $4::int8
