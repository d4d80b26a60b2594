DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO capnuoc_maintenance, capnuoc_writer, capnuoc_reader',
                   current_database());
END
$$
