WITH sent AS (
    SELECT DISTINCT ON (incident, kind, n, recipient, channel) *
      FROM json_to_recordset($1::text::json)
           AS s(incident text, kind smallint, n bigint, recipient text, channel smallint, state smallint, tries integer,
                made_ms bigint, settled_ms bigint, said text)
     ORDER BY incident, kind, n, recipient, channel, state = 1 DESC, settled_ms NULLS LAST, tries DESC
)
INSERT INTO capnuoc.incident_letter AS l
       (node, incident, kind, n, recipient, channel, state, tries, made_at, settled_at, said)
SELECT $2::text, incident::bigint, kind, n, recipient, channel, state, tries,
       timestamptz 'epoch' + made_ms * interval '1 millisecond',
       timestamptz 'epoch' + settled_ms * interval '1 millisecond', said
  FROM sent
    ON CONFLICT (node, incident, kind, n, recipient, channel) DO UPDATE
   SET state = excluded.state, tries = excluded.tries, settled_at = excluded.settled_at, said = excluded.said
 WHERE (l.settled_at IS NULL AND (l.tries < excluded.tries OR excluded.settled_at IS NOT NULL))
    OR (l.state = 3 AND excluded.state = 1) -- given up, and taken after all
