-- Who was on when, the log of each shift, and the hand-over sheet as it was.  No retention touches them; an entry
-- and a sheet that lie here are never changed, nor is a shift that is over.

CREATE TABLE capnuoc.shift (
    node       text        NOT NULL,
    shift      bigint      NOT NULL,
    follows    bigint,
    state      smallint    NOT NULL,
    supplier   text        NOT NULL,
    who        text        NOT NULL,
    leads      boolean     NOT NULL,
    began_at   timestamptz NOT NULL,
    taken_at   timestamptz NOT NULL,
    offered_to text        NOT NULL,
    offered_at timestamptz,
    ended_at   timestamptz,
    entries    integer     NOT NULL,
    PRIMARY KEY (node, shift)
);
CREATE INDEX shift_taken_at ON capnuoc.shift (node, taken_at, shift);

CREATE TABLE capnuoc.shift_entry (
    node        text        NOT NULL,
    entry       bigint      NOT NULL,
    shift       bigint      NOT NULL,
    n           integer     NOT NULL,
    kind        smallint    NOT NULL,
    key         text        NOT NULL,
    claimed_at  timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    who         text        NOT NULL,
    offered_to  text        NOT NULL,
    said        text        NOT NULL,
    site        text        NOT NULL,
    point       text        NOT NULL,
    incident    bigint,
    corrects    bigint,
    PRIMARY KEY (node, entry)
);
CREATE INDEX shift_entry_of ON capnuoc.shift_entry (node, shift, n);

-- A shift may be handed over again, to somebody else: its last sheet counts.
CREATE TABLE capnuoc.shift_sheet (
    node    text        NOT NULL,
    shift   bigint      NOT NULL,
    made_at timestamptz NOT NULL,
    sheet   text        NOT NULL,
    PRIMARY KEY (node, shift, made_at)
);

CREATE FUNCTION capnuoc.shift_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what the shift log has is never changed';
END
$$;
CREATE TRIGGER shift_stays BEFORE UPDATE ON capnuoc.shift
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION capnuoc.shift_stays();
CREATE TRIGGER shift_is_kept BEFORE DELETE ON capnuoc.shift
    FOR EACH ROW EXECUTE FUNCTION capnuoc.shift_stays();
CREATE TRIGGER shift_is_kept_whole BEFORE TRUNCATE ON capnuoc.shift
    FOR EACH STATEMENT EXECUTE FUNCTION capnuoc.shift_stays();
CREATE TRIGGER shift_entry_stays BEFORE UPDATE OR DELETE ON capnuoc.shift_entry
    FOR EACH ROW EXECUTE FUNCTION capnuoc.shift_stays();
CREATE TRIGGER shift_entry_is_kept_whole BEFORE TRUNCATE ON capnuoc.shift_entry
    FOR EACH STATEMENT EXECUTE FUNCTION capnuoc.shift_stays();
CREATE TRIGGER shift_sheet_stays BEFORE UPDATE OR DELETE ON capnuoc.shift_sheet
    FOR EACH ROW EXECUTE FUNCTION capnuoc.shift_stays();
CREATE TRIGGER shift_sheet_is_kept_whole BEFORE TRUNCATE ON capnuoc.shift_sheet
    FOR EACH STATEMENT EXECUTE FUNCTION capnuoc.shift_stays();

GRANT SELECT, INSERT, UPDATE ON capnuoc.shift TO capnuoc_writer;
GRANT SELECT, INSERT ON capnuoc.shift_entry, capnuoc.shift_sheet TO capnuoc_writer;
GRANT SELECT ON capnuoc.shift, capnuoc.shift_entry, capnuoc.shift_sheet TO capnuoc_reader, capnuoc_maintenance;
