INSERT INTO capnuoc.incident_message (node, incident, kind, n, at, due_at, warnings, count, step_size, legal, drill, over)
SELECT $2::text, incident::bigint, kind, n, timestamptz 'epoch' + at_ms * interval '1 millisecond',
       timestamptz 'epoch' + due_ms * interval '1 millisecond', warnings, count, step_size, legal, drill, over
  FROM json_to_recordset($1::text::json)
       AS s(incident text, kind smallint, n integer, at_ms bigint, due_ms bigint, warnings smallint, count integer,
            step_size double precision, legal boolean, drill boolean, over boolean)
ON CONFLICT DO NOTHING
