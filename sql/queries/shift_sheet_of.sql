SELECT (extract(epoch FROM s.made_at) * 1000)::bigint, s.sheet
  FROM capnuoc.shift_sheet s
 WHERE s.node = $1::text AND s.shift = $2::int8
 ORDER BY s.made_at DESC
 LIMIT 1
