-- The stored step function over [$2, $3) in buckets of $6 ms that begin at $5, of whole minutes, hours or local
-- days ($8 ms each) from $4 on, as far as they are made; what lies before and after comes from the stored rows, as
-- in series_buckets.sql.  No unit lies in two buckets.  Times are ms since $5.
--
-- Minutes are whole up to 11 minutes before what their node has delivered (src/app/minutes.h), however the backlog
-- and the present mix, and from the oldest day on that was not let go.
WITH last_seen AS (
    SELECT max(node.seen) AS seen
      FROM capnuoc.point JOIN capnuoc.node ON node.id = point.node
     WHERE point.point_key = $1::int8
), oldest AS (
    SELECT (min(to_date(right(c.relname, 8), 'YYYYMMDD'))::timestamp AT TIME ZONE 'UTC') - interval '7 hours' AS day
      FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
     WHERE $8::int8 = 60000 AND i.inhparent = 'capnuoc.minute'::regclass
), head AS (
    SELECT least(greatest($4::timestamptz, oldest.day), $3::timestamptz) AS begins FROM oldest
), rolled AS (
    SELECT least((SELECT min(at) FROM capnuoc.dirty_hour
                   WHERE point_key = $1::int8 AND (recount OR $8::int8 > 60000)
                     AND at > $4::timestamptz - interval '1 hour' AND at < $3::timestamptz),
                 coalesce((SELECT at + interval '1 minute' FROM capnuoc.minute
                            WHERE $8::int8 = 60000 AND point_key = $1::int8
                              AND at >= $4::timestamptz AND at < $3::timestamptz ORDER BY at DESC LIMIT 1),
                          (SELECT at + interval '1 hour' FROM capnuoc.hour
                            WHERE $8::int8 > 60000 AND point_key = $1::int8
                              AND at >= $4::timestamptz AND at < $3::timestamptz ORDER BY at DESC LIMIT 1),
                          $4::timestamptz),
                 CASE WHEN $8::int8 = 60000 THEN (SELECT seen - interval '11 minutes' FROM last_seen) END,
                 $3::timestamptz) AS until
), whole AS (
    SELECT head.begins, greatest(head.begins,
                    until - ((floor(extract(epoch FROM until) * 1000)::int8 + 25200000) % $8::int8)
                            * interval '1 millisecond') AS ends
      FROM rolled CROSS JOIN head
), units AS (
    SELECT at, n, sum, min, max, good_ms, uncertain_ms FROM capnuoc.minute, whole
     WHERE $8::int8 = 60000 AND point_key = $1::int8 AND at >= begins AND at < ends
    UNION ALL
    SELECT at, n, sum, min, max, good_ms, uncertain_ms FROM capnuoc.hour, whole
     WHERE $8::int8 = 3600000 AND point_key = $1::int8 AND at >= $4::timestamptz AND at < ends
    UNION ALL
    SELECT at, n, sum, min, max, good_ms, uncertain_ms FROM capnuoc.day, whole
     WHERE $8::int8 = 86400000 AND point_key = $1::int8 AND at >= $4::timestamptz AND at < ends
), edges AS (
    SELECT $2::timestamptz AS begins, begins AS ends FROM head WHERE $2::timestamptz < begins
    UNION ALL
    SELECT ends, $3::timestamptz FROM whole WHERE ends < $3::timestamptz
), kept AS (
    SELECT begins, ends, at, value, quality, reason
      FROM edges CROSS JOIN LATERAL
           ((SELECT at, value, quality, reason
               FROM capnuoc.reading_all($1::int8, begins - $7::int8 * interval '1 millisecond', begins)
              ORDER BY at DESC, quality DESC, reason DESC, value DESC NULLS LAST LIMIT 1)
            UNION ALL
            (SELECT at, value, quality, reason FROM capnuoc.reading_all($1::int8, begins, ends))) AS stored
), known AS (
    SELECT floor(extract(epoch FROM seen - $5::timestamptz) * 1000)::int8 AS until_ms FROM last_seen
), steps AS (
    SELECT quality, CASE WHEN abs(value) < 1e290 THEN value END AS value,
           floor(extract(epoch FROM begins - $5::timestamptz) * 1000)::int8 AS edge_ms,
           floor(extract(epoch FROM ends - $5::timestamptz) * 1000)::int8 AS end_ms,
           floor(extract(epoch FROM at - $5::timestamptz) * 1000)::int8 AS at_ms,
           lead(floor(extract(epoch FROM at - $5::timestamptz) * 1000)::int8)
               OVER (PARTITION BY begins ORDER BY at, quality, reason, kept.value NULLS FIRST) AS next_ms
      FROM kept
), held AS (
    SELECT quality, value, greatest(at_ms, edge_ms) AS begins_ms,
           least(coalesce(next_ms, known.until_ms, at_ms), at_ms + $7::int8, end_ms) AS ends_ms
      FROM steps CROSS JOIN known
     WHERE value IS NOT NULL
), pieces AS (
    SELECT bucket, quality, value,
           least(ends_ms, (bucket + 1) * $6::int8) - greatest(begins_ms, bucket * $6::int8) AS ms
      FROM held CROSS JOIN LATERAL generate_series(begins_ms / $6::int8, (ends_ms - 1) / $6::int8) AS bucket
     WHERE ends_ms > begins_ms
), parts AS (
    SELECT floor(extract(epoch FROM at - $5::timestamptz) * 1000)::int8 / $6::int8 AS bucket, min AS low,
           max AS high, sum AS area, good_ms::int8 AS good_ms, (good_ms + uncertain_ms)::int8 AS known_ms,
           n::int8 AS n
      FROM units
    UNION ALL
    SELECT bucket, value, value, value * ms, CASE WHEN quality = 2 THEN ms ELSE 0 END, ms, 0 FROM pieces
    UNION ALL
    SELECT at_ms / $6::int8, NULL, NULL, NULL, 0, 0, 1 FROM steps WHERE at_ms >= edge_ms
), sums AS (
    SELECT bucket, min(low) AS low, max(high) AS high, sum(area) / nullif(sum(known_ms), 0)::float8 AS mean,
           sum(good_ms) AS good_ms, sum(n) AS n
      FROM parts GROUP BY bucket
)
SELECT bucket::int8, low, high, least(greatest(mean, low), high), good_ms::int8, n::int8
  FROM sums ORDER BY bucket
