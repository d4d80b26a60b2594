INSERT INTO capnuoc.shift_sheet (node, shift, made_at, sheet)
SELECT $2::text, shift::bigint, timestamptz 'epoch' + made_ms * interval '1 millisecond', sheet
  FROM json_to_recordset($1::text::json) AS s(shift text, made_ms bigint, sheet text)
    ON CONFLICT DO NOTHING
