SELECT capnuoc.days_waiting(DATE '1970-01-01' + $1::int8::int4)
