-- Closed days in little room, what is kept for ever, and what maintenance may do about both.
--
-- Readings stand in one of three places and capnuoc.reading_all reads them as one: raw partitions of a local
-- day, packed rows, kept rows.  Packing and forgetting move whole rows, in one transaction each.

-- ---------------------------------------------------------------- where they stand

-- One row is an hour of a point, or several hours, up to the local day, when it has few readings: so many that
-- there are some hundred.  (PostgreSQL compresses no row below 2 kB.)  Arrays run in the order of time.
-- The first reading is at begins + first_ms; each is every_ms and step_hi * 65536 + step_lo + 32768 ms after the
-- one before, the first one's step being 0.  A value is one of
--   scaled    n / 10^digits: n begins with base and each delta_hi * 65536 + delta_lo is added to it
--   singles   exact in 32 bits
--   doubles   anything
-- with null where there is none.  code is 256 * quality + reason, codes when they differ.  An array of nothing
-- but 0 is null.
CREATE TABLE capnuoc.packed (
    point_key bigint      NOT NULL,
    begins    timestamptz NOT NULL,
    base      bigint,
    first_ms  integer     NOT NULL, -- of the first reading, from begins
    last_ms   integer     NOT NULL, -- of the last
    every_ms  integer     NOT NULL,
    digits    smallint,
    code      smallint,
    step_lo   smallint[]  NOT NULL,
    step_hi   smallint[],
    delta_lo  smallint[],
    delta_hi  smallint[],
    singles   real[],
    doubles   double precision[],
    codes     smallint[],
    PRIMARY KEY (point_key, begins)
) PARTITION BY RANGE (begins);

-- MAIN: compressed in the row, not beside it.
ALTER TABLE capnuoc.packed
    ALTER COLUMN step_lo SET STORAGE MAIN, ALTER COLUMN step_hi SET STORAGE MAIN,
    ALTER COLUMN delta_lo SET STORAGE MAIN, ALTER COLUMN delta_hi SET STORAGE MAIN,
    ALTER COLUMN singles SET STORAGE MAIN, ALTER COLUMN doubles SET STORAGE MAIN,
    ALTER COLUMN codes SET STORAGE MAIN;
DO $$
BEGIN
    ALTER TABLE capnuoc.packed
        ALTER COLUMN step_lo SET COMPRESSION lz4, ALTER COLUMN step_hi SET COMPRESSION lz4,
        ALTER COLUMN delta_lo SET COMPRESSION lz4, ALTER COLUMN delta_hi SET COMPRESSION lz4,
        ALTER COLUMN singles SET COMPRESSION lz4, ALTER COLUMN doubles SET COMPRESSION lz4,
        ALTER COLUMN codes SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'this PostgreSQL has no lz4: packed days are compressed by pglz';
END
$$;

-- Readings of [from_at, until_at) that are kept whatever is forgotten, and why.
CREATE TABLE capnuoc.kept_window (
    point_key bigint      NOT NULL,
    from_at   timestamptz NOT NULL,
    until_at  timestamptz NOT NULL,
    why       text        NOT NULL,
    PRIMARY KEY (point_key, from_at, until_at),
    CONSTRAINT kept_window_has_length CHECK (until_at > from_at)
);

-- Rows of kept windows whose day was packed or forgotten, and those that no packing gives back exactly.
CREATE TABLE capnuoc.reading_kept (LIKE capnuoc.reading INCLUDING CONSTRAINTS);
CREATE INDEX reading_kept_point_at ON capnuoc.reading_kept (point_key, at);

-- ---------------------------------------------------------------- reading

