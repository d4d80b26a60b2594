SELECT count(*)::int8
  FROM capnuoc.incident i
 WHERE i.start_at >= $1::timestamptz AND i.start_at < $2::timestamptz AND i.drill AND i.merged_into IS NULL
   AND ($3::text = '' OR EXISTS (SELECT FROM capnuoc.member_place p
                                  WHERE p.node = i.node AND p.incident = i.incident AND p.supplier = $3::text))
