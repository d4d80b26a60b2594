WITH sent AS (
    SELECT *
      FROM json_to_recordset($1::text::json) AS s(id text, system text, name text, area text, versions jsonb)
), zone AS (
    INSERT INTO capnuoc.zone AS known (id, system, name, area, node)
    SELECT id, system, name, area, $2::text FROM sent
    ON CONFLICT (id) DO UPDATE
       SET system = excluded.system, name = excluded.name, area = excluded.area, node = excluded.node,
           retired_at = NULL
     WHERE known.* IS DISTINCT FROM excluded.*
), version AS (
    SELECT sent.id AS zone, v.*
      FROM sent,
           jsonb_to_recordset(sent.versions)
               AS v(from_day date, connections bigint, people bigint, lowest double precision,
                    highest double precision, supply text, flows jsonb, critical jsonb, priority jsonb)
), gone AS (
    DELETE FROM capnuoc.zone_version AS known
     USING sent
     WHERE known.zone = sent.id
       AND NOT EXISTS (SELECT FROM version WHERE version.zone = known.zone AND version.from_day = known.from_day)
)
INSERT INTO capnuoc.zone_version AS known (zone, from_day, connections, people, lowest, highest, supply, flows,
                                           critical, priority)
SELECT zone, from_day, connections, people, lowest, highest, supply, flows, critical, priority FROM version
ON CONFLICT (zone, from_day) DO UPDATE
   SET connections = excluded.connections, people = excluded.people, lowest = excluded.lowest,
       highest = excluded.highest, supply = excluded.supply, flows = excluded.flows,
       critical = excluded.critical, priority = excluded.priority
 WHERE known.* IS DISTINCT FROM excluded.*