CREATE FUNCTION capnuoc.unpack(begins timestamptz, first_ms integer, every_ms integer, base bigint, digits smallint,
                               code smallint, step_lo smallint[], step_hi smallint[], delta_lo smallint[],
                               delta_hi smallint[], singles real[], doubles double precision[], codes smallint[])
    RETURNS TABLE (at timestamptz, value double precision, quality smallint, reason smallint)
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT begins + (first_ms + (e.i - 1) * every_ms + sum(coalesce(e.sh, 0) * 65536 + e.sl + 32768) OVER w)
                * interval '1 millisecond',
       CASE WHEN digits IS NULL THEN coalesce(e.d, e.s::double precision)
            WHEN delta_lo IS NULL OR e.dl IS NOT NULL
            THEN (base + coalesce(sum(coalesce(e.dh, 0) * 65536 + e.dl) OVER w, 0))::double precision
                 / power(10::double precision, digits::double precision)
       END,
       (coalesce(e.c, code) / 256)::smallint,
       (coalesce(e.c, code) % 256)::smallint
  FROM unnest(step_lo, step_hi, delta_lo, delta_hi, singles, doubles, codes) WITH ORDINALITY
       AS e(sl, sh, dl, dh, s, d, c, i)
WINDOW w AS (ORDER BY e.i ROWS UNBOUNDED PRECEDING)
$$;

-- Plain functions that the planner opens: a question for a point and a span prunes the partitions of all three.
CREATE FUNCTION capnuoc.reading_packed(key bigint, from_at timestamptz, until_at timestamptz)
    RETURNS TABLE (at timestamptz, value double precision, quality smallint, reason smallint)
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT u.at, u.value, u.quality, u.reason
  FROM capnuoc.packed p
       CROSS JOIN LATERAL capnuoc.unpack(p.begins, p.first_ms, p.every_ms, p.base, p.digits, p.code, p.step_lo,
                                         p.step_hi, p.delta_lo, p.delta_hi, p.singles, p.doubles, p.codes) AS u
 WHERE p.point_key = key AND p.begins > from_at - interval '24 hours' AND p.begins < until_at
   AND p.begins + p.last_ms * interval '1 millisecond' >= from_at
   AND u.at >= from_at AND u.at < until_at
$$;

CREATE FUNCTION capnuoc.reading_all(key bigint, from_at timestamptz, until_at timestamptz)
    RETURNS TABLE (at timestamptz, value double precision, quality smallint, reason smallint)
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT r.at, r.value, r.quality, r.reason
  FROM capnuoc.reading r
 WHERE r.point_key = key AND r.at >= from_at AND r.at < until_at
UNION ALL
SELECT u.at, u.value, u.quality, u.reason FROM capnuoc.reading_packed(key, from_at, until_at) AS u
UNION ALL
SELECT k.at, k.value, k.quality, k.reason
  FROM capnuoc.reading_kept k
 WHERE k.point_key = key AND k.at >= from_at AND k.at < until_at
$$;

-- The last and the first good value of a span, without opening all of its packed rows.
CREATE FUNCTION capnuoc.reading_last_good(key bigint, from_at timestamptz, until_at timestamptz)
    RETURNS TABLE (at timestamptz, value double precision, quality smallint, reason smallint)
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
(SELECT r.at, r.value, r.quality, r.reason
   FROM capnuoc.reading r
  WHERE r.point_key = key AND r.at >= from_at AND r.at < until_at AND r.quality = 2 AND r.value IS NOT NULL
  ORDER BY r.at DESC LIMIT 1)
UNION ALL
(SELECT g.*
   FROM capnuoc.packed p
        CROSS JOIN LATERAL (
            SELECT u.at, u.value, u.quality, u.reason
              FROM capnuoc.unpack(p.begins, p.first_ms, p.every_ms, p.base, p.digits, p.code, p.step_lo, p.step_hi,
                                  p.delta_lo, p.delta_hi, p.singles, p.doubles, p.codes) AS u
             WHERE u.at >= from_at AND u.at < until_at AND u.quality = 2 AND u.value IS NOT NULL
             ORDER BY u.at DESC LIMIT 1) AS g
  WHERE p.point_key = key AND p.begins > from_at - interval '24 hours' AND p.begins < until_at
  ORDER BY p.begins DESC LIMIT 1)
