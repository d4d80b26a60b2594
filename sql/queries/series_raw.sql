-- The rows of [$3, $4), at most $5 of them with the one held at $3, which is looked for back to $2.
SELECT at, value, quality::int8, reason::int8
  FROM ((SELECT at, value, quality, reason
           FROM capnuoc.reading
          WHERE point_key = $1::int8 AND at >= $2::timestamptz AND at < $3::timestamptz
          ORDER BY at DESC LIMIT 1)
        UNION ALL
        (SELECT at, value, quality, reason
           FROM capnuoc.reading
          WHERE point_key = $1::int8 AND at >= $3::timestamptz AND at < $4::timestamptz
          ORDER BY at LIMIT $5::int8)) AS kept
 ORDER BY at
 LIMIT $5::int8
