-- Points of other nodes than $3, of supplier $4 ('': any), whose parameter is one of $5 (a JSON array), as report_water has them, of
-- [$1, $2): those that were judged first, else by node, site and id; at most $6.
SELECT p.node, p.id, p.name, p.site, s.name, p.parameter, p.unit, p.manual::int::int8, d.*,
       (SELECT count(*) FROM capnuoc.dirty_hour h
         WHERE h.point_key = p.point_key AND h.at >= $1::timestamptz AND h.at < $2::timestamptz)::int8,
       (SELECT count(DISTINCT v.unit)
          FROM (SELECT unit, from_at, lead(from_at) OVER (ORDER BY from_at) AS ends
                  FROM capnuoc.point_version WHERE point_key = p.point_key) AS v
         WHERE v.from_at < $2::timestamptz AND (v.ends IS NULL OR v.ends > $1::timestamptz))::int8
  FROM capnuoc.point p
       JOIN capnuoc.site s ON s.id = p.site
       JOIN capnuoc.system y ON y.id = s.system,
       LATERAL (SELECT count(d.at)::int8, sum(d.sum ORDER BY d.at), min(d.min), max(d.max),
                       coalesce(sum(d.good_ms), 0)::int8, coalesce(sum(d.uncertain_ms), 0)::int8,
                       coalesce(sum(d.within_ms), 0)::int8 AS within, coalesce(sum(d.outside_ms), 0)::int8 AS outside,
                       coalesce(sum(d.unjudged_ms), 0)::int8
                  FROM capnuoc.day d
                 WHERE d.point_key = p.point_key AND d.at >= $1::timestamptz AND d.at < $2::timestamptz) AS d
 WHERE p.node <> $3::text AND p.retired_at IS NULL AND ($4::text = '' OR y.supplier = $4::text)
   AND p.parameter IN (SELECT json_array_elements_text($5::text::json))
 ORDER BY d.within + d.outside > 0 DESC, p.node, p.site, p.id
 LIMIT $6::int8
