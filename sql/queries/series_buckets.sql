-- The stored step function over [$3, $4) in buckets of $5 ms.  A row holds until the next row, at most $6
-- ms; the last row holds no further than its node is known to have delivered.  A row without a value
-- holds "unknown", and so does a number that cannot be added up (MINUTE_VALUE_MAX).  Times are microseconds since $3.
WITH kept AS (
    (SELECT at, value, quality, reason
       FROM capnuoc.reading_all($1::int8, $2::timestamptz, $3::timestamptz)
      ORDER BY at DESC, quality DESC, reason DESC, value DESC NULLS LAST LIMIT 1)
    UNION ALL
    (SELECT at, value, quality, reason
       FROM capnuoc.reading_all($1::int8, $3::timestamptz, $4::timestamptz))
), known AS (
    SELECT round(date_part('epoch', max(node.seen) - $3::timestamptz) * 1e6)::int8 AS until_us
      FROM capnuoc.point JOIN capnuoc.node ON node.id = point.node
     WHERE point.point_key = $1::int8
), steps AS (
    SELECT CASE WHEN abs(value) < 1e290 THEN value END AS value, quality,
           round(date_part('epoch', at - $3::timestamptz) * 1e6)::int8 AS at_us,
           round(date_part('epoch', lead(at) OVER (ORDER BY at, quality, reason, kept.value NULLS FIRST) - $3::timestamptz) * 1e6)::int8 AS next_us
      FROM kept
), held AS (
    SELECT value, quality, at_us, greatest(at_us, 0) AS begins_us,
           least(coalesce(next_us, known.until_us, at_us), at_us + $6::int8 * 1000,
                 round(date_part('epoch', $4::timestamptz - $3::timestamptz) * 1e6)::int8) AS ends_us
      FROM steps CROSS JOIN known
), pieces AS (
    SELECT bucket, value, quality,
           (least(ends_us, (bucket + 1) * $5::int8 * 1000) - greatest(begins_us, bucket * $5::int8 * 1000))
               / ($5::int8 * 1000.0::float8) AS share
      FROM held CROSS JOIN LATERAL
           generate_series(begins_us / ($5::int8 * 1000), (ends_us - 1) / ($5::int8 * 1000)) AS bucket
     WHERE ends_us > begins_us
), sums AS (
    SELECT bucket, min(value) AS low, max(value) AS high,
           sum(value * share) / nullif(sum(share) FILTER (WHERE value IS NOT NULL), 0) AS mean,
           coalesce(sum(share) FILTER (WHERE quality = 2 AND value IS NOT NULL), 0) AS good
      FROM pieces GROUP BY bucket
), counts AS (
    SELECT at_us / ($5::int8 * 1000) AS bucket, count(*) AS n FROM steps WHERE at_us >= 0 GROUP BY 1
)
SELECT bucket::int8, low, high, least(greatest(mean, low), high), coalesce(good, 0), coalesce(n, 0)::int8
  FROM sums FULL JOIN counts USING (bucket)
 ORDER BY bucket
