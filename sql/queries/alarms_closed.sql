-- Those that closed in [$1, $2), the last first, at most $3 of them, before ($7, $8); of supplier $4, of sites $5, of
-- site $6, as far as these say something.
SELECT alarm, point_key, rule_key, rule, step::int8, times::int8, severity::int8, stake::int8, value, rule_limit,
       opened_at, changed_at, acknowledged_at, closed_at, closed_as::int8
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
 LIMIT $3::int8