UNION ALL
(SELECT k.at, k.value, k.quality, k.reason
   FROM capnuoc.reading_kept k
  WHERE k.point_key = key AND k.at >= from_at AND k.at < until_at AND k.quality = 2 AND k.value IS NOT NULL
  ORDER BY k.at DESC LIMIT 1)
ORDER BY 1 DESC LIMIT 1
$$;

CREATE FUNCTION capnuoc.reading_first_good(key bigint, from_at timestamptz, until_at timestamptz)
    RETURNS TABLE (at timestamptz, value double precision, quality smallint, reason smallint)
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
(SELECT r.at, r.value, r.quality, r.reason
   FROM capnuoc.reading r
  WHERE r.point_key = key AND r.at >= from_at AND r.at < until_at AND r.quality = 2 AND r.value IS NOT NULL
  ORDER BY r.at LIMIT 1)
UNION ALL
(SELECT g.*
   FROM capnuoc.packed p
        CROSS JOIN LATERAL (
            SELECT u.at, u.value, u.quality, u.reason
              FROM capnuoc.unpack(p.begins, p.first_ms, p.every_ms, p.base, p.digits, p.code, p.step_lo, p.step_hi,
                                  p.delta_lo, p.delta_hi, p.singles, p.doubles, p.codes) AS u
             WHERE u.at >= from_at AND u.at < until_at AND u.quality = 2 AND u.value IS NOT NULL
             ORDER BY u.at LIMIT 1) AS g
  WHERE p.point_key = key AND p.begins > from_at - interval '24 hours' AND p.begins < until_at
  ORDER BY p.begins LIMIT 1)
UNION ALL
(SELECT k.at, k.value, k.quality, k.reason
   FROM capnuoc.reading_kept k
  WHERE k.point_key = key AND k.at >= from_at AND k.at < until_at AND k.quality = 2 AND k.value IS NOT NULL
  ORDER BY k.at LIMIT 1)
ORDER BY 1 LIMIT 1
$$;

-- ---------------------------------------------------------------- partitions

CREATE OR REPLACE FUNCTION capnuoc.local_midnight(day date) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (day::timestamp - interval '7 hours') AT TIME ZONE 'UTC' $$;

CREATE OR REPLACE FUNCTION capnuoc.local_day(at timestamptz) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT ((at AT TIME ZONE 'UTC') + interval '7 hours')::date $$;

-- Partitions of a table by time, as their bounds say.
CREATE FUNCTION capnuoc.partitions_of(parent text)
    RETURNS TABLE (name text, begins timestamptz, ends timestamptz)
    LANGUAGE sql STABLE
AS $$
SELECT c.relname::text, b.bound[1]::timestamptz, b.bound[2]::timestamptz
  FROM pg_catalog.pg_inherits i
       JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
       CROSS JOIN LATERAL regexp_match(pg_catalog.pg_get_expr(c.relpartbound, c.oid),
                                       'FROM \(''([^'']+)''\) TO \(''([^'']+)''\)') AS b(bound)
 WHERE i.inhparent = pg_catalog.to_regclass('capnuoc.' || parent) AND b.bound IS NOT NULL
$$;

-- Those of a month of packed rows; attached like a day of readings.
CREATE FUNCTION capnuoc.make_packed_month(day date) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    month date := date_trunc('month', day::timestamp)::date;
    partition_name text := 'packed_' || to_char(month, 'YYYYMM');
