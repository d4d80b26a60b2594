SELECT coalesce(max(version), 0)::int8 FROM capnuoc.schema_version
