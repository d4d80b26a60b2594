-- The last step of each; an older one changes nothing, what is closed stays closed, and one that would be open
-- beside a newer one is superseded.
WITH sent AS (
    SELECT DISTINCT ON (alarm) alarm::bigint AS alarm, point_key::bigint AS point_key, rule_key::bigint AS rule_key,
           rule, step, times, state, severity, stake, latched, value, rule_limit,
           timestamptz 'epoch' + opened_ms * interval '1 millisecond' AS opened_at,
           timestamptz 'epoch' + at_ms * interval '1 millisecond' AS changed_at,
           timestamptz 'epoch' + acknowledged_ms * interval '1 millisecond' AS acknowledged_at,
           timestamptz 'epoch' + shelved_until_ms * interval '1 millisecond' AS shelved_until,
           closed_as
      FROM json_to_recordset($1::text::json)
           AS s(alarm text, point_key text, rule_key text, rule text, step integer, times integer, state smallint,
                severity smallint, stake smallint, latched boolean, value double precision,
                rule_limit double precision, opened_ms bigint, at_ms bigint, acknowledged_ms bigint,
                shelved_until_ms bigint, closed_as smallint)
     ORDER BY alarm, step DESC
), known AS (
    SELECT *, closed_as = 0
              AND (EXISTS (SELECT FROM capnuoc.alarm a
                            WHERE a.point_key = sent.point_key AND a.rule_key = sent.rule_key
                                  AND a.alarm <> sent.alarm AND a.opened_at > sent.opened_at)
                   OR EXISTS (SELECT FROM sent o
                               WHERE o.point_key = sent.point_key AND o.rule_key = sent.rule_key
                                     AND (o.opened_at, o.alarm) > (sent.opened_at, sent.alarm))) AS late
      FROM sent
)
INSERT INTO capnuoc.alarm AS a
       (alarm, node, point_key, rule_key, rule, step, times, state, severity, stake, latched, value, rule_limit,
        opened_at, changed_at, acknowledged_at, shelved_until, closed_at, closed_as)
SELECT alarm, $2::text, point_key, rule_key, rule, step, times, state, severity, stake, latched, value, rule_limit,
       opened_at, changed_at, acknowledged_at, shelved_until,
       CASE WHEN closed_as <> 0 OR late THEN changed_at END, CASE WHEN late THEN 3 ELSE closed_as END
  FROM known
    ON CONFLICT (point_key, alarm) DO UPDATE
   SET step = excluded.step, times = excluded.times, state = excluded.state, severity = excluded.severity,
       value = excluded.value, rule_limit = excluded.rule_limit, changed_at = excluded.changed_at,
       acknowledged_at = excluded.acknowledged_at, shelved_until = excluded.shelved_until,
       closed_at = coalesce(a.closed_at, excluded.closed_at),
       closed_as = CASE WHEN a.closed_at IS NULL THEN excluded.closed_as ELSE a.closed_as END
 WHERE a.step < excluded.step
