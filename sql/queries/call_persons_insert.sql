INSERT INTO capnuoc.call_person (node, call, incident, at, name, phone)
SELECT $2::text, call::bigint, incident::bigint, timestamptz 'epoch' + at_ms * interval '1 millisecond', name, phone
  FROM json_to_recordset($1::text::json) AS s(call text, incident text, at_ms bigint, name text, phone text)
ON CONFLICT DO NOTHING
