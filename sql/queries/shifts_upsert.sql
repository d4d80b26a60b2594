-- What is over stays as it is, however often and in whatever order it is delivered; of one that is not, the one
-- with more entries is the later.
WITH sent AS (
    SELECT DISTINCT ON (shift) *
      FROM json_to_recordset($1::text::json)
           AS s(shift text, follows text, state smallint, supplier text, who text, leads boolean, from_ms bigint,
                taken_ms bigint, "to" text, offered_ms bigint, ended_ms bigint, entries integer)
     ORDER BY shift, ended_ms NULLS LAST, entries DESC
)
INSERT INTO capnuoc.shift AS m
       (node, shift, follows, state, supplier, who, leads, began_at, taken_at, offered_to, offered_at, ended_at, entries)
SELECT $2::text, shift::bigint, follows::bigint, state, supplier, who, leads,
       timestamptz 'epoch' + from_ms * interval '1 millisecond',
       timestamptz 'epoch' + taken_ms * interval '1 millisecond', "to",
       timestamptz 'epoch' + offered_ms * interval '1 millisecond',
       timestamptz 'epoch' + ended_ms * interval '1 millisecond', entries
  FROM sent
    ON CONFLICT (node, shift) DO UPDATE
   SET state = excluded.state, offered_to = excluded.offered_to, offered_at = excluded.offered_at,
       ended_at = excluded.ended_at, entries = excluded.entries
 WHERE m.ended_at IS NULL AND (excluded.ended_at IS NOT NULL OR excluded.entries > m.entries)
