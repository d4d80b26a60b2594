-- One node at a time keeps the database in order; the lock goes with the connection.  It waits for nobody long.
SELECT pg_try_advisory_lock(hashtext('capnuoc.maintenance'))::int::int8,
       set_config('lock_timeout', '2s', false)
