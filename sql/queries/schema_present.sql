SELECT (to_regclass('capnuoc.schema_version') IS NOT NULL)::int::int8
