WITH sent AS (
    SELECT $1::text::json AS ids, $2::text AS node, $3::timestamptz AS at
), point AS (
    UPDATE capnuoc.point AS known SET retired_at = sent.at
      FROM sent
     WHERE known.node = sent.node AND known.retired_at IS NULL
       AND NOT known.point_key = ANY (ARRAY(SELECT json_array_elements_text(sent.ids -> 'points')::bigint))
), site AS (
    UPDATE capnuoc.site AS known SET retired_at = sent.at
      FROM sent
     WHERE known.node = sent.node AND known.retired_at IS NULL
       AND NOT known.id = ANY (ARRAY(SELECT json_array_elements_text(sent.ids -> 'sites')))
), zone AS (
    UPDATE capnuoc.zone AS known SET retired_at = sent.at
      FROM sent
     WHERE known.node = sent.node AND known.retired_at IS NULL
       AND NOT known.id = ANY (ARRAY(SELECT json_array_elements_text(sent.ids -> 'zones')))
)
UPDATE capnuoc.system AS known SET retired_at = sent.at
  FROM sent
 WHERE known.node = sent.node AND known.retired_at IS NULL
   AND NOT known.id = ANY (ARRAY(SELECT json_array_elements_text(sent.ids -> 'systems')))
