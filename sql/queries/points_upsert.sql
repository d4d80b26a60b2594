WITH sent AS (
    SELECT *
      FROM json_to_recordset($1::text::json)
           AS s(key text, id text, name text, site text, wire text, device text, parameter text, unit text,
                decimals integer, every_ms bigint, deadband double precision, heartbeat_ms bigint,
                low double precision, high double precision, manual boolean, revision text, version integer, since_ms bigint)
), meaning AS (
    INSERT INTO capnuoc.point_version (point_key, from_at, revision, unit, node, version)
    SELECT key::bigint, timestamptz 'epoch' + since_ms * interval '1 millisecond', revision, unit, $2::text, version
      FROM sent
     WHERE revision IS DISTINCT FROM (SELECT v.revision
                                        FROM capnuoc.point_version v
                                       WHERE v.point_key = sent.key::bigint
                                       ORDER BY v.from_at DESC
                                       LIMIT 1)
    ON CONFLICT (point_key, from_at) DO NOTHING
)
INSERT INTO capnuoc.point AS known (point_key, id, name, site, node, wire, device, parameter, unit, decimals,
                                    every_ms, deadband, heartbeat_ms, low, high, manual)
SELECT key::bigint, id, name, site, $2::text, wire, device, parameter, unit, decimals, every_ms, deadband,
       heartbeat_ms, low, high, manual
  FROM sent
ON CONFLICT (point_key) DO UPDATE
   SET id = excluded.id, name = excluded.name, site = excluded.site, node = excluded.node,
       wire = excluded.wire, device = excluded.device, parameter = excluded.parameter, unit = excluded.unit,
       decimals = excluded.decimals, every_ms = excluded.every_ms, deadband = excluded.deadband,
       heartbeat_ms = excluded.heartbeat_ms, low = excluded.low, high = excluded.high, manual = excluded.manual, retired_at = NULL
 WHERE known.* IS DISTINCT FROM excluded.*
