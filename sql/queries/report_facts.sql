-- Those that a report speaks of: $5, a JSON array of kinds; $6: those of them whose words it repeats.
SELECT f.node, f.incident, f.kind::int8, f.detail::int8, f.code::int8, f.claimed_at,
       CASE WHEN f.kind IN (SELECT k::smallint FROM json_array_elements_text($6::text::json) AS k) THEN f.note ELSE '' END
  FROM capnuoc.incidents_counted($1::timestamptz, $2::timestamptz, $3::text) AS i
       JOIN capnuoc.incident_fact f ON f.node = i.node AND f.incident = i.incident
 WHERE f.kind IN (SELECT k::smallint FROM json_array_elements_text($5::text::json) AS k)
 ORDER BY i.start_at, i.node, i.incident, f.recorded_at, f.fact
 LIMIT $4::int8
