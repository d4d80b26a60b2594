INSERT INTO capnuoc.site AS known (id, system, name, kind, latitude, longitude)
SELECT id, $2::text, name, kind, latitude, longitude
  FROM json_to_recordset($1::text::json)
       AS sent(id text, name text, kind text, latitude double precision, longitude double precision)
ON CONFLICT (id) DO UPDATE
   SET system = excluded.system, name = excluded.name, kind = excluded.kind, latitude = excluded.latitude,
       longitude = excluded.longitude
 WHERE (known.system, known.name, known.kind, known.latitude, known.longitude)
       IS DISTINCT FROM (excluded.system, excluded.name, excluded.kind, excluded.latitude, excluded.longitude)
