-- Alarms that another of the same rule on the same point takes the place of: the older is superseded.
WITH steps AS (
    SELECT * FROM json_to_recordset($1::text::json)
           AS s(alarm text, point_key text, rule_key text, opened_ms bigint, closed_as smallint)
), sent AS (
    SELECT DISTINCT ON (point_key, rule_key) alarm::bigint AS alarm, point_key::bigint AS point_key,
           rule_key::bigint AS rule_key, timestamptz 'epoch' + opened_ms * interval '1 millisecond' AS opened_at
      FROM steps
     ORDER BY point_key, rule_key, opened_ms DESC
)
UPDATE capnuoc.alarm a
   SET closed_at = greatest(a.changed_at, sent.opened_at), closed_as = 3
  FROM sent
 WHERE a.point_key = sent.point_key AND a.rule_key = sent.rule_key AND a.closed_at IS NULL
       AND a.alarm <> sent.alarm AND a.opened_at <= sent.opened_at
       AND NOT EXISTS (SELECT FROM steps WHERE steps.alarm::bigint = a.alarm AND closed_as <> 0)
