-- NOT IN is hashed whatever the planner thinks of the number of rows; NOT EXISTS was joined pair by pair.
WITH sent AS (
    SELECT $1::text::json AS ids, $2::text AS node, $3::timestamptz AS at
), points AS (
    SELECT json_array_elements_text(ids -> 'points')::bigint AS key FROM sent
), sites AS (
    SELECT json_array_elements_text(ids -> 'sites') AS id FROM sent
), zones AS (
    SELECT json_array_elements_text(ids -> 'zones') AS id FROM sent
), systems AS (
    SELECT json_array_elements_text(ids -> 'systems') AS id FROM sent
), point AS (
    UPDATE capnuoc.point AS known SET retired_at = sent.at
      FROM sent
     WHERE known.node = sent.node AND known.retired_at IS NULL
       AND known.point_key NOT IN (SELECT key FROM points)
), site AS (
    UPDATE capnuoc.site AS known SET retired_at = sent.at
      FROM sent
     WHERE known.node = sent.node AND known.retired_at IS NULL
       AND known.id NOT IN (SELECT id FROM sites)
), zone AS (
    UPDATE capnuoc.zone AS known SET retired_at = sent.at
      FROM sent
     WHERE known.node = sent.node AND known.retired_at IS NULL
       AND known.id NOT IN (SELECT id FROM zones)
)
UPDATE capnuoc.system AS known SET retired_at = sent.at
  FROM sent
 WHERE known.node = sent.node AND known.retired_at IS NULL
   AND known.id NOT IN (SELECT id FROM systems)
