-- The readings of [$2, $3), the oldest $4 of them.
SELECT at, value, quality::int8, reason::int8
  FROM capnuoc.reading_all($1::int8, $2::timestamptz, $3::timestamptz)
 ORDER BY at, quality
 LIMIT $4::int8
