-- The past that was set aside when the database came back, so that the present need not queue behind it: stretches
-- of a node's live lane, each with a cursor of its own.  Entries after seq up to upto are still to come; the live
-- cursor is beyond them.  The row of the live lane in delivery_cursor is locked before any of these is touched.

CREATE TABLE capnuoc.delivery_backlog (
    node  text   NOT NULL,
    epoch bigint NOT NULL,
    upto  bigint NOT NULL,
    seq   bigint NOT NULL,
    PRIMARY KEY (node, epoch, upto),
    CONSTRAINT delivery_backlog_is_a_stretch CHECK (seq < upto)
);

GRANT SELECT, INSERT, UPDATE (seq), DELETE ON capnuoc.delivery_backlog TO capnuoc_writer;
GRANT SELECT ON capnuoc.delivery_backlog TO capnuoc_reader;

-- What became of an entry that was set aside: delivered after all ('retried') or given up ('discarded'), by whom.
-- The row stays, as the trace of it.
ALTER TABLE capnuoc.quarantine
    ADD COLUMN settled    text,
    ADD COLUMN settled_by text,
    ADD COLUMN settled_at timestamptz;

GRANT SELECT, UPDATE (settled, settled_by, settled_at) ON capnuoc.quarantine TO capnuoc_writer;
