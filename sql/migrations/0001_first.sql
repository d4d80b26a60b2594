-- The first schema: what there is, what was read, what happened, and how far each node has delivered.
--
-- No column has a time of its own making: every instant comes from the node that saw it.  Readings carry
-- no foreign key and every unique key contains the column one would distribute by, so that PostgreSQL may
-- be replicated, sharded or tiered without a change here.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO capnuoc_maintenance, capnuoc_writer, capnuoc_reader',
                   current_database());
END
$$;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SCHEMA capnuoc;
GRANT USAGE ON SCHEMA capnuoc TO capnuoc_maintenance, capnuoc_writer, capnuoc_reader;

CREATE TABLE capnuoc.schema_version (
    version    integer     PRIMARY KEY,
    name       text        NOT NULL,
    applied_at timestamptz NOT NULL
);

-- ---------------------------------------------------------------- what there is

CREATE TABLE capnuoc.supplier (
    id   text PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE capnuoc.system (
    id       text PRIMARY KEY,
    supplier text NOT NULL REFERENCES capnuoc.supplier,
    name     text NOT NULL
);

CREATE TABLE capnuoc.site (
    id        text PRIMARY KEY,
    system    text NOT NULL REFERENCES capnuoc.system,
    name      text NOT NULL,
    kind      text NOT NULL,
    latitude  double precision,
    longitude double precision
);

-- seen: everything this node recorded before that instant has been delivered.
CREATE TABLE capnuoc.node (
    id      text   PRIMARY KEY,
    epoch   bigint NOT NULL,
    version text   NOT NULL,
    seen    timestamptz
);

-- point_key: 63 bits of BLAKE2b(id), the same on every node.
CREATE TABLE capnuoc.point (
    point_key    bigint PRIMARY KEY,
    id           text   NOT NULL UNIQUE,
    name         text   NOT NULL,
    site         text   NOT NULL REFERENCES capnuoc.site,
    node         text   NOT NULL,
    wire         text   NOT NULL,
    device       text   NOT NULL,
    parameter    text,
    unit         text   NOT NULL,
    decimals     integer NOT NULL,
    every_ms     bigint NOT NULL,
    deadband     double precision NOT NULL,
    heartbeat_ms bigint NOT NULL,
    low          double precision,
    high         double precision
);

-- ---------------------------------------------------------------- what was read

-- value: null when there is none, never 0 and never NaN.  quality and reason: the numbers of
-- include/model/quality.h.  One partition per local day (UTC+7).
CREATE TABLE capnuoc.reading (
    point_key bigint      NOT NULL,
    at        timestamptz NOT NULL,
    value     double precision,
    quality   smallint    NOT NULL,
    reason    smallint    NOT NULL,
    CONSTRAINT reading_value_is_finite CHECK (value > '-Infinity' AND value < 'Infinity')
) PARTITION BY RANGE (at);

CREATE INDEX reading_point_at ON capnuoc.reading (point_key, at);

-- Makes the partition of one local day, beside the table, and attaches it: PARTITION OF would lock out
-- readers and writers of the whole table behind a long report.  True when it was made now.
CREATE FUNCTION capnuoc.make_reading_day(day date) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '2s'
AS $$
DECLARE
    partition_name text := 'reading_' || to_char(day, 'YYYYMMDD');
    begins timestamptz := (to_char(day, 'YYYY-MM-DD') || ' 00:00:00+07')::timestamptz;
    ends   timestamptz := (to_char(day + 1, 'YYYY-MM-DD') || ' 00:00:00+07')::timestamptz;
BEGIN
    IF day IS NULL OR day < DATE '2000-01-01' OR day >= DATE '2100-01-01' THEN
        RAISE EXCEPTION 'no partition is made for the day %: it is outside 2000 to 2099', day
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF to_regclass('capnuoc.' || partition_name) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('capnuoc.make_reading_day'));
    IF to_regclass('capnuoc.' || partition_name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE capnuoc.%I (LIKE capnuoc.reading INCLUDING CONSTRAINTS INCLUDING INDEXES)',
                   partition_name);
    EXECUTE format('ALTER TABLE capnuoc.reading ATTACH PARTITION capnuoc.%I FOR VALUES FROM (%L) TO (%L)',
                   partition_name, begins, ends);
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION capnuoc.make_reading_day(date) FROM PUBLIC;

-- ---------------------------------------------------------------- what happened

-- kind: the numbers of include/model/event.h.  item: place in the journal entry; below 0 for what the
-- deliverer itself had to say about lane -item.
CREATE TABLE capnuoc.event (
    node    text        NOT NULL,
    epoch   bigint      NOT NULL,
    seq     bigint      NOT NULL,
    item    integer     NOT NULL,
    at      timestamptz NOT NULL,
    kind    smallint    NOT NULL,
    subject text        NOT NULL,
    number  double precision,
    text    text        NOT NULL,
    PRIMARY KEY (node, epoch, seq, item)
);
CREATE INDEX event_at ON capnuoc.event (at);

-- ---------------------------------------------------------------- how far each node is

-- lane: the numbers of include/model/lane.h.  The row is locked before anything is delivered.
CREATE TABLE capnuoc.delivery_cursor (
    node  text     NOT NULL,
    lane  smallint NOT NULL,
    epoch bigint   NOT NULL,
    seq   bigint   NOT NULL,
    PRIMARY KEY (node, lane)
);

-- Entries of the journal that can never become rows, whole, with the reason.
CREATE TABLE capnuoc.quarantine (
    node   text        NOT NULL,
    lane   smallint    NOT NULL,
    epoch  bigint      NOT NULL,
    seq    bigint      NOT NULL,
    reason text        NOT NULL,
    body   bytea       NOT NULL,
    at     timestamptz NOT NULL,
    PRIMARY KEY (node, lane, epoch, seq)
);

-- ---------------------------------------------------------------- who may do what

GRANT SELECT ON capnuoc.schema_version TO capnuoc_maintenance, capnuoc_writer, capnuoc_reader;

GRANT INSERT ON capnuoc.reading, capnuoc.event, capnuoc.quarantine TO capnuoc_writer;
GRANT SELECT, INSERT, UPDATE ON capnuoc.supplier, capnuoc.system, capnuoc.site, capnuoc.point, capnuoc.node,
    capnuoc.delivery_cursor TO capnuoc_writer;

GRANT SELECT ON capnuoc.supplier, capnuoc.system, capnuoc.site, capnuoc.point, capnuoc.node, capnuoc.reading,
    capnuoc.event, capnuoc.delivery_cursor, capnuoc.quarantine TO capnuoc_reader;

GRANT EXECUTE ON FUNCTION capnuoc.make_reading_day(date) TO capnuoc_maintenance;