BEGIN
    IF to_regclass('capnuoc.' || partition_name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE capnuoc.%I (LIKE capnuoc.packed INCLUDING CONSTRAINTS INCLUDING INDEXES '
                   'INCLUDING STORAGE INCLUDING COMPRESSION) WITH (toast_tuple_target = 128)', partition_name);
    EXECUTE format('ALTER TABLE capnuoc.packed ATTACH PARTITION capnuoc.%I FOR VALUES FROM (%L) TO (%L)',
                   partition_name, capnuoc.local_midnight(month),
                   capnuoc.local_midnight((month + interval '1 month')::date));
END
$$;

-- ---------------------------------------------------------------- packing

-- How many decimals give this value back to the bit; 99: no number of them that we would use.
CREATE FUNCTION capnuoc.exact_digits(v double precision) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT CASE WHEN v IS NULL THEN 0
            WHEN abs(v) > 9e9 OR (v = 0 AND v::text <> '0') THEN 99 -- a zero may bear a sign
            WHEN round(v) = v THEN 0
            WHEN round(v * 10) / 10 = v THEN 1
            WHEN round(v * 100) / 100 = v THEN 2
            WHEN round(v * 1000) / 1000 = v THEN 3
            WHEN round(v * 10000) / 10000 = v THEN 4
            WHEN round(v * 100000) / 100000 = v THEN 5
            WHEN round(v * 1000000) / 1000000 = v THEN 6
            ELSE 99 END::smallint
$$;

-- Values beyond what 32 bits hold are no error but no.
CREATE FUNCTION capnuoc.is_single(v double precision) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT CASE WHEN v IS NULL OR v = 0 THEN true
            WHEN abs(v) > 3.4e38 OR abs(v) < 1.2e-38 THEN false
            ELSE v::real::double precision = v END
$$;

-- Packs readings of one local day that stand in no table any more, and reads them back: the same rows as often,
-- to the bit, or nothing happened.  Returns how many.
CREATE FUNCTION capnuoc.pack_rows(day date, keys bigint[], ats timestamptz[], vals double precision[],
                                  quals smallint[], reasons smallint[]) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    enough    constant integer := 500;        -- readings a row: above 2 kB, yet several rows to a page
    delta_max constant bigint  := 1073741824; -- 2^30: its halves and their sum are sure to fit
    day_begins constant timestamptz := capnuoc.local_midnight(day);
    day_ends   constant timestamptz := capnuoc.local_midnight(day + 1);
    wrong bigint;
BEGIN
    INSERT INTO capnuoc.packed (point_key, begins, base, first_ms, last_ms, every_ms, digits, code, step_lo,
                                step_hi, delta_lo, delta_hi, singles, doubles, codes)
    WITH counted AS (
        SELECT o.*, count(*) OVER (PARTITION BY o.point_key) / 24.0 AS an_hour
          FROM unnest(keys, ats, vals, quals, reasons) AS o(point_key, at, value, quality, reason)
    ), placed AS (
        SELECT *, CASE WHEN an_hour >= enough THEN 1 WHEN an_hour * 2 >= enough THEN 2
                       WHEN an_hour * 3 >= enough THEN 3 WHEN an_hour * 4 >= enough THEN 4
                       WHEN an_hour * 6 >= enough THEN 6 WHEN an_hour * 12 >= enough THEN 12 ELSE 24 END AS hours
          FROM counted
    ), begun AS (
        SELECT *, date_bin(make_interval(hours => hours), at, day_begins) AS begins FROM placed
    ), numbered AS (
        SELECT *, row_number() OVER (PARTITION BY point_key, begins ORDER BY at, quality, reason, value) AS i,
               round(date_part('epoch', at - begins) * 1000)::integer AS ms,
               max(capnuoc.exact_digits(value)) OVER (PARTITION BY point_key, begins) AS digits,
               (quality * 256 + reason)::smallint AS code
          FROM begun
    ), scaled AS (
        SELECT *, CASE WHEN digits < 99
                       THEN round(value * power(10::double precision, digits::double precision))::bigint END AS n
          FROM numbered
    ), spaced AS (
        SELECT *, ms - lag(ms) OVER (PARTITION BY point_key, begins ORDER BY i) AS gap FROM scaled
    ), stepped AS (
        SELECT *, coalesce(min(gap) OVER (PARTITION BY point_key, begins), 0) AS every,
               coalesce(gap - min(gap) OVER (PARTITION BY point_key, begins), 0) AS step,
               n - coalesce(lag(n) OVER (PARTITION BY point_key, begins, n IS NULL ORDER BY i), n) AS delta
          FROM spaced
    ), halved AS (
        SELECT *, CASE WHEN abs(delta) <= delta_max
                       THEN (((delta + 32768) & 65535) - 32768)::smallint END AS delta_low
          FROM stepped
    ), gathered AS (
        SELECT point_key, begins, min(digits) AS digits, min(ms) AS first_ms, max(ms) AS last_ms,
               min(every) AS every,
               (array_agg(n ORDER BY i) FILTER (WHERE n IS NOT NULL))[1] AS base,
               min(digits) < 99 AND coalesce(max(abs(delta)) <= delta_max, true) AS by_scale,
               bool_and(capnuoc.is_single(value)) AS by_single,
               count(*) = count(value) AND max(abs(delta)) = 0 OR count(value) = 0 AS is_flat,
               array_agg(((step & 65535) - 32768)::smallint ORDER BY i) AS step_lo,
               CASE WHEN max(step) > 65535 THEN array_agg((step >> 16)::smallint ORDER BY i) END AS step_hi,
               array_agg(delta_low ORDER BY i) AS delta_lo,
               CASE WHEN bool_or(delta <> delta_low)
                    THEN array_agg(((delta - delta_low) >> 16)::smallint ORDER BY i) END AS delta_hi,
               array_agg(value ORDER BY i) AS doubles,
               CASE WHEN min(code) = max(code) THEN min(code) END AS code,
               CASE WHEN min(code) <> max(code) THEN array_agg(code ORDER BY i) END AS codes
          FROM halved
         GROUP BY point_key, begins
    )
    SELECT point_key, begins, CASE WHEN by_scale THEN base END, first_ms, last_ms, every,
           CASE WHEN by_scale THEN digits END, code, step_lo, step_hi,
           CASE WHEN by_scale AND NOT is_flat THEN delta_lo END,
           CASE WHEN by_scale THEN delta_hi END,
           CASE WHEN NOT by_scale AND by_single THEN doubles::real[] END,
           CASE WHEN NOT by_scale AND NOT by_single THEN doubles END, codes
      FROM gathered;

    WITH was AS (
        SELECT o.point_key, o.at, float8send(o.value) AS bits, o.quality, o.reason
          FROM unnest(keys, ats, vals, quals, reasons) AS o(point_key, at, value, quality, reason)
    ), is_now AS (
        SELECT p.point_key, u.at, float8send(u.value) AS bits, u.quality, u.reason
          FROM capnuoc.packed p
               CROSS JOIN LATERAL capnuoc.unpack(p.begins, p.first_ms, p.every_ms, p.base, p.digits, p.code,
                                                 p.step_lo, p.step_hi, p.delta_lo, p.delta_hi, p.singles,
                                                 p.doubles, p.codes) AS u
         WHERE p.point_key = ANY (keys) AND p.begins >= day_begins AND p.begins < day_ends
    )
    SELECT count(*) INTO wrong
      FROM ((SELECT * FROM was EXCEPT ALL SELECT * FROM is_now)
            UNION ALL
            (SELECT * FROM is_now EXCEPT ALL SELECT * FROM was)) AS differs;
    IF wrong > 0 THEN
        RAISE EXCEPTION 'packing % would change % readings: nothing is packed', day, wrong
            USING ERRCODE = 'data_corrupted';
    END IF;
    RETURN coalesce(cardinality(keys), 0);
END
$$;

-- Takes what some points have in one raw partition and packs it, with what is packed of that day already.
-- What lies in a kept window, and what is not packed exactly (no whole ms, no small code), is kept as it is.
CREATE FUNCTION capnuoc.pack_points(partition_name text, day date, points bigint[], OUT packed bigint,
                                    OUT kept bigint)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    keys bigint[];
    ats timestamptz[];
    vals double precision[];
    quals smallint[];
    reasons smallint[];
BEGIN
    PERFORM capnuoc.make_packed_month(day);
    EXECUTE format($sql$
        WITH raw AS (
            DELETE FROM capnuoc.%I WHERE point_key = ANY ($1) RETURNING point_key, at, value, quality, reason
        ), old AS (
            DELETE FROM capnuoc.packed WHERE point_key = ANY ($1) AND begins >= $2 AND begins < $3 RETURNING *
        ), found AS (
            SELECT * FROM raw
            UNION ALL
            SELECT o.point_key, u.at, u.value, u.quality, u.reason
              FROM old o
                   CROSS JOIN LATERAL capnuoc.unpack(o.begins, o.first_ms, o.every_ms, o.base, o.digits, o.code,
                                                     o.step_lo, o.step_hi, o.delta_lo, o.delta_hi, o.singles,
                                                     o.doubles, o.codes) AS u
        ), sorted AS (
            SELECT f.*, f.at <> date_trunc('milliseconds', f.at) OR f.quality NOT BETWEEN 0 AND 127
                        OR f.reason NOT BETWEEN 0 AND 255
                        OR EXISTS (SELECT FROM capnuoc.kept_window w
                                    WHERE w.point_key = f.point_key AND f.at >= w.from_at AND f.at < w.until_at)
                        AS stays
              FROM found f
        ), stay AS (
            INSERT INTO capnuoc.reading_kept (point_key, at, value, quality, reason)
            SELECT point_key, at, value, quality, reason FROM sorted WHERE stays RETURNING 1
        )
        SELECT array_agg(point_key), array_agg(at), array_agg(value), array_agg(quality), array_agg(reason),
               (SELECT count(*) FROM stay)
          FROM sorted WHERE NOT stays
        $sql$, partition_name)
        INTO keys, ats, vals, quals, reasons, kept
        USING points, capnuoc.local_midnight(day), capnuoc.local_midnight(day + 1);
    packed := capnuoc.pack_rows(day, keys, ats, vals, quals, reasons);
END
$$;

-- The next points of one raw partition, in the order of their keys, with about `budget` readings.
CREATE FUNCTION capnuoc.next_points(partition_name text, after_key bigint, budget bigint) RETURNS bigint[]
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    points_max constant integer := 2000;
    points bigint[] := '{}';
    key bigint := after_key;
    n bigint;
    total bigint := 0;
BEGIN
    LOOP
        EXECUTE format('SELECT min(point_key) FROM capnuoc.%I WHERE $1 IS NULL OR point_key > $1', partition_name)
            INTO key USING key;
        EXIT WHEN key IS NULL OR cardinality(points) >= points_max;
        EXECUTE format('SELECT count(*) FROM capnuoc.%I WHERE point_key = $1', partition_name) INTO n USING key;
        EXIT WHEN total > 0 AND total + n > budget;
        points := points || key;
        total := total + n;
    END LOOP;
    RETURN points;
END
$$;

-- One step: some points of the oldest raw day before `before` that has readings.  The caller hands back where
-- the last step ended, which only saves looking: what came late is found before the day is done.  day is null
-- when nothing waits.
CREATE FUNCTION capnuoc.pack_step(before date, last_day date, last_key bigint, budget bigint, OUT day date,
                                  OUT key bigint, OUT packed bigint, OUT kept bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '2s'
AS $$
DECLARE
    part record;
    points bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('capnuoc.packing'));
    FOR part IN SELECT p.name, capnuoc.local_day(p.begins) AS of_day
                  FROM capnuoc.partitions_of('reading') p
                 WHERE p.ends <= capnuoc.local_midnight(before) ORDER BY p.begins LOOP
        points := capnuoc.next_points(part.name, CASE WHEN part.of_day = last_day THEN last_key END, budget);
        IF points = '{}' AND part.of_day = last_day THEN
            points := capnuoc.next_points(part.name, NULL, budget);
        END IF;
        CONTINUE WHEN points = '{}';
        day := part.of_day;
        key := points[cardinality(points)];
        SELECT d.packed, d.kept INTO packed, kept FROM capnuoc.pack_points(part.name, day, points) d;
        RETURN;
    END LOOP;
END
$$;

-- ---------------------------------------------------------------- letting go

-- A partition can only go when nobody reads the table; whoever comes meanwhile stands behind us, so we do not
-- stand for long.  The caller asks again later.
CREATE FUNCTION capnuoc.lock_for_drop(parent text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '50ms'
AS $$
BEGIN
    EXECUTE format('LOCK TABLE capnuoc.%I IN ACCESS EXCLUSIVE MODE', parent);
END
$$;

CREATE FUNCTION capnuoc.drop_partition(parent text, partition_name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '50ms'
AS $$
BEGIN
    EXECUTE format('ALTER TABLE capnuoc.%I DETACH PARTITION capnuoc.%I', parent, partition_name);
    EXECUTE format('DROP TABLE capnuoc.%I', partition_name);
END
$$;

-- Drops the oldest raw day before `before` that is empty; that day, or null.
CREATE FUNCTION capnuoc.drop_empty_day(before date) RETURNS date
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '2s'
AS $$
DECLARE
    part record;
    used boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('capnuoc.packing'));
    FOR part IN SELECT p.name, capnuoc.local_day(p.begins) AS of_day
                  FROM capnuoc.partitions_of('reading') p
                 WHERE p.ends <= capnuoc.local_midnight(before) ORDER BY p.begins LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM capnuoc.%I)', part.name) INTO used;
        CONTINUE WHEN used;
        PERFORM capnuoc.lock_for_drop('reading');
        EXECUTE format('SELECT EXISTS (SELECT FROM capnuoc.%I)', part.name) INTO used;
        CONTINUE WHEN used; -- came late while we waited for the lock
        PERFORM capnuoc.drop_partition('reading', part.name);
        RETURN part.of_day;
    END LOOP;
    RETURN NULL;
END
$$;

-- Nothing is forgotten that is younger than a week before the newest thing any node told: a clock that jumped
-- ahead must not empty the history.
CREATE FUNCTION capnuoc.may_forget(before date) RETURNS boolean
    LANGUAGE sql STABLE
AS $$
SELECT coalesce((SELECT before <= capnuoc.local_day(max(seen)) - 7 FROM capnuoc.node), false)
$$;

CREATE FUNCTION capnuoc.keep_raw_rows(partition_name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE format($sql$
        WITH gone AS (
            DELETE FROM capnuoc.%1$I r
             USING (SELECT DISTINCT i.ctid
                      FROM capnuoc.kept_window w
                           JOIN capnuoc.%1$I i
                           ON i.point_key = w.point_key AND i.at >= w.from_at AND i.at < w.until_at) AS k
             WHERE r.ctid = k.ctid RETURNING r.point_key, r.at, r.value, r.quality, r.reason
        )
        INSERT INTO capnuoc.reading_kept (point_key, at, value, quality, reason)
        SELECT point_key, at, value, quality, reason FROM gone
        $sql$, partition_name);
END
$$;

-- Forgets the oldest raw day before `before`, but for what is kept; that day, or null.
CREATE FUNCTION capnuoc.forget_readings(before date) RETURNS date
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '2s'
AS $$
DECLARE
    part record;
BEGIN
    IF NOT capnuoc.may_forget(before) THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('capnuoc.packing'));
    SELECT p.name, capnuoc.local_day(p.begins) AS of_day INTO part
      FROM capnuoc.partitions_of('reading') p
     WHERE p.ends <= capnuoc.local_midnight(before) ORDER BY p.begins LIMIT 1;
    IF part.name IS NULL THEN
        RETURN NULL;
    END IF;
    LOCK TABLE capnuoc.kept_window IN SHARE MODE;
    PERFORM capnuoc.keep_raw_rows(part.name);
    PERFORM capnuoc.lock_for_drop('reading');
    PERFORM capnuoc.keep_raw_rows(part.name); -- what came while we waited
    PERFORM capnuoc.drop_partition('reading', part.name);
    RETURN part.of_day;
END
$$;

-- Forgets the oldest month of packed days that ended before `before`, but for what is kept; its first day, or
-- null.
CREATE FUNCTION capnuoc.forget_packed(before date) RETURNS date
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '2s'
AS $$
DECLARE
    part record;
BEGIN
    IF NOT capnuoc.may_forget(before) THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('capnuoc.packing'));
    SELECT p.name, p.begins, p.ends, capnuoc.local_day(p.begins) AS of_day INTO part
      FROM capnuoc.partitions_of('packed') p
     WHERE p.ends <= capnuoc.local_midnight(before) ORDER BY p.begins LIMIT 1;
    IF part.name IS NULL THEN
        RETURN NULL;
    END IF;
    LOCK TABLE capnuoc.kept_window IN SHARE MODE;
    INSERT INTO capnuoc.reading_kept (point_key, at, value, quality, reason)
    SELECT p.point_key, u.at, u.value, u.quality, u.reason
      FROM capnuoc.packed p
           CROSS JOIN LATERAL capnuoc.unpack(p.begins, p.first_ms, p.every_ms, p.base, p.digits, p.code,
                                             p.step_lo, p.step_hi, p.delta_lo, p.delta_hi, p.singles, p.doubles,
                                             p.codes) AS u
     WHERE p.begins >= part.begins AND p.begins < part.ends
       AND EXISTS (SELECT FROM capnuoc.kept_window w
                    WHERE w.point_key = p.point_key AND w.from_at < p.begins + interval '24 hours'
                      AND w.until_at > p.begins)
       AND EXISTS (SELECT FROM capnuoc.kept_window w
                    WHERE w.point_key = p.point_key AND u.at >= w.from_at AND u.at < w.until_at);
    PERFORM capnuoc.lock_for_drop('packed');
    PERFORM capnuoc.drop_partition('packed', part.name);
    RETURN part.of_day;
