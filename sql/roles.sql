-- The four roles, made by the cluster's superuser before the first migration.  Safe to run again: it
-- only sets what should be so.  Expects the psql variables owner_password, maintenance_password,
-- writer_password and reader_password; each may arrive changed, and then it is changed here.
--
--   capnuoc_owner        owns the database and its tables; migrations run under it
--   capnuoc_maintenance  makes, attaches and drops partitions
--   capnuoc_writer       delivers; owns no table
--   capnuoc_reader       answers questions; changes nothing

SELECT format('CREATE ROLE %I', wanted.name)
  FROM unnest(ARRAY['capnuoc_owner', 'capnuoc_maintenance', 'capnuoc_writer', 'capnuoc_reader']) AS wanted(name)
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) \gexec

ALTER ROLE capnuoc_owner       LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
ALTER ROLE capnuoc_maintenance LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION PASSWORD :'maintenance_password';
ALTER ROLE capnuoc_writer      LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION PASSWORD :'writer_password';
ALTER ROLE capnuoc_reader      LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION PASSWORD :'reader_password';
