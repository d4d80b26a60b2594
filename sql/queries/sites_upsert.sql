INSERT INTO capnuoc.site AS known (id, system, name, kind, latitude, longitude, area, elevation, chain, node)
SELECT id, system, name, kind, latitude, longitude, area, elevation, chain, $2::text
  FROM json_to_recordset($1::text::json)
       AS sent(id text, system text, name text, kind text, latitude double precision, longitude double precision,
               area text, elevation double precision, chain text)
ON CONFLICT (id) DO UPDATE
   SET system = excluded.system, name = excluded.name, kind = excluded.kind, latitude = excluded.latitude,
       longitude = excluded.longitude, area = excluded.area, elevation = excluded.elevation,
       chain = excluded.chain, node = excluded.node, retired_at = NULL
 WHERE known.* IS DISTINCT FROM excluded.*
