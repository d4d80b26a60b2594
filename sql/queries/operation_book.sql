-- The lines of an operation book: what was told or seen in [$1, $2) at site $6 or, with $7, in that system, as far as
-- supplier $4 and sites $5 say who asks; the first $3.  An incident is told whole or not at all.  kind 1: a fact of an
-- incident; 2: a service; 3: a meter exchanged; 4: a mode that began; 5: one that ended.
WITH place AS MATERIALIZED (
    SELECT s.id, s.name
      FROM capnuoc.site s JOIN capnuoc.system y ON y.id = s.system
     WHERE ($6::text = '' OR s.id = $6::text) AND ($7::text = '' OR y.id = $7::text)
           AND ($4::text = '' OR y.supplier = $4::text)
           AND ($5::text = '' OR s.id = ANY (string_to_array($5::text, ' ')))
), seen AS MATERIALIZED (
    SELECT s.id FROM capnuoc.site s JOIN capnuoc.system y ON y.id = s.system
     WHERE ($4::text = '' OR y.supplier = $4::text)
           AND ($5::text = '' OR s.id = ANY (string_to_array($5::text, ' ')))
), region AS MATERIALIZED (
    SELECT z.id, z.name, $6::text = '' AND z.system = $7::text AS here
      FROM capnuoc.zone z JOIN capnuoc.system y ON y.id = z.system
     WHERE ($4::text = '' OR y.supplier = $4::text)
           AND ($5::text = '' OR EXISTS (SELECT FROM capnuoc.site s
                                          WHERE s.system = z.system AND s.id = ANY (string_to_array($5::text, ' '))))
), near AS MATERIALIZED (
    SELECT DISTINCT m.node, m.incident FROM capnuoc.incident_member m
     WHERE m.site IN (SELECT id FROM place) OR m.zone IN (SELECT id FROM region WHERE here)
), told AS (
    SELECT m.node, m.incident, string_agg(DISTINCT coalesce(p.name, r.name), ', ') AS place
      FROM near JOIN capnuoc.incident_member m USING (node, incident)
      LEFT JOIN place p ON p.id = m.site
      LEFT JOIN region r ON r.id = m.zone AND r.here
     GROUP BY m.node, m.incident
    HAVING bool_or(p.id IS NOT NULL OR r.id IS NOT NULL)
           AND ($4::text = '' AND $5::text = ''
                OR bool_and((m.site <> '' OR m.zone <> '')
                            AND (m.site = '' OR m.site IN (SELECT id FROM seen))
                            AND (m.zone = '' OR m.zone IN (SELECT id FROM region))))
), spot AS MATERIALIZED (
    SELECT p.point_key, p.id, p.name, p.wire, p.device, p.unit, c.id AS site, c.name AS place
      FROM capnuoc.point p JOIN place c ON c.id = p.site
)
SELECT * FROM (
    SELECT f.claimed_at AS at, 1::int8 AS kind, f.node, f.incident::text AS subject, t.place, f.kind::int8 AS word,
           f.detail::int8 AS detail, f.code::int8 AS code, NULL::float8 AS value, NULL::float8 AS other, f.who, f.note,
           i.drill::int::int8 AS drill, f.recorded_at AS recorded
      FROM told t
      JOIN capnuoc.incident i USING (node, incident)
      JOIN capnuoc.incident_fact f USING (node, incident)
     WHERE f.claimed_at >= $1::timestamptz AND f.claimed_at < $2::timestamptz
     UNION ALL
    SELECT v.at, 2, v.node, s.name, s.place, 0, 0, 0, v.counter, NULL, v.who, v.note, 0, v.entered_at
      FROM capnuoc.service v JOIN spot s USING (point_key)
     WHERE v.at >= $1::timestamptz AND v.at < $2::timestamptz
     UNION ALL
    SELECT x.at, 3, x.node, s.name, s.place, 0, 0, 0, x.old_end, x.new_start, x.who, x.note, 0, x.entered_at
      FROM capnuoc.meter_exchange x JOIN spot s USING (point_key)
     WHERE x.at >= $1::timestamptz AND x.at < $2::timestamptz
     UNION ALL
    SELECT CASE e.kind WHEN 4 THEN m.began_at ELSE m.ended_at END, e.kind, m.node, w.name, w.place, m.kind, m.ended_as,
           0, NULL, NULL, CASE e.kind WHEN 4 THEN m.who ELSE m.ended_by END,
           CASE e.kind WHEN 4 THEN m.why ELSE m.end_why END, (m.kind = 4)::int,
           CASE e.kind WHEN 4 THEN m.began_at ELSE m.ended_at END
      FROM capnuoc.mode m
      JOIN LATERAL (SELECT c.name AS name, c.name AS place FROM place c WHERE m.place = 1 AND c.id = m.subject
                     UNION
                    SELECT s.device, s.place FROM spot s
                     WHERE m.place = 2 AND m.subject IN (s.device, s.wire || '/' || s.device)
                     UNION
                    SELECT s.name, s.place FROM spot s WHERE m.place = 3 AND s.id = m.subject
                     LIMIT 1) w ON true
     CROSS JOIN (VALUES (4::int8), (5::int8)) e(kind)
     WHERE CASE e.kind WHEN 4 THEN m.began_at ELSE m.ended_at END >= $1::timestamptz
           AND CASE e.kind WHEN 4 THEN m.began_at ELSE m.ended_at END < $2::timestamptz
) l
 ORDER BY at, kind, node, subject, word
 LIMIT $3::int8
