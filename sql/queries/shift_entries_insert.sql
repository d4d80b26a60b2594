INSERT INTO capnuoc.shift_entry
       (node, entry, shift, n, kind, key, claimed_at, recorded_at, who, offered_to, said, site, point, incident, corrects)
SELECT $2::text, entry::bigint, shift::bigint, n, kind, key, timestamptz 'epoch' + claimed_ms * interval '1 millisecond',
       timestamptz 'epoch' + recorded_ms * interval '1 millisecond', who, "to", said, site, point, incident::bigint,
       corrects::bigint
  FROM json_to_recordset($1::text::json)
       AS s(entry text, shift text, n integer, kind smallint, key text, claimed_ms bigint, recorded_ms bigint, who text,
            "to" text, said text, site text, point text, incident text, corrects text)
    ON CONFLICT DO NOTHING
