-- Values that people set in the place of what a device says, until an end, and their releases (value null, until is
-- when it was released).  What was shown meanwhile is in reading, uncertain, with its own reason.

CREATE TABLE capnuoc.forced_value (
    node       text             NOT NULL,
    key        text             NOT NULL,
    point_key  bigint           NOT NULL,
    value      double precision,
    until      timestamptz      NOT NULL,
    who        text             NOT NULL,
    note       text             NOT NULL,
    entered_at timestamptz      NOT NULL,
    PRIMARY KEY (node, key),
    CONSTRAINT forced_value_is_finite CHECK (value > '-Infinity' AND value < 'Infinity')
);
CREATE INDEX forced_value_point_entered_at ON capnuoc.forced_value (point_key, entered_at);

GRANT INSERT ON capnuoc.forced_value TO capnuoc_writer;
GRANT SELECT ON capnuoc.forced_value TO capnuoc_reader;
