-- What this session inserts comes in order: see reading_is_late.
SELECT set_config('capnuoc.in_order', 'on', false)
