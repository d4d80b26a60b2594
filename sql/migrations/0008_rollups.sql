-- Roll-ups of the stored step function: a reading holds until the next one of its point, for two hours at most.
-- Minutes come from the node with its readings; hours and local days (UTC+7) are made here, of minutes.
--
-- sum is of value x ms, over the time in which a number was held; of minutes in order of time, so that it is the
-- same however the work was cut.  good_ms and uncertain_ms say how long a number of that quality was held; the
-- rest of the time was bad, or nobody knows.  n: readings that begin in it.  min, max, first, last: of what was
-- held for any time; null: no number was.

CREATE TABLE capnuoc.minute (
    point_key    bigint           NOT NULL,
    at           timestamptz      NOT NULL,
    n            integer          NOT NULL,
    sum          double precision NOT NULL,
    min          double precision,
    max          double precision,
    first        double precision,
    last         double precision,
    good_ms      integer          NOT NULL,
    uncertain_ms integer          NOT NULL,
    PRIMARY KEY (point_key, at)
) PARTITION BY RANGE (at);

CREATE TABLE capnuoc.hour (LIKE capnuoc.minute INCLUDING ALL);
CREATE TABLE capnuoc.day (LIKE capnuoc.minute INCLUDING ALL);

-- Hours that are not made yet, or no longer true.  recount: its minutes are to be made again, of the stored
-- readings.
CREATE TABLE capnuoc.dirty_hour (
    point_key bigint      NOT NULL,
    at        timestamptz NOT NULL,
    recount   boolean     NOT NULL,
    PRIMARY KEY (point_key, at)
);
CREATE INDEX dirty_hour_at ON capnuoc.dirty_hour (at);

-- Makes the partition of one local day of a table, beside it, and attaches it (0001_first.sql says why).  True when
-- it was made now.
CREATE FUNCTION capnuoc.make_day_of(parent text, day date) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    partition_name text := parent || '_' || to_char(day, 'YYYYMMDD');
BEGIN
    IF day IS NULL OR day < DATE '2000-01-01' OR day >= DATE '2100-01-01' THEN
        RAISE EXCEPTION 'no partition is made for the day %: it is outside 2000 to 2099', day
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF to_regclass('capnuoc.' || partition_name) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('capnuoc.make_' || parent || '_day'));
    IF to_regclass('capnuoc.' || partition_name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE capnuoc.%I (LIKE capnuoc.%I INCLUDING CONSTRAINTS INCLUDING INDEXES)',
                   partition_name, parent);
    EXECUTE format('ALTER TABLE capnuoc.%I ATTACH PARTITION capnuoc.%I FOR VALUES FROM (%L) TO (%L)', parent,
                   partition_name, capnuoc.local_midnight(day), capnuoc.local_midnight(day + 1));
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION capnuoc.make_reading_day(day date) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '2s'
AS $$
BEGIN
    RETURN capnuoc.make_day_of('reading', day);
END
$$;

CREATE FUNCTION capnuoc.make_minute_day(day date) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '2s'
AS $$
BEGIN
    RETURN capnuoc.make_day_of('minute', day);
END
$$;

-- ---------------------------------------------------------------- late readings

-- A node's own readings come in order, and it says itself what is late; its sessions set capnuoc.in_order.
-- Whatever else is inserted (out of quarantine, by hand) changes what is held for two hours.
CREATE FUNCTION capnuoc.reading_is_late() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO capnuoc.dirty_hour (point_key, at, recount)
    SELECT NEW.point_key, h, true
      FROM generate_series(date_trunc('hour', NEW.at, 'UTC'), NEW.at + interval '2 hours',
                           interval '1 hour') AS h
        ON CONFLICT (point_key, at) DO UPDATE SET recount = true WHERE NOT dirty_hour.recount;
    RETURN NULL;
END
$$;

