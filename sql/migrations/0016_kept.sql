-- What was read around incidents outlives every retention: from 30 min before the start to 30 min after the end, of
-- the points its members are about, of all points of their sites, and of their zones' meters and critical points.
--
-- Maintenance makes these windows, from incidents as they are stored: delivery waits for none of it.  An incident
-- that is open has no end yet; one that is opened again has none any more.

ALTER TABLE capnuoc.kept_window
    DROP CONSTRAINT kept_window_pkey,
    ADD COLUMN node text,
    ADD COLUMN incident bigint, -- with node: made for it; both null: by hand
    ADD CONSTRAINT kept_window_of_one CHECK ((node IS NULL) = (incident IS NULL));
CREATE UNIQUE INDEX kept_window_by_hand ON capnuoc.kept_window (point_key, from_at, until_at) WHERE incident IS NULL;
CREATE UNIQUE INDEX kept_window_of_incident ON capnuoc.kept_window (incident, node, point_key)
    WHERE incident IS NOT NULL;
CREATE INDEX kept_window_point_from ON capnuoc.kept_window (point_key, from_at);

-- Which revision of an incident has its windows.
CREATE TABLE capnuoc.kept_incident (
    node     text   NOT NULL,
    incident bigint NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (node, incident)
);

CREATE FUNCTION capnuoc.points_of_incident(of_node text, of_incident bigint) RETURNS SETOF bigint
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
WITH members AS (
    SELECT point_key, site, zone FROM capnuoc.incident_member WHERE node = of_node AND incident = of_incident
), versions AS (
    SELECT flows, critical FROM capnuoc.zone_version WHERE zone IN (SELECT zone FROM members)
)
SELECT point_key FROM members WHERE point_key IS NOT NULL
UNION
SELECT p.point_key FROM capnuoc.point p JOIN members m ON p.site = m.site
UNION
SELECT p.point_key
  FROM capnuoc.point p
 WHERE p.id IN (SELECT f ->> 'point' FROM versions CROSS JOIN LATERAL jsonb_array_elements(flows) AS f
                UNION ALL
                SELECT c FROM versions CROSS JOIN LATERAL jsonb_array_elements_text(critical) AS c)
$$;

-- The windows of some incidents that changed since; how many.  A drill is no incident, one that was merged into
-- another has its members there.
CREATE FUNCTION capnuoc.keep_incidents(most integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '2s'
AS $$
DECLARE
    around constant interval := '30 minutes';
    i record;
    done bigint := 0;
BEGIN
    FOR i IN SELECT n.node, n.incident, n.revision, n.start_at, n.recorded_at, n.drill,
                    n.closed OR n.merged_into IS NOT NULL AS over
               FROM capnuoc.incident n LEFT JOIN capnuoc.kept_incident k USING (node, incident)
              WHERE k.revision IS DISTINCT FROM n.revision
              ORDER BY n.start_at, n.node, n.incident LIMIT most
    LOOP
        INSERT INTO capnuoc.kept_window AS w (point_key, from_at, until_at, why, node, incident)
        SELECT p, i.start_at - around, 'infinity', 'incident', i.node, i.incident
          FROM capnuoc.points_of_incident(i.node, i.incident) AS p
         WHERE NOT i.drill
            ON CONFLICT (incident, node, point_key) WHERE incident IS NOT NULL DO UPDATE
           SET from_at = least(w.from_at, excluded.from_at),
               until_at = CASE WHEN i.over THEN w.until_at ELSE excluded.until_at END;
        -- what is written of it after its end moves the end no more
        UPDATE capnuoc.kept_window w SET until_at = greatest(i.recorded_at, i.start_at) + around
         WHERE w.incident = i.incident AND w.node = i.node AND w.until_at = 'infinity' AND i.over;
        INSERT INTO capnuoc.kept_incident VALUES (i.node, i.incident, i.revision)
            ON CONFLICT (node, incident) DO UPDATE SET revision = excluded.revision;
        done := done + 1;
    END LOOP;
    RETURN done;
END
$$;

-- As in 0007_packed.sql, but for windows of incidents: packing loses nothing, so their readings are packed like
-- others, and taken out when a month of packed days goes.
CREATE OR REPLACE FUNCTION capnuoc.pack_points(partition_name text, day date, points bigint[], OUT packed bigint,
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
                                    WHERE w.point_key = f.point_key AND w.incident IS NULL
                                      AND f.at >= w.from_at AND f.at < w.until_at)
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

GRANT EXECUTE ON FUNCTION capnuoc.keep_incidents(integer) TO capnuoc_maintenance;
