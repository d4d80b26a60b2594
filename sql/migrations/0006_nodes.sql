-- Several nodes in one database: how each is, and its present points for the others to show.

-- speaks: the newest schema version that its program knows; 0: a program older than this column.
-- beat: counts up while it lives; the number of its newest tick.
-- told_at: that tick by the node's own clock; heard_at: by the server's.  Both say only whether a node lives
-- and whether its clock is right; nothing is ever dated by them.
ALTER TABLE capnuoc.node
    ADD COLUMN speaks   integer NOT NULL DEFAULT 0,
    ADD COLUMN beat     bigint  NOT NULL DEFAULT 0,
    ADD COLUMN told_at  timestamptz,
    ADD COLUMN heard_at timestamptz;
ALTER TABLE capnuoc.node SET (fillfactor = 50);

-- gen: the beat at which the page last changed.  body: src/store/page.h says what it is; empty: no points.
-- Rows stay where they are (fillfactor), are not compressed (they are dense already) and never deleted.
CREATE TABLE capnuoc.node_present (
    node text    NOT NULL,
    page integer NOT NULL,
    gen  bigint  NOT NULL,
    body bytea   NOT NULL,
    PRIMARY KEY (node, page)
) WITH (fillfactor = 50);
ALTER TABLE capnuoc.node_present ALTER COLUMN body SET STORAGE EXTERNAL;

GRANT SELECT, INSERT, UPDATE ON capnuoc.node_present TO capnuoc_writer;
GRANT SELECT ON capnuoc.node_present TO capnuoc_reader;
