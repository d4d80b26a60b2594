-- What people write down in the field: readings of points that have no device, exchanges of meters.  Kept apart
-- from what devices say, for ever.  key: the teller's own name for it, so that told twice is told once.

ALTER TABLE capnuoc.point ADD COLUMN manual boolean NOT NULL DEFAULT false;

CREATE TABLE capnuoc.manual_reading (
    node       text             NOT NULL,
    key        text             NOT NULL,
    point_key  bigint           NOT NULL,
    at         timestamptz      NOT NULL,
    value      double precision NOT NULL,
    quality    smallint         NOT NULL,
    reason     smallint         NOT NULL,
    who        text             NOT NULL,
    note       text             NOT NULL,
    entered_at timestamptz      NOT NULL,
    PRIMARY KEY (node, key),
    CONSTRAINT manual_reading_value_is_finite CHECK (value > '-Infinity' AND value < 'Infinity')
);
CREATE INDEX manual_reading_point_at ON capnuoc.manual_reading (point_key, at);

CREATE TABLE capnuoc.meter_exchange (
    node       text             NOT NULL,
    key        text             NOT NULL,
    point_key  bigint           NOT NULL,
    at         timestamptz      NOT NULL,
    old_end    double precision NOT NULL,
    new_start  double precision NOT NULL,
    who        text             NOT NULL,
    note       text             NOT NULL,
    entered_at timestamptz      NOT NULL,
    PRIMARY KEY (node, key)
);
CREATE INDEX meter_exchange_point_at ON capnuoc.meter_exchange (point_key, at);

GRANT INSERT ON capnuoc.manual_reading, capnuoc.meter_exchange TO capnuoc_writer;
GRANT SELECT ON capnuoc.manual_reading, capnuoc.meter_exchange TO capnuoc_reader;
