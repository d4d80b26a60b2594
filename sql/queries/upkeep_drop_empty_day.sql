SELECT (capnuoc.drop_empty_day(DATE '1970-01-01' + $1::int8::int4) - DATE '1970-01-01')::int8
