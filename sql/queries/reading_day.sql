SELECT (capnuoc.make_reading_day($1::text::date)::int | capnuoc.make_minute_day($1::text::date)::int)::int8
