-- Steps that people took on another node than the incident's own: the home node takes them from here, in the order they
-- were told, and says what became of each.  One key of an incident is one step.  What is settled stays, and no retention
-- touches it.  state: 0 handed over, 1 done, 2 refused for `reason`.
CREATE TABLE capnuoc.desk_command (
    node       text        NOT NULL,
    incident   bigint      NOT NULL,
    key        text        NOT NULL,
    from_node  text        NOT NULL,
    step       smallint    NOT NULL,
    who        text        NOT NULL,
    note       text        NOT NULL,
    claimed_at timestamptz,
    told_at    timestamptz NOT NULL,
    by_kind    smallint    NOT NULL,
    by_name    text        NOT NULL,
    by_address text        NOT NULL,
    body       bytea       NOT NULL,
    state      smallint    NOT NULL DEFAULT 0,
    reason     text        NOT NULL DEFAULT '',
    settled_at timestamptz,
    PRIMARY KEY (node, incident, key)
);
CREATE INDEX desk_command_waits ON capnuoc.desk_command (node, told_at) WHERE state = 0;

CREATE FUNCTION capnuoc.desk_command_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a step that was handed over and is settled stays as it is';
END
$$;
CREATE TRIGGER desk_command_stays BEFORE UPDATE ON capnuoc.desk_command
    FOR EACH ROW WHEN (OLD.state <> 0) EXECUTE FUNCTION capnuoc.desk_command_stays();

GRANT SELECT, INSERT, UPDATE ON capnuoc.desk_command TO capnuoc_writer;
GRANT SELECT ON capnuoc.desk_command TO capnuoc_reader, capnuoc_maintenance;
