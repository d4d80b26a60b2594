-- Readings of [$3, $4), at most $6 of them, between the good ones that are nearest: back to $2, on to $5.  With
-- them the exchanges of that time; one that bears the time of a reading comes after it.
DECLARE meter_rows NO SCROLL CURSOR FOR
SELECT at, value, quality, reason, old_end, exchanged
  FROM ((SELECT at, value, quality::int8, reason::int8, NULL::float8 AS old_end, 0::int8 AS exchanged
           FROM capnuoc.reading_last_good($1::int8, $2::timestamptz, $3::timestamptz))
        UNION ALL
        (SELECT at, value, quality::int8, reason::int8, NULL::float8, 0::int8
           FROM capnuoc.reading_all($1::int8, $3::timestamptz, $4::timestamptz)
          WHERE value IS NOT NULL
          ORDER BY at LIMIT $6::int8)
        UNION ALL
        (SELECT at, value, quality::int8, reason::int8, NULL::float8, 0::int8
           FROM capnuoc.reading_first_good($1::int8, $4::timestamptz, $5::timestamptz))
        UNION ALL
        (SELECT at, value, quality::int8, reason::int8, NULL::float8, 0::int8
           FROM capnuoc.manual_reading
          WHERE point_key = $1::int8 AND at >= $2::timestamptz AND at < $5::timestamptz
          ORDER BY at LIMIT $6::int8)
        UNION ALL
        (SELECT at, new_start, 2::int8, 0::int8, old_end, 1::int8
           FROM capnuoc.meter_exchange
          WHERE point_key = $1::int8 AND at >= $2::timestamptz AND at < $5::timestamptz
          ORDER BY at LIMIT $6::int8)) AS kept
 ORDER BY at, exchanged
