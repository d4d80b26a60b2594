SELECT capnuoc.roll_up($1::int8::int4)::int8
