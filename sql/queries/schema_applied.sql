INSERT INTO capnuoc.schema_version (version, name, applied_at) VALUES ($1::int8, $2::text, $3::timestamptz)