END
$$;

-- Forgets the oldest day of minutes before `before`; that day, or null, also where there are no minutes.
CREATE FUNCTION capnuoc.forget_minutes(before date) RETURNS date
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '2s'
AS $$
DECLARE
    part record;
BEGIN
    IF NOT capnuoc.may_forget(before) THEN
        RETURN NULL;
    END IF;
    SELECT p.name, capnuoc.local_day(p.begins) AS of_day INTO part
      FROM capnuoc.partitions_of('minute') p
     WHERE p.ends <= capnuoc.local_midnight(before) ORDER BY p.begins LIMIT 1;
    IF part.name IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM capnuoc.lock_for_drop('minute');
    PERFORM capnuoc.drop_partition('minute', part.name);
    RETURN part.of_day;
END
$$;

-- How much waits, for people: raw days before `before`.
CREATE FUNCTION capnuoc.days_waiting(before date) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
SELECT count(*) FROM capnuoc.partitions_of('reading') p WHERE p.ends <= capnuoc.local_midnight(before)
$$;

-- ---------------------------------------------------------------- who may do what

GRANT INSERT ON capnuoc.kept_window TO capnuoc_writer;
GRANT SELECT ON capnuoc.packed, capnuoc.reading_kept, capnuoc.kept_window TO capnuoc_reader;
GRANT EXECUTE ON FUNCTION
    capnuoc.unpack(timestamptz, integer, integer, bigint, smallint, smallint, smallint[], smallint[], smallint[],
                   smallint[], real[], double precision[], smallint[]),
    capnuoc.reading_packed(bigint, timestamptz, timestamptz),
    capnuoc.reading_all(bigint, timestamptz, timestamptz),
    capnuoc.reading_last_good(bigint, timestamptz, timestamptz),
    capnuoc.reading_first_good(bigint, timestamptz, timestamptz) TO capnuoc_reader;
GRANT EXECUTE ON FUNCTION
    capnuoc.pack_step(date, date, bigint, bigint), capnuoc.drop_empty_day(date), capnuoc.forget_readings(date),
    capnuoc.forget_packed(date), capnuoc.forget_minutes(date), capnuoc.days_waiting(date) TO capnuoc_maintenance;
