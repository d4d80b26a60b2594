-- Places that had so many incidents ($3) from $1 to before $2, with the newest of each ($5 at most): sites and zones of
-- their members.  Drills are no incidents, one that was merged has its members elsewhere, lost telemetry ($6) is no
-- trouble of the water, and neither is one whose last cause ($7) says that nothing was wrong ($8).
WITH counted AS (
    SELECT i.node, i.incident, i.start_at, i.class
      FROM capnuoc.incident i
     WHERE i.start_at >= $1::timestamptz AND i.start_at < $2::timestamptz
       AND NOT i.drill AND i.merged_into IS NULL AND i.class <> $6::int8
       AND (SELECT f.code FROM capnuoc.incident_fact f
             WHERE f.node = i.node AND f.incident = i.incident AND f.kind = $7::int8
             ORDER BY f.recorded_at DESC, f.fact LIMIT 1) IS DISTINCT FROM $8::int8
), at_places AS (
    SELECT DISTINCT c.node, c.incident, c.start_at, c.class, p.is_zone, p.place
      FROM counted c JOIN capnuoc.incident_member m USING (node, incident)
           CROSS JOIN LATERAL (VALUES (0, m.site), (1, m.zone)) AS p(is_zone, place)
     WHERE p.place <> ''
), ranked AS (
    SELECT *, count(*) OVER (PARTITION BY is_zone, place) AS times,
           row_number() OVER (PARTITION BY is_zone, place ORDER BY start_at DESC, node, incident) AS n
      FROM at_places
)
SELECT is_zone::int8, place, times, node, incident, start_at, class::int8
  FROM ranked
 WHERE times >= $3::int8 AND n <= $5::int8
 ORDER BY times DESC, is_zone, place, n LIMIT $4::int8
