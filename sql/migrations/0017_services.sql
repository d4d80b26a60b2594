-- Services of what a counter counts for: pumps by their run hours, valves by their strokes.  What people told, for ever.

CREATE TABLE capnuoc.service (
    node       text             NOT NULL,
    key        text             NOT NULL,
    point_key  bigint           NOT NULL, -- of the counter
    at         timestamptz      NOT NULL,
    counter    double precision NOT NULL, -- what it showed then
    who        text             NOT NULL,
    note       text             NOT NULL, -- what was done
    entered_at timestamptz      NOT NULL,
    PRIMARY KEY (node, key),
    CONSTRAINT service_counter_is_a_number CHECK (counter >= 0 AND counter < 'Infinity')
);
CREATE INDEX service_point_at ON capnuoc.service (point_key, at);

GRANT INSERT ON capnuoc.service TO capnuoc_writer;
GRANT SELECT ON capnuoc.service TO capnuoc_reader;
