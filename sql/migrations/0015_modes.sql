-- Modes that people put sites, devices and points in: one row of each, with how it ended.  No retention touches
-- them; what is over is never changed.

CREATE TABLE capnuoc.mode (
    mode      bigint      NOT NULL,
    node      text        NOT NULL,
    key       text        NOT NULL,
    kind      smallint    NOT NULL,
    place     smallint    NOT NULL,
    subject   text        NOT NULL,
    began_at  timestamptz NOT NULL,
    until     timestamptz NOT NULL,
    ended_at  timestamptz,
    ended_as  smallint    NOT NULL,
    who       text        NOT NULL,
    why       text        NOT NULL,
    ended_by  text        NOT NULL,
    end_why   text        NOT NULL,
    PRIMARY KEY (node, mode)
);
CREATE INDEX mode_began_at ON capnuoc.mode (began_at);

CREATE FUNCTION capnuoc.mode_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a mode that is over is never changed';
END
$$;
CREATE TRIGGER mode_stays BEFORE UPDATE ON capnuoc.mode
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION capnuoc.mode_stays();
CREATE TRIGGER mode_is_kept BEFORE DELETE ON capnuoc.mode
    FOR EACH ROW EXECUTE FUNCTION capnuoc.mode_stays();
CREATE TRIGGER mode_is_kept_whole BEFORE TRUNCATE ON capnuoc.mode
    FOR EACH STATEMENT EXECUTE FUNCTION capnuoc.mode_stays();

GRANT SELECT, INSERT, UPDATE ON capnuoc.mode TO capnuoc_writer;
GRANT SELECT ON capnuoc.mode TO capnuoc_reader, capnuoc_maintenance;