CREATE TRIGGER reading_is_late AFTER INSERT ON capnuoc.reading FOR EACH ROW
    WHEN (current_setting('capnuoc.in_order', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION capnuoc.reading_is_late();

-- What was stored before there were roll-ups.
INSERT INTO capnuoc.dirty_hour (point_key, at, recount)
SELECT DISTINCT point_key, begins + later * interval '1 hour', true
  FROM (SELECT DISTINCT point_key, date_trunc('hour', at, 'UTC') AS begins FROM capnuoc.reading) AS stored
       CROSS JOIN generate_series(0, 2) AS later;

-- ---------------------------------------------------------------- hours and days

-- The sixty minutes of a past hour, made of the stored readings; the very same numbers as judge/minute.c makes
-- while they pass: one product for each reading and minute, added in order of time.  Of readings with one
-- instant the greatest by quality, reason, number holds.  1e290: MINUTE_VALUE_MAX.
CREATE FUNCTION capnuoc.minutes_of_readings(which bigint, begins timestamptz) RETURNS SETOF capnuoc.minute
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
       coalesce(good_ms, 0)::integer, coalesce(uncertain_ms, 0)::integer
  FROM generate_series(0, 59) AS m LEFT JOIN sums USING (m) LEFT JOIN counts USING (m)
$$;

-- All sixty, also those of which nothing is known: a node that tells a minute again after a restart tells what it
-- knew, and must not fill them.
CREATE FUNCTION capnuoc.recount_minutes(which bigint, begins timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM capnuoc.make_minute_day(capnuoc.local_day(begins));
    DELETE FROM capnuoc.minute
     WHERE point_key = which AND at >= begins AND at < begins + interval '1 hour';
    INSERT INTO capnuoc.minute SELECT * FROM capnuoc.minutes_of_readings(which, begins);
END
$$;

CREATE FUNCTION capnuoc.roll_hour(which bigint, begins timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM capnuoc.hour WHERE point_key = which AND at = begins;
    INSERT INTO capnuoc.hour (point_key, at, n, sum, min, max, first, last, good_ms, uncertain_ms)
    SELECT which, begins, sum(n), sum(sum ORDER BY at), min(min), max(max),
           (array_agg(first ORDER BY at) FILTER (WHERE first IS NOT NULL))[1],
           (array_agg(last ORDER BY at DESC) FILTER (WHERE last IS NOT NULL))[1],
           sum(good_ms), sum(uncertain_ms)
      FROM capnuoc.minute
     WHERE point_key = which AND at >= begins AND at < begins + interval '1 hour'
    HAVING sum(n + good_ms + uncertain_ms) > 0;
END
$$;

CREATE FUNCTION capnuoc.roll_day(which bigint, begins timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM capnuoc.day WHERE point_key = which AND at = begins;
    INSERT INTO capnuoc.day (point_key, at, n, sum, min, max, first, last, good_ms, uncertain_ms)
    SELECT which, begins, sum(n), sum(sum ORDER BY at), min(min), max(max),
           (array_agg(first ORDER BY at) FILTER (WHERE first IS NOT NULL))[1],
           (array_agg(last ORDER BY at DESC) FILTER (WHERE last IS NOT NULL))[1],
           sum(good_ms), sum(uncertain_ms)
      FROM capnuoc.hour
     WHERE point_key = which AND at >= begins AND at < begins + interval '1 day'
    HAVING count(*) > 0;
END
$$;

-- Makes at most so many dirty hours, oldest first, and the days they are in; says how many.  One at a time does
-- this: a day is made of all its hours.  An hour is made when its node has delivered everything of it: 12
-- minutes after its end, because a node tells a minute up to ten minutes late (src/app/minutes.h).
CREATE FUNCTION capnuoc.roll_up(budget integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '2s'
AS $$
DECLARE
    ready CONSTANT interval := interval '72 minutes';
    dirty record;
    done integer := 0;
    keys bigint[] := '{}';
    days date[] := '{}';
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('capnuoc.roll_up')) THEN
        RETURN 0;
    END IF;
    FOR dirty IN
        SELECT d.point_key, d.at, d.recount
          FROM capnuoc.dirty_hour AS d JOIN capnuoc.point USING (point_key)
               JOIN capnuoc.node ON node.id = point.node
         WHERE d.at <= (SELECT max(seen) FROM capnuoc.node) - ready AND d.at <= node.seen - ready
         ORDER BY d.at, d.point_key LIMIT budget
           FOR UPDATE OF d SKIP LOCKED
    LOOP
        IF dirty.recount THEN
            PERFORM capnuoc.recount_minutes(dirty.point_key, dirty.at);
        END IF;
        PERFORM capnuoc.roll_hour(dirty.point_key, dirty.at);
        DELETE FROM capnuoc.dirty_hour WHERE point_key = dirty.point_key AND at = dirty.at;
        keys := keys || dirty.point_key;
        days := days || capnuoc.local_day(dirty.at);
        done := done + 1;
    END LOOP;
    PERFORM capnuoc.roll_day(point_key, (to_char(day, 'YYYY-MM-DD') || ' 00:00:00+07')::timestamptz)
       FROM (SELECT DISTINCT point_key, day FROM unnest(keys, days) AS made(point_key, day)) AS made;
    RETURN done;
END
$$;

-- ---------------------------------------------------------------- who may do what

REVOKE ALL ON FUNCTION capnuoc.make_day_of(text, date), capnuoc.make_minute_day(date), capnuoc.reading_is_late(),
    capnuoc.minutes_of_readings(bigint, timestamptz), capnuoc.recount_minutes(bigint, timestamptz),
    capnuoc.roll_hour(bigint, timestamptz), capnuoc.roll_day(bigint, timestamptz), capnuoc.roll_up(integer)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION capnuoc.make_minute_day(date), capnuoc.roll_up(integer) TO capnuoc_maintenance;
GRANT INSERT ON capnuoc.minute TO capnuoc_writer;
GRANT SELECT, INSERT, UPDATE ON capnuoc.dirty_hour TO capnuoc_writer;
GRANT SELECT ON capnuoc.minute, capnuoc.hour, capnuoc.day, capnuoc.dirty_hour TO capnuoc_reader;
