SELECT capnuoc.keep_incidents($1::int8::int4)
