WITH sent AS (
    SELECT DISTINCT ON (i.incident, duty) i.incident::bigint AS incident, i.revision::bigint AS revision, duty,
           timestamptz 'epoch' + since_ms * interval '1 millisecond' AS since,
           timestamptz 'epoch' + due_ms * interval '1 millisecond' AS due_at,
           timestamptz 'epoch' + done_ms * interval '1 millisecond' AS done_at,
           timestamptz 'epoch' + recorded_ms * interval '1 millisecond' AS recorded_at, waived, who
      FROM json_to_recordset($1::text::json) AS i(incident text, revision text, duties json),
           json_to_recordset(i.duties)
           AS d(duty smallint, since_ms bigint, due_ms bigint, done_ms bigint, recorded_ms bigint, waived boolean,
                who text)
     ORDER BY i.incident, duty, i.revision::bigint DESC
)
INSERT INTO capnuoc.incident_duty AS a (node, incident, duty, revision, since, due_at, done_at, recorded_at, waived, who)
SELECT $2::text, incident, duty, revision, since, due_at, done_at, recorded_at, waived, who FROM sent
    ON CONFLICT (node, incident, duty) DO UPDATE
   SET revision = excluded.revision, since = excluded.since, due_at = excluded.due_at, done_at = excluded.done_at,
       recorded_at = excluded.recorded_at, waived = excluded.waived, who = excluded.who
 WHERE a.revision < excluded.revision
