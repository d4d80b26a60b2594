SELECT coalesce(max(version), 0)::int8 FROM capnuoc.config_version WHERE node = $1::text
