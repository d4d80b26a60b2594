INSERT INTO capnuoc.incident_tie (node, incident, other, kind)
SELECT $2::text, i.incident::bigint, t.other::bigint, kind
  FROM json_to_recordset($1::text::json) AS i(incident text, ties json),
       json_to_recordset(i.ties) AS t(other text, kind smallint)
ON CONFLICT DO NOTHING
