-- The rows of [$3, $4), at most $5 of them with the one held at $3, which is looked for back to $2.
SELECT at, value, quality::int8, reason::int8
  FROM ((SELECT at, value, quality, reason
           FROM capnuoc.reading_all($1::int8, $2::timestamptz, $3::timestamptz)
          ORDER BY at DESC, quality DESC LIMIT 1)
        UNION ALL
        (SELECT at, value, quality, reason
           FROM capnuoc.reading_all($1::int8, $3::timestamptz, $4::timestamptz)
          ORDER BY at LIMIT $5::int8)) AS kept
 ORDER BY at, quality
 LIMIT $5::int8
