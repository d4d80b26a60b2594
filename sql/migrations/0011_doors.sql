-- Who may come in.  Each node has all of it in a file of its own and works from that; here they meet: a node takes
-- what is newer and writes what it has newer, one at a time.  Nothing is ever deleted: a name, once given, stays
-- somebody's, and what was taken away stays taken away.  A schema of its own, which the reader cannot even look into.

CREATE SCHEMA doors;
GRANT USAGE ON SCHEMA doors TO capnuoc_writer;

CREATE TABLE doors.account (
    name         text        PRIMARY KEY,
    full_name    text        NOT NULL,
    hash         text        NOT NULL, -- argon2id with its parameters and salt; '': no password fits
    role         text        NOT NULL,
    supplier     text        NOT NULL, -- '': all
    language     text        NOT NULL,
    leads        boolean     NOT NULL,
    disabled     boolean     NOT NULL,
    must_change  boolean     NOT NULL,
    removed      boolean     NOT NULL,
    made         timestamptz NOT NULL,
    password_set timestamptz NOT NULL,
    disabled_set timestamptz NOT NULL, -- the later decides about `disabled`
    changed      timestamptz NOT NULL, -- the later decides about the rest
    changed_by   text        NOT NULL
);

CREATE TABLE doors.token (
    prefix     text        PRIMARY KEY, -- the first characters of the secret: its name
    hash       bytea       NOT NULL,    -- BLAKE2b-256 of the whole
    purpose    text        NOT NULL,
    role       text        NOT NULL,
    supplier   text        NOT NULL,
    sites      text        NOT NULL,
    addresses  text        NOT NULL,
    revoked    boolean     NOT NULL,
    made       timestamptz NOT NULL,
    expires    timestamptz,
    used       timestamptz,             -- within the hour
    changed    timestamptz NOT NULL,
    changed_by text        NOT NULL,
    CONSTRAINT token_hash_is_one CHECK (octet_length(hash) = 32)
);

GRANT SELECT, INSERT, UPDATE ON doors.account, doors.token TO capnuoc_writer;
