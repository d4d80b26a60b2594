INSERT INTO capnuoc.event (node, epoch, seq, item, at, kind, subject, number, text)
SELECT $2::text, $3::int8, seq, item, timestamptz 'epoch' + at_ms * interval '1 millisecond', kind, subject,
       number, text
  FROM json_to_recordset($1::text::json)
       AS sent(seq bigint, item integer, at_ms bigint, kind smallint, subject text, number double precision,
               text text)
ON CONFLICT DO NOTHING
