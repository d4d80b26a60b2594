-- How long a value was within its limits, outside, or held to none; the rest of the time is unknown.
--
-- Null: nobody knows any more.  Verdicts are counted while readings pass, by the limits of their day; they are not
-- stored with the readings, so a minute that is made of those again has none, nor has one from before this version.
-- Hours and days add up the minutes that have some.

ALTER TABLE capnuoc.minute ADD COLUMN within_ms integer, ADD COLUMN outside_ms integer, ADD COLUMN unjudged_ms integer;
ALTER TABLE capnuoc.hour ADD COLUMN within_ms integer, ADD COLUMN outside_ms integer, ADD COLUMN unjudged_ms integer;
ALTER TABLE capnuoc.day ADD COLUMN within_ms integer, ADD COLUMN outside_ms integer, ADD COLUMN unjudged_ms integer;

-- As in 0008_rollups.sql, with the columns that follow.
CREATE OR REPLACE FUNCTION capnuoc.minutes_of_readings(which bigint, begins timestamptz) RETURNS SETOF capnuoc.minute
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
WITH stored AS (
    (SELECT at, value, quality, reason
       FROM capnuoc.reading_all(which, begins - interval '2 hours', begins)
      ORDER BY at DESC, quality DESC, reason DESC, value DESC NULLS LAST LIMIT 1)
    UNION ALL
    (SELECT at, value, quality, reason
       FROM capnuoc.reading_all(which, begins, begins + interval '1 hour'))
), steps AS (
    SELECT row_number() OVER placed AS place, quality,
           CASE WHEN abs(value) < 1e290 THEN value END AS v,
           floor(extract(epoch FROM at - begins) * 1000)::int8 AS at_ms,
           lead(floor(extract(epoch FROM at - begins) * 1000)::int8) OVER placed AS next_ms
      FROM stored
    WINDOW placed AS (ORDER BY at, quality, reason, value NULLS FIRST)
), held AS (
    SELECT place, quality, v, greatest(at_ms, 0) AS begins_ms,
           least(next_ms, at_ms + 7200000, 3600000) AS ends_ms
      FROM steps
     WHERE v IS NOT NULL
), pieces AS (
    SELECT place, quality, v, m,
           least(ends_ms, (m + 1) * 60000) - greatest(begins_ms, m * 60000) AS dt_ms
      FROM held CROSS JOIN LATERAL generate_series(begins_ms / 60000, (ends_ms - 1) / 60000) AS m
     WHERE ends_ms > begins_ms
), sums AS (
    SELECT m, sum(v * dt_ms::float8 ORDER BY place) AS sum, min(v) AS min, max(v) AS max,
           (array_agg(v ORDER BY place))[1] AS first, (array_agg(v ORDER BY place DESC))[1] AS last,
           coalesce(sum(dt_ms) FILTER (WHERE quality = 2), 0) AS good_ms,
           coalesce(sum(dt_ms) FILTER (WHERE quality <> 2), 0) AS uncertain_ms
      FROM pieces GROUP BY m
), counts AS (
    SELECT at_ms / 60000 AS m, count(*) AS n FROM steps WHERE at_ms >= 0 GROUP BY 1
)
SELECT which, begins + m * interval '1 minute', coalesce(n, 0)::integer, coalesce(sum, 0), min, max, first, last,
       coalesce(good_ms, 0)::integer, coalesce(uncertain_ms, 0)::integer,
       NULL::integer, NULL::integer, NULL::integer
  FROM generate_series(0, 59) AS m LEFT JOIN sums USING (m) LEFT JOIN counts USING (m)
$$;

CREATE OR REPLACE FUNCTION capnuoc.roll_hour(which bigint, begins timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM capnuoc.hour WHERE point_key = which AND at = begins;
    INSERT INTO capnuoc.hour (point_key, at, n, sum, min, max, first, last, good_ms, uncertain_ms,
                             within_ms, outside_ms, unjudged_ms)
    SELECT which, begins, sum(n), sum(sum ORDER BY at), min(min), max(max),
           (array_agg(first ORDER BY at) FILTER (WHERE first IS NOT NULL))[1],
           (array_agg(last ORDER BY at DESC) FILTER (WHERE last IS NOT NULL))[1],
           sum(good_ms), sum(uncertain_ms), sum(within_ms), sum(outside_ms), sum(unjudged_ms)
      FROM capnuoc.minute
     WHERE point_key = which AND at >= begins AND at < begins + interval '1 hour'
    HAVING sum(n + good_ms + uncertain_ms) > 0;
END
$$;

CREATE OR REPLACE FUNCTION capnuoc.roll_day(which bigint, begins timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM capnuoc.day WHERE point_key = which AND at = begins;
    INSERT INTO capnuoc.day (point_key, at, n, sum, min, max, first, last, good_ms, uncertain_ms,
                             within_ms, outside_ms, unjudged_ms)
    SELECT which, begins, sum(n), sum(sum ORDER BY at), min(min), max(max),
           (array_agg(first ORDER BY at) FILTER (WHERE first IS NOT NULL))[1],
           (array_agg(last ORDER BY at DESC) FILTER (WHERE last IS NOT NULL))[1],
           sum(good_ms), sum(uncertain_ms), sum(within_ms), sum(outside_ms), sum(unjudged_ms)
      FROM capnuoc.hour
     WHERE point_key = which AND at >= begins AND at < begins + interval '1 day'
    HAVING count(*) > 0;
END
$$;
