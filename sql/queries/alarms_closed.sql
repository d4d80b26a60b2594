-- Those that closed in [$1, $2), the last first, at most $3 of them, before ($7, $8); of supplier $4, of sites $5, of
-- site $6, as far as these say something.  With each who acknowledged it last (event 7) and shelved it last (9).
SELECT a.alarm, a.point_key, a.rule_key, a.rule, a.step::int8, a.times::int8, a.severity::int8, a.stake::int8, a.value,
       a.rule_limit, a.opened_at, a.changed_at, a.acknowledged_at, a.closed_at, a.closed_as::int8,
       saw.at, saw.who, saw.why, shelf.at, shelf.who, shelf.why, shelf.until
  FROM (SELECT *
          FROM capnuoc.alarm a
         WHERE closed_at >= $1::timestamptz AND closed_at < $2::timestamptz
               AND (closed_at, alarm) < ($7::timestamptz, $8::int8)
               AND ($4::text = '' AND $5::text = '' AND $6::text = ''
                    OR EXISTS (SELECT FROM capnuoc.point p
                                 JOIN capnuoc.site s ON s.id = p.site
                                 JOIN capnuoc.system y ON y.id = s.system
                                WHERE p.point_key = a.point_key AND ($4::text = '' OR y.supplier = $4::text)
                                      AND ($5::text = '' OR s.id = ANY (string_to_array($5::text, ' ')))
                                      AND ($6::text = '' OR s.id = $6::text)))
         ORDER BY closed_at DESC, alarm DESC
         LIMIT $3::int8) a
  LEFT JOIN LATERAL (SELECT t.at, t.who, t.why
                       FROM capnuoc.alarm_transition t
                      WHERE t.point_key = a.point_key AND t.alarm = a.alarm AND t.event = 7
                      ORDER BY t.step DESC LIMIT 1) saw ON true
  LEFT JOIN LATERAL (SELECT t.at, t.who, t.why, t.until
                       FROM capnuoc.alarm_transition t
                      WHERE t.point_key = a.point_key AND t.alarm = a.alarm AND t.event = 9
                      ORDER BY t.step DESC LIMIT 1) shelf ON true
 ORDER BY a.closed_at DESC, a.alarm DESC
