-- An earlier revision changes nothing; what is over stays as it is, however often and in whatever order it is delivered.
WITH sent AS (
    SELECT DISTINCT ON (prevention) *
      FROM json_to_recordset($1::text::json)
           AS s(prevention text, key text, kind smallint, state smallint, reason smallint, incident text, spot text,
                site text, zone text, entered_ms bigint, told_on date, due_on date, closed_ms bigint, ended_on date,
                who text, responsible text, what text, evidence text, ended_by text, end_why text,
                revision bigint, amended_by text)
     ORDER BY prevention, revision DESC, closed_ms NULLS LAST
)
INSERT INTO capnuoc.prevention AS p
       (prevention, node, key, kind, state, reason, incident, spot, site, zone, entered_at, told_on, due_on, closed_at,
        ended_on, who, responsible, what, evidence, ended_by, end_why, revision, amended_by)
SELECT prevention::bigint, $2::text, key, kind, state, reason, incident::bigint, spot::bigint, site, zone,
       timestamptz 'epoch' + entered_ms * interval '1 millisecond', told_on, due_on,
       timestamptz 'epoch' + closed_ms * interval '1 millisecond', ended_on, who, responsible, what, evidence,
       ended_by, end_why, revision, amended_by
  FROM sent
    ON CONFLICT (node, prevention) DO UPDATE
   SET reason = excluded.reason, what = excluded.what, evidence = excluded.evidence, due_on = excluded.due_on,
       revision = excluded.revision, amended_by = excluded.amended_by, state = excluded.state, closed_at = excluded.closed_at, ended_on = excluded.ended_on,
       ended_by = excluded.ended_by, end_why = excluded.end_why
 WHERE p.closed_at IS NULL
       AND (excluded.revision > p.revision OR excluded.revision = p.revision AND excluded.closed_at IS NOT NULL)
