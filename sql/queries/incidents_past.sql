-- Incidents as they are here: the one $13 of node $12, or with $13 = 0 those whose clock starts in [$1, $2), the last
-- first, at most $3 of them, before ($7, $8, $9); of supplier $4, of sites $5, at site $6, closed or not ($10: 0 any,
-- 1 neither closed nor part of another, 2 closed, 3 part of another), of class $11 (-1: any).  All that is in one must
-- be theirs to see; what became part of another is seen with that.
SELECT i.node, i.incident, i.opened_at, i.start_at, i.limit_ms, i.legal::int::int8, i.class::int8, i.drill::int::int8,
       i.closed::int::int8, i.unacknowledged::int::int8, i.merged_into, i.controllability::int8, i.large_said::int8,
       i.large_since, i.people, i.connections, i.hospitals::int8, i.schools::int8, i.high_rises::int8, i.expected_min,
       i.health_hazard::int::int8, i.wide::int::int8, i.source_threatened::int::int8, i.road_opened::int::int8,
       i.rural::int::int8, i.partner::int::int8
  FROM capnuoc.incident i
 WHERE CASE WHEN $13::int8 = 0
            THEN i.start_at >= $1::timestamptz AND i.start_at < $2::timestamptz
                 AND (i.start_at, i.incident, i.node) < ($7::timestamptz, $8::int8, $9::text)
            ELSE i.node = $12::text AND i.incident = $13::int8 END
       AND CASE $10::int8 WHEN 1 THEN NOT i.closed AND i.merged_into IS NULL
                          WHEN 2 THEN i.closed AND i.merged_into IS NULL
                          WHEN 3 THEN i.merged_into IS NOT NULL
                          ELSE true END
       AND ($11::int8 < 0 OR i.class = $11::int8)
       AND ($6::text = '' OR EXISTS (SELECT FROM capnuoc.incident_member m
                                      WHERE m.node = i.node AND m.incident = i.incident AND m.site = $6::text))
       AND ($4::text = '' AND $5::text = '' OR i.merged_into IS NOT NULL -- seldom: looked at closely below
            OR EXISTS (SELECT FROM capnuoc.incident_member m
                        WHERE m.node = i.node AND m.incident = i.incident
                              AND (m.zone <> '' OR m.site IN (SELECT s.id
                                                                FROM capnuoc.site s
                                                                JOIN capnuoc.system y ON y.id = s.system
                                                               WHERE ($4::text = '' OR y.supplier = $4::text)
                                                                     AND ($5::text = ''
                                                                          OR s.id = ANY (string_to_array($5::text,
                                                                                                         ' ')))))))
       AND ($4::text = '' AND $5::text = ''
            OR (WITH RECURSIVE up(incident, hops) AS (
                    SELECT i.incident, 0
                     UNION ALL
                    SELECT j.merged_into, hops + 1
                      FROM up JOIN capnuoc.incident j ON j.node = i.node AND j.incident = up.incident
                     WHERE j.merged_into IS NOT NULL AND hops < 64
                )
                SELECT bool_and((m.site <> '' OR m.zone <> '')
                                AND (m.site = ''
                                     OR EXISTS (SELECT FROM capnuoc.site s JOIN capnuoc.system y ON y.id = s.system
                                                 WHERE s.id = m.site AND ($4::text = '' OR y.supplier = $4::text)
                                                       AND ($5::text = ''
                                                            OR s.id = ANY (string_to_array($5::text, ' ')))))
                                AND (m.zone = ''
                                     OR EXISTS (SELECT FROM capnuoc.zone z JOIN capnuoc.system y ON y.id = z.system
                                                 WHERE z.id = m.zone AND ($4::text = '' OR y.supplier = $4::text)
                                                       AND ($5::text = ''
                                                            OR EXISTS (SELECT FROM capnuoc.site s
                                                                        WHERE s.system = z.system
                                                                              AND s.id = ANY (string_to_array($5::text,
                                                                                                              ' ')))))))
                  FROM capnuoc.incident_member m
                 WHERE m.node = i.node AND m.incident = (SELECT incident FROM up ORDER BY hops DESC LIMIT 1)))
 ORDER BY i.start_at DESC, i.incident DESC, i.node DESC
 LIMIT $3::int8
