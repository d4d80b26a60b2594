INSERT INTO capnuoc.area AS known (id, name, kind, parent, from_day, until_day, aliases)
SELECT id, name, kind, parent, from_day, until_day, aliases
  FROM json_to_recordset($1::text::json)
       AS sent(id text, name text, kind text, parent text, from_day date, until_day date, aliases text)
 WHERE $2::text IS NOT NULL
ON CONFLICT (id) DO UPDATE
   SET name = excluded.name, kind = excluded.kind, parent = excluded.parent, from_day = excluded.from_day,
       until_day = excluded.until_day, aliases = excluded.aliases, retired_at = NULL
 WHERE known.* IS DISTINCT FROM excluded.*
