INSERT INTO capnuoc.config_version (node, version, at, author, digest, difference)
VALUES ($1::text, $2::int8::integer, $3::timestamptz, $4::text, $5::text, $6::text)
ON CONFLICT (node, version) DO NOTHING
