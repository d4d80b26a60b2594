-- The record of acts: insert only.  Rows of one node and journal form a chain (docs/audit.md); no retention touches
-- them.  Words that name people lie apart and may be erased: the chain holds their keyed hash.

CREATE TABLE capnuoc.audit (
    node        text        NOT NULL,
    epoch       bigint      NOT NULL,
    seq         bigint      NOT NULL,
    at          timestamptz NOT NULL,
    kind        smallint    NOT NULL,
    actor       text        NOT NULL,
    address     text        NOT NULL,
    action      text        NOT NULL,
    subject     text        NOT NULL,
    before      text        NOT NULL,
    after       text        NOT NULL,
    person_hash bytea       NOT NULL,
    hash        bytea       NOT NULL,
    PRIMARY KEY (node, epoch, seq)
);
CREATE INDEX audit_at ON capnuoc.audit (at);

CREATE TABLE capnuoc.audit_person (
    node  text   NOT NULL,
    epoch bigint NOT NULL,
    seq   bigint NOT NULL,
    words text   NOT NULL,
    PRIMARY KEY (node, epoch, seq)
);

CREATE FUNCTION capnuoc.audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record of acts is never changed';
END
$$;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON capnuoc.audit
    FOR EACH ROW EXECUTE FUNCTION capnuoc.audit_stays();
CREATE TRIGGER audit_stays_whole BEFORE TRUNCATE ON capnuoc.audit
    FOR EACH STATEMENT EXECUTE FUNCTION capnuoc.audit_stays();

GRANT INSERT ON capnuoc.audit, capnuoc.audit_person TO capnuoc_writer;
GRANT SELECT ON capnuoc.audit TO capnuoc_reader, capnuoc_maintenance;
GRANT SELECT, DELETE ON capnuoc.audit_person TO capnuoc_maintenance;
