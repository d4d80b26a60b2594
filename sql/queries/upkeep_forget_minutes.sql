SELECT (capnuoc.forget_minutes(DATE '1970-01-01' + $1::int8::int4) - DATE '1970-01-01')::int8
