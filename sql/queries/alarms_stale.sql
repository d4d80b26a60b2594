-- Those that were open at $2 and had been since before $1, the oldest $3, with how many there are; of whom as in
-- alarms_closed.sql.
SELECT alarm, point_key, rule_key, rule, step::int8, times::int8, severity::int8, stake::int8, value, rule_limit,
       opened_at, changed_at, acknowledged_at, closed_at, closed_as::int8, count(*) OVER ()
  FROM capnuoc.alarm a
 WHERE opened_at < $1::timestamptz AND (closed_at IS NULL OR closed_at >= $2::timestamptz)
       AND ($4::text = '' AND $5::text = '' AND $6::text = ''
            OR EXISTS (SELECT FROM capnuoc.point p
                         JOIN capnuoc.site s ON s.id = p.site
                         JOIN capnuoc.system y ON y.id = s.system
                        WHERE p.point_key = a.point_key AND ($4::text = '' OR y.supplier = $4::text)
                              AND ($5::text = '' OR s.id = ANY (string_to_array($5::text, ' ')))
                              AND ($6::text = '' OR s.id = $6::text)))
 ORDER BY opened_at, alarm
 LIMIT $3::int8
