-- What is over stays as it is, however often and in whatever order it is delivered.
WITH sent AS (
    SELECT DISTINCT ON (mode) *
      FROM json_to_recordset($1::text::json)
           AS s(mode text, key text, kind smallint, place smallint, subject text, from_ms bigint, until_ms bigint,
                ended_ms bigint, ended_as smallint, who text, why text, ended_by text, end_why text)
     ORDER BY mode, ended_ms NULLS LAST
)
INSERT INTO capnuoc.mode AS m
       (mode, node, key, kind, place, subject, began_at, until, ended_at, ended_as, who, why, ended_by, end_why)
SELECT mode::bigint, $2::text, key, kind, place, subject, timestamptz 'epoch' + from_ms * interval '1 millisecond',
       timestamptz 'epoch' + until_ms * interval '1 millisecond',
       timestamptz 'epoch' + ended_ms * interval '1 millisecond', ended_as, who, why, ended_by, end_why
  FROM sent
    ON CONFLICT (node, mode) DO UPDATE
   SET ended_at = excluded.ended_at, ended_as = excluded.ended_as, ended_by = excluded.ended_by,
       end_why = excluded.end_why
 WHERE m.ended_at IS NULL AND excluded.ended_at IS NOT NULL
