-- As shift_keys_used.sql, of measures, black spots and rounds.
SELECT count(*), coalesce(min(x.key), '')
  FROM (SELECT t.key, t.at, coalesce(m.entered_at, min(t.at) OVER (PARTITION BY t.prevention)) AS kept
          FROM (SELECT DISTINCT prevention::bigint AS prevention, key,
                       timestamptz 'epoch' + entered_ms * interval '1 millisecond' AS at
                  FROM json_to_recordset($1::text::json) AS s(prevention text, key text, entered_ms bigint)) t
          LEFT JOIN capnuoc.prevention m ON m.node = $2::text AND m.prevention = t.prevention) x
 WHERE x.at <> x.kept
