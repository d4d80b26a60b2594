INSERT INTO capnuoc.alarm_transition (point_key, alarm, step, at, event, state, core, severity, value, rule_limit,
                                      until, who, why, node)
SELECT point_key::bigint, alarm::bigint, step, timestamptz 'epoch' + at_ms * interval '1 millisecond', event, state,
       core, severity, value, rule_limit, timestamptz 'epoch' + shelved_until_ms * interval '1 millisecond', who, why,
       $2::text
  FROM json_to_recordset($1::text::json)
       AS s(point_key text, alarm text, step integer, at_ms bigint, event smallint, state smallint, core smallint,
            severity smallint, value double precision, rule_limit double precision, shelved_until_ms bigint, who text,
            why text)
ON CONFLICT DO NOTHING
