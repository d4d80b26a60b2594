-- Whole local days of the points $1 (a JSON array of keys, in the order of the answer), of [$2, $3): how many have
-- any reading, sums in order of time, hours that are not made yet, units that the point had.
SELECT a.place - 1, count(d.at)::int8, sum(d.sum ORDER BY d.at), min(d.min), max(d.max),
       coalesce(sum(d.good_ms), 0)::int8, coalesce(sum(d.uncertain_ms), 0)::int8, coalesce(sum(d.within_ms), 0)::int8,
       coalesce(sum(d.outside_ms), 0)::int8, coalesce(sum(d.unjudged_ms), 0)::int8,
       (SELECT count(*) FROM capnuoc.dirty_hour h
         WHERE h.point_key = a.key AND h.at >= $2::timestamptz AND h.at < $3::timestamptz)::int8,
       (SELECT count(DISTINCT v.unit)
          FROM (SELECT unit, from_at, lead(from_at) OVER (ORDER BY from_at) AS ends
                  FROM capnuoc.point_version WHERE point_key = a.key) AS v
         WHERE v.from_at < $3::timestamptz AND (v.ends IS NULL OR v.ends > $2::timestamptz))::int8
  FROM (SELECT k.key::bigint AS key, k.place
          FROM json_array_elements_text($1::text::json) WITH ORDINALITY AS k(key, place)) AS a
       LEFT JOIN capnuoc.day d ON d.point_key = a.key AND d.at >= $2::timestamptz AND d.at < $3::timestamptz
 GROUP BY a.place, a.key
 ORDER BY a.place
