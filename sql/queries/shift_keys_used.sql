-- How many of the entries told here the database has under the same key from another time, and one such key: of
-- those that are told here twice, the first.  What is delivered again is of the same time.
SELECT count(*), coalesce(min(x.key), '')
  FROM (SELECT t.key, t.at, coalesce(m.recorded_at, min(t.at) OVER (PARTITION BY t.entry)) AS kept
          FROM (SELECT DISTINCT entry::bigint AS entry, key,
                       timestamptz 'epoch' + recorded_ms * interval '1 millisecond' AS at
                  FROM json_to_recordset($1::text::json) AS s(entry text, key text, recorded_ms bigint)) t
          LEFT JOIN capnuoc.shift_entry m ON m.node = $2::text AND m.entry = t.entry) x
 WHERE x.at <> x.kept
