INSERT INTO capnuoc.supplier AS known (id, name, hotline)
SELECT id, name, hotline FROM json_to_recordset($1::text::json) AS sent(id text, name text, hotline text)
 WHERE $2::text IS NOT NULL
ON CONFLICT (id) DO UPDATE SET name = excluded.name, hotline = excluded.hotline, retired_at = NULL
 WHERE known.* IS DISTINCT FROM excluded.*
