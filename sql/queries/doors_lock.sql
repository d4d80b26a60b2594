SELECT 1::int8 FROM (SELECT pg_advisory_xact_lock(hashtext('capnuoc.doors'))) AS held
