SELECT (s.day - DATE '1970-01-01')::int8, s.key, s.packed, s.kept
  FROM capnuoc.pack_step(DATE '1970-01-01' + $1::int8::int4, DATE '1970-01-01' + $2::int8::int4, $3::int8, $4::int8) s
