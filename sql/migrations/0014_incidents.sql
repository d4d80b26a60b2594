-- Incidents: each as it is since its last change, its members and duties likewise; what people and telemetry told as
-- facts, insert only; what is to be sent, insert only; who called, erasable.  Each row is written from a whole picture
-- of its incident: a later revision takes the place of an earlier one, and never the other way.  No retention touches
-- them.

CREATE TABLE capnuoc.incident (
    node            text        NOT NULL,
    incident        bigint      NOT NULL,
    revision        bigint      NOT NULL,
    recorded_at     timestamptz NOT NULL,
    opened_at       timestamptz NOT NULL,
    start_at        timestamptz NOT NULL,
    due_at          timestamptz NOT NULL,
    limit_ms        bigint      NOT NULL,
    legal           boolean     NOT NULL,
    class           smallint    NOT NULL,
    class_confirmed boolean     NOT NULL,
    state           smallint    NOT NULL,
    on_time         smallint    NOT NULL,
    unconfirmed     boolean     NOT NULL,
    drill           boolean     NOT NULL,
    closed          boolean     NOT NULL,
    unacknowledged  boolean     NOT NULL,
    merged_into     bigint,
    controllability smallint    NOT NULL,
    large_said      smallint    NOT NULL,
    large_since     timestamptz,
    people          bigint      NOT NULL,
    connections     bigint      NOT NULL,
    hospitals       integer     NOT NULL,
    expected_min    bigint      NOT NULL,
    health_hazard   boolean     NOT NULL,
    PRIMARY KEY (node, incident)
);
CREATE INDEX incident_start_at ON capnuoc.incident (start_at);
CREATE INDEX incident_open ON capnuoc.incident (due_at) WHERE NOT closed AND merged_into IS NULL;

-- A member belongs to one incident at a time and keeps its number when that changes.
CREATE TABLE capnuoc.incident_member (
    node                text        NOT NULL,
    member              bigint      NOT NULL,
    incident            bigint      NOT NULL,
    revision            bigint      NOT NULL,
    point_key           bigint,
    cause               bigint,
    class               smallint    NOT NULL,
    evidence            smallint    NOT NULL,
    confirmed           boolean     NOT NULL,
    loosened            boolean     NOT NULL,
    apart               boolean     NOT NULL,
    step                smallint    NOT NULL,
    step_size           double precision,
    site                text        NOT NULL,
    zone                text        NOT NULL,
    start_at            timestamptz NOT NULL,
    evident_at          timestamptz NOT NULL,
    cleared_at          timestamptz,
    repaired_at         timestamptz,
    claimed_at          timestamptz,
    repair_confirmed_at timestamptz,
    restored_at         timestamptz,
    PRIMARY KEY (node, member)
);
CREATE INDEX incident_member_incident ON capnuoc.incident_member (node, incident);

-- `fact` is made of what it says: the same one, delivered again or carried into another incident, is the same number.
CREATE TABLE capnuoc.incident_fact (
    node        text        NOT NULL,
    incident    bigint      NOT NULL,
    fact        bigint      NOT NULL,
    kind        smallint    NOT NULL,
    source      smallint    NOT NULL,
    detail      smallint    NOT NULL,
    code        smallint    NOT NULL,
    about       bigint,
    claimed_at  timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    who         text        NOT NULL,
    note        text        NOT NULL,
    PRIMARY KEY (node, incident, fact)
);
CREATE INDEX incident_fact_recorded_at ON capnuoc.incident_fact (recorded_at);

CREATE TABLE capnuoc.incident_duty (
    node        text        NOT NULL,
    incident    bigint      NOT NULL,
    duty        smallint    NOT NULL,
    revision    bigint      NOT NULL,
    since       timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    done_at     timestamptz,
    recorded_at timestamptz,
    waived      boolean     NOT NULL,
    who         text        NOT NULL,
    PRIMARY KEY (node, incident, duty)
);

CREATE TABLE capnuoc.incident_tie (
    node     text     NOT NULL,
    incident bigint   NOT NULL,
    other    bigint   NOT NULL,
    kind     smallint NOT NULL,
    PRIMARY KEY (node, incident, other, kind)
);

-- incident 0: the digest after a start.
CREATE TABLE capnuoc.incident_message (
    node      text        NOT NULL,
    incident  bigint      NOT NULL,
    kind      smallint    NOT NULL,
    n         integer     NOT NULL,
    at        timestamptz NOT NULL,
    due_at    timestamptz NOT NULL,
    warnings  smallint    NOT NULL,
    count     integer     NOT NULL,
    step_size double precision,
    legal     boolean     NOT NULL,
    drill     boolean     NOT NULL,
    over      boolean     NOT NULL,
    PRIMARY KEY (node, incident, kind, n)
);
CREATE INDEX incident_message_at ON capnuoc.incident_message (at);

CREATE TABLE capnuoc.call_person (
    node     text        NOT NULL,
    call     bigint      NOT NULL,
    incident bigint      NOT NULL,
    at       timestamptz NOT NULL,
    name     text        NOT NULL,
    phone    text        NOT NULL,
    PRIMARY KEY (node, call)
);

CREATE FUNCTION capnuoc.incident_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of incidents is never changed';
END
$$;
CREATE TRIGGER incident_fact_stays BEFORE UPDATE OR DELETE ON capnuoc.incident_fact
    FOR EACH ROW EXECUTE FUNCTION capnuoc.incident_history_stays();
CREATE TRIGGER incident_fact_stays_whole BEFORE TRUNCATE ON capnuoc.incident_fact
    FOR EACH STATEMENT EXECUTE FUNCTION capnuoc.incident_history_stays();
CREATE TRIGGER incident_message_stays BEFORE UPDATE OR DELETE ON capnuoc.incident_message
    FOR EACH ROW EXECUTE FUNCTION capnuoc.incident_history_stays();
CREATE TRIGGER incident_message_stays_whole BEFORE TRUNCATE ON capnuoc.incident_message
    FOR EACH STATEMENT EXECUTE FUNCTION capnuoc.incident_history_stays();

GRANT INSERT ON capnuoc.incident_fact, capnuoc.incident_tie, capnuoc.incident_message, capnuoc.call_person
   TO capnuoc_writer;
GRANT SELECT, INSERT, UPDATE ON capnuoc.incident, capnuoc.incident_member, capnuoc.incident_duty TO capnuoc_writer;
GRANT SELECT ON capnuoc.incident, capnuoc.incident_member, capnuoc.incident_fact, capnuoc.incident_duty,
                capnuoc.incident_tie, capnuoc.incident_message
   TO capnuoc_reader, capnuoc_maintenance;
GRANT SELECT, DELETE ON capnuoc.call_person TO capnuoc_maintenance;
