-- Each time one began, came back, went further or got graver in [$1, $2) and was not put aside: its step says that
-- nobody has seen it.  In order of time, at most $3; of whom as in alarms_closed.sql.
SELECT t.at, a.point_key, a.rule_key, a.rule, t.severity::int8
  FROM capnuoc.alarm_transition t
  JOIN capnuoc.alarm a ON a.point_key = t.point_key AND a.alarm = t.alarm
 WHERE t.at >= $1::timestamptz AND t.at < $2::timestamptz AND t.state = 1 AND t.event <= 2
       AND ($4::text = '' AND $5::text = '' AND $6::text = ''
            OR EXISTS (SELECT FROM capnuoc.point p
                         JOIN capnuoc.site s ON s.id = p.site
                         JOIN capnuoc.system y ON y.id = s.system
                        WHERE p.point_key = a.point_key AND ($4::text = '' OR y.supplier = $4::text)
                              AND ($5::text = '' OR s.id = ANY (string_to_array($5::text, ' ')))
                              AND ($6::text = '' OR s.id = $6::text)))
 ORDER BY t.at
 LIMIT $3::int8
