-- What became of each message on its way to each who should have it.  A letter that is settled stays as it is.
CREATE TABLE capnuoc.incident_letter (
    node       text        NOT NULL,
    incident   bigint      NOT NULL,
    kind       smallint    NOT NULL,
    n          bigint      NOT NULL,
    recipient  text        NOT NULL,
    channel    smallint    NOT NULL,
    state      smallint    NOT NULL,
    tries      integer     NOT NULL,
    made_at    timestamptz NOT NULL,
    settled_at timestamptz,
    said       text        NOT NULL,
    PRIMARY KEY (node, incident, kind, n, recipient, channel)
);
CREATE INDEX incident_letter_made_at ON capnuoc.incident_letter (made_at);

GRANT SELECT, INSERT, UPDATE ON capnuoc.incident_letter TO capnuoc_writer;
GRANT SELECT ON capnuoc.incident_letter TO capnuoc_reader, capnuoc_maintenance;
