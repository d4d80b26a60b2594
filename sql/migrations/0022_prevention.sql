-- What is done so that it does not happen again: preventive measures (kind 1), black spots (2) and the rounds that
-- looked at them (3), each as it was written, with how it ended.  No retention touches them; what is over is never
-- changed.  Days are local ones.

CREATE TABLE capnuoc.prevention (
    prevention  bigint      NOT NULL,
    node        text        NOT NULL,
    key         text        NOT NULL,
    kind        smallint    NOT NULL,
    state       smallint    NOT NULL,
    reason      smallint    NOT NULL,
    incident    bigint,
    spot        bigint,
    site        text        NOT NULL,
    zone        text        NOT NULL,
    entered_at  timestamptz NOT NULL,
    told_on     date        NOT NULL,
    due_on      date        NOT NULL,
    closed_at   timestamptz,
    ended_on    date,
    who         text        NOT NULL,
    responsible text        NOT NULL,
    what        text        NOT NULL,
    evidence    text        NOT NULL,
    ended_by    text        NOT NULL,
    end_why     text        NOT NULL,
    PRIMARY KEY (node, prevention)
);
CREATE INDEX prevention_entered_at ON capnuoc.prevention (entered_at);
CREATE INDEX prevention_spot ON capnuoc.prevention (spot) WHERE spot IS NOT NULL;

CREATE FUNCTION capnuoc.prevention_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is over is never changed in the register of measures and black spots';
END
$$;
CREATE TRIGGER prevention_stays BEFORE UPDATE ON capnuoc.prevention
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION capnuoc.prevention_stays();
CREATE TRIGGER prevention_is_kept BEFORE DELETE ON capnuoc.prevention
    FOR EACH ROW EXECUTE FUNCTION capnuoc.prevention_stays();
CREATE TRIGGER prevention_is_kept_whole BEFORE TRUNCATE ON capnuoc.prevention
    FOR EACH STATEMENT EXECUTE FUNCTION capnuoc.prevention_stays();

GRANT SELECT, INSERT, UPDATE ON capnuoc.prevention TO capnuoc_writer;
GRANT SELECT ON capnuoc.prevention TO capnuoc_reader, capnuoc_maintenance;
