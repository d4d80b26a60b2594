-- What the portal should say, of nothing but raw readings, modes and the world as the database has it: a second opinion,
-- written from docs/portal.md.  No roll-up is read here.
CREATE SCHEMA figures;

CREATE FUNCTION figures.ms(t timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    $$ SELECT (extract(epoch FROM t) * 1000)::bigint $$;
CREATE FUNCTION figures.day(ms bigint) RETURNS date LANGUAGE sql IMMUTABLE AS
    $$ SELECT date '1970-01-01' + ((ms + 25200000) / 86400000)::int $$;

-- The limits of the test.
CREATE TABLE figures.bound (parameter text, from_day date, low double precision, high double precision);
INSERT INTO figures.bound VALUES ('free_chlorine', '2000-01-01', 0.25, 1), ('free_chlorine', '2026-11-06', 0.5, 1),
    ('turbidity', '2000-01-01', NULL, 2), ('turbidity', '2026-11-06', NULL, 2), ('ph', '2000-01-01', 6, 8.5),
    ('ph', '2026-11-06', 6, 8.5);

-- 0 calibration, 1 maintenance, 2 out of service, 3 rota.
CREATE TABLE figures.mode AS
SELECT p.point_key, m.kind, figures.ms(m.began_at) AS from_ms, figures.ms(coalesce(m.ended_at, m.until)) AS to_ms
  FROM capnuoc.mode m JOIN capnuoc.point p
    ON CASE m.place WHEN 1 THEN p.site WHEN 2 THEN p.device ELSE p.id END = m.subject;

CREATE FUNCTION figures.is_in(key bigint, kinds int[], at_ms bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT EXISTS (SELECT FROM figures.mode m
                WHERE m.point_key = key AND m.kind = ANY (kinds) AND m.from_ms <= at_ms AND at_ms < m.to_ms)
$$;

-- What is held from when until when: until the next row, two hours at most.
CREATE TABLE figures.step AS
SELECT r.point_key, figures.ms(at) AS from_ms,
       least(lead(figures.ms(at)) OVER next_one, figures.ms(at) + 7200000) AS to_ms, r.value, r.quality, r.reason
  FROM capnuoc.reading r
WINDOW next_one AS (PARTITION BY r.point_key ORDER BY r.at, r.quality, r.reason, r.value);
CREATE INDEX ON figures.step (point_key, from_ms);

-- A sensor in a standard solution says nothing of the water; one that is silent (reason 9: stale) nothing of the water now.
CREATE FUNCTION figures.verdict(key bigint, at_ms bigint, value double precision, reason int, at_day date) RETURNS text
LANGUAGE sql STABLE AS $$
SELECT CASE WHEN figures.is_in(key, '{0,1,2}', at_ms) THEN 'not_judged'
            WHEN value IS NULL OR reason = 9 THEN 'unknown'
            WHEN value < b.low OR value > b.high THEN 'outside' ELSE 'within' END
  FROM capnuoc.point p JOIN figures.bound b USING (parameter)
 WHERE p.point_key = key AND b.from_day <= at_day
 ORDER BY b.from_day DESC LIMIT 1
$$;

ALTER TABLE figures.step ADD COLUMN verdict text;
UPDATE figures.step SET verdict = figures.verdict(point_key, from_ms, value, reason, figures.day(from_ms)) WHERE value IS NOT NULL;
ANALYZE figures.step;

CREATE FUNCTION figures.piece(key bigint, begins bigint, ends bigint)
    RETURNS TABLE (ms bigint, value double precision, quality smallint, verdict text) LANGUAGE sql STABLE AS $$
SELECT least(to_ms, ends) - greatest(from_ms, begins), value, quality, verdict
  FROM figures.step
 WHERE point_key = key AND value IS NOT NULL AND from_ms < ends AND to_ms > begins AND from_ms > begins - 7200000
   AND to_ms > from_ms
$$;

CREATE FUNCTION figures.shown(figure double precision, coverage double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN coverage >= 0.9 THEN figure END $$;

-- Of a compliance point: the day from midnight until then.
CREATE FUNCTION figures.water(key bigint, midnight bigint, until bigint)
    RETURNS TABLE (within double precision, outside double precision, not_judged double precision,
                   unknown double precision, coverage double precision, mean double precision, min double precision,
                   max double precision, number_coverage double precision) LANGUAGE sql STABLE AS $$
WITH s AS (
    SELECT (until - midnight)::double precision AS whole, coalesce(sum(ms), 0)::double precision AS held,
           coalesce(sum(ms) FILTER (WHERE verdict = 'within'), 0)::double precision AS within,
           coalesce(sum(ms) FILTER (WHERE verdict = 'outside'), 0)::double precision AS outside,
           coalesce(sum(ms) FILTER (WHERE verdict = 'not_judged'), 0)::double precision AS unjudged,
           sum(value * ms) AS area, min(value) AS least, max(value) AS most
      FROM figures.piece(key, midnight, until)
), c AS (
    SELECT *, (within + outside + unjudged) / whole AS judged, held / whole AS numbers FROM s
)
SELECT figures.shown(within / whole, judged), figures.shown(outside / whole, judged), figures.shown(unjudged / whole, judged),
       1 - judged, judged, figures.shown(area / nullif(held, 0), numbers), figures.shown(least, numbers),
       figures.shown(most, numbers), numbers
  FROM c
$$;

-- The newest row by then.
CREATE FUNCTION figures.now(key bigint, at_ms bigint, OUT value double precision, OUT quality smallint, OUT reason smallint)
LANGUAGE sql STABLE AS $$
SELECT value, quality, reason FROM figures.step WHERE point_key = key AND from_ms <= at_ms AND (to_ms IS NULL OR to_ms > from_ms)
 ORDER BY from_ms DESC LIMIT 1
$$;

CREATE FUNCTION figures.word(key bigint, at_ms bigint) RETURNS text LANGUAGE sql STABLE AS $$
SELECT coalesce((SELECT figures.verdict(key, at_ms, value, reason, figures.day(at_ms)) FROM figures.now(key, at_ms)), 'unknown')
$$;

CREATE FUNCTION figures.zone_on(zone_id text, on_day date) RETURNS capnuoc.zone_version LANGUAGE sql STABLE AS $$
SELECT v FROM capnuoc.zone_version v WHERE v.zone = zone_id AND v.from_day <= on_day ORDER BY v.from_day DESC LIMIT 1
$$;

-- untils: {"point id": ms} until when each meter is told.
CREATE FUNCTION figures.flow(zone_id text, at_ms bigint, midnight bigint, untils jsonb)
    RETURNS TABLE (flow double precision, quality int, volume double precision, coverage double precision) LANGUAGE sql STABLE AS $$
WITH meter AS (
    SELECT (m->>'sign')::int * CASE p.unit WHEN 'L/s' THEN 3.6 ELSE 1 END::double precision AS weight, p.point_key AS key,
           (untils->>p.id)::bigint AS until, n.value, n.quality
      FROM jsonb_array_elements((figures.zone_on(zone_id, figures.day(at_ms))).flows) m
           JOIN capnuoc.point p ON p.id = m->>'point'
           LEFT JOIN LATERAL figures.now(p.point_key, at_ms) n ON true
), day AS (
    SELECT meter.*, s.area, s.held::double precision / (until - midnight) AS covered
      FROM meter, LATERAL (SELECT sum(value * ms) AS area, coalesce(sum(ms), 0) AS held
                             FROM figures.piece(key, midnight, until)) s
)
SELECT CASE WHEN bool_and(value IS NOT NULL) THEN sum(weight * value) END, min(quality)::int,
       figures.shown(sum(weight * area / 3600000), min(covered)), min(covered)
  FROM day
$$;

-- Whole minutes of a pressure: with water, off on purpose, off; and the share of the minutes that are known.
CREATE FUNCTION figures.supply(key bigint, midnight bigint, until bigint)
    RETURNS TABLE (supplied bigint, planned bigint, off bigint, coverage double precision) LANGUAGE sql STABLE AS $$
WITH minute AS (
    SELECT m AS begins, sum(least(s.to_ms, m + 60000) - greatest(s.from_ms, m)) AS good,
           sum(s.value * (least(s.to_ms, m + 60000) - greatest(s.from_ms, m))) AS area
      FROM figures.step s,
           generate_series(greatest(s.from_ms, midnight) / 60000 * 60000, least(s.to_ms, until) - 1, 60000) m
     WHERE s.point_key = key AND s.quality = 2 AND s.from_ms < until AND s.to_ms > midnight AND s.to_ms > s.from_ms
       AND s.from_ms > midnight - 7200000 AND m + 60000 <= until
     GROUP BY m
), told AS (
    SELECT begins, area / 60000 > CASE unit WHEN 'kPa' THEN 10 ELSE 0.1 END AS has, figures.is_in(key, '{1,2,3}', begins) AS planned
      FROM minute, capnuoc.point p WHERE p.point_key = key AND good = 60000
)
SELECT 60000 * count(*) FILTER (WHERE has), 60000 * count(*) FILTER (WHERE NOT has AND planned),
       60000 * count(*) FILTER (WHERE NOT has AND NOT planned), 60000 * count(*)::double precision / (until - midnight)
  FROM told
$$;

CREATE FUNCTION figures.pressure(key bigint, at_ms bigint, midnight bigint, until bigint)
    RETURNS TABLE (value double precision, quality int, mean double precision, min double precision, coverage double precision)
    LANGUAGE sql STABLE AS $$
SELECT n.value, n.quality::int, figures.shown(s.area / nullif(s.held, 0), s.held / (until - midnight)),
       figures.shown(s.least, s.held / (until - midnight)), s.held / (until - midnight)
  FROM (SELECT sum(p.value * p.ms) AS area, coalesce(sum(p.ms), 0)::double precision AS held, min(p.value) AS least
          FROM figures.piece(key, midnight, until) p) s, figures.now(key, at_ms) n
$$;

-- The critical point that speaks for the zone.
CREATE FUNCTION figures.continuity(zone_id text, at_ms bigint, midnight bigint, untils jsonb)
    RETURNS TABLE (point text, elapsed double precision, supplied double precision, planned double precision,
                   unplanned double precision, coverage double precision) LANGUAGE sql STABLE AS $$
WITH critical AS (
    SELECT p.id, p.point_key AS key, c.place, (untils->>p.id)::bigint AS until
      FROM jsonb_array_elements_text((figures.zone_on(zone_id, figures.day(at_ms))).critical) WITH ORDINALITY c(id, place)
           JOIN capnuoc.point p ON p.id = c.id
)
SELECT id, (until - midnight) / 3600000::double precision, figures.shown(s.supplied / 3600000::double precision, s.coverage),
       figures.shown(s.planned / 3600000::double precision, s.coverage), figures.shown(s.off / 3600000::double precision, s.coverage),
       s.coverage
  FROM critical, LATERAL figures.supply(key, midnight, until) s
 ORDER BY s.coverage >= 0.9, CASE WHEN s.coverage >= 0.9 THEN s.supplied ELSE s.coverage END, place
 LIMIT 1
$$;

CREATE FUNCTION figures.is_off_on_purpose(zone_id text, at_ms bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT coalesce(bool_or(figures.is_in(p.point_key, '{1,2,3}', at_ms)), false)
  FROM jsonb_array_elements_text((figures.zone_on(zone_id, figures.day(at_ms))).critical) c(id)
       JOIN capnuoc.point p ON p.id = c.id
$$;

-- Points of a system that devices read, and those of them with a number now.
CREATE FUNCTION figures.connected(system_id text, at_ms bigint, OUT points bigint, OUT with_number bigint) LANGUAGE sql STABLE AS $$
SELECT count(*), count(*) FILTER (WHERE (SELECT n.value FROM figures.now(p.point_key, at_ms) n) IS NOT NULL)
  FROM capnuoc.point p JOIN capnuoc.site s ON s.id = p.site
 WHERE s.system = system_id AND NOT p.manual
$$;
