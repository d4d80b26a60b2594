-- Alarms: each step of their history, insert only, and one row of each with what it is since its last step.  No
-- retention touches them.

CREATE TABLE capnuoc.alarm_transition (
    point_key bigint           NOT NULL,
    alarm     bigint           NOT NULL,
    step      integer          NOT NULL,
    at        timestamptz      NOT NULL,
    event     smallint         NOT NULL,
    state     smallint         NOT NULL,
    core      smallint         NOT NULL,
    severity  smallint         NOT NULL,
    value     double precision,
    rule_limit double precision,
    until     timestamptz,
    who       text             NOT NULL,
    why       text             NOT NULL,
    node      text             NOT NULL,
    PRIMARY KEY (point_key, alarm, step)
);
CREATE INDEX alarm_transition_at ON capnuoc.alarm_transition (at);

CREATE FUNCTION capnuoc.alarm_transition_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of alarms is never changed';
END
$$;
CREATE TRIGGER alarm_transition_stays BEFORE UPDATE OR DELETE ON capnuoc.alarm_transition
    FOR EACH ROW EXECUTE FUNCTION capnuoc.alarm_transition_stays();
CREATE TRIGGER alarm_transition_stays_whole BEFORE TRUNCATE ON capnuoc.alarm_transition
    FOR EACH STATEMENT EXECUTE FUNCTION capnuoc.alarm_transition_stays();

CREATE TABLE capnuoc.alarm (
    alarm           bigint           NOT NULL,
    node            text             NOT NULL,
    point_key       bigint           NOT NULL,
    rule_key        bigint           NOT NULL,
    rule            text             NOT NULL,
    step            integer          NOT NULL,
    times           integer          NOT NULL,
    state           smallint         NOT NULL,
    severity        smallint         NOT NULL,
    stake           smallint         NOT NULL,
    latched         boolean          NOT NULL,
    value           double precision,
    rule_limit      double precision,
    opened_at       timestamptz      NOT NULL,
    changed_at      timestamptz      NOT NULL,
    acknowledged_at timestamptz,
    shelved_until   timestamptz,
    closed_at       timestamptz,
    closed_as       smallint         NOT NULL,
    PRIMARY KEY (point_key, alarm)
);
CREATE UNIQUE INDEX alarm_one_open ON capnuoc.alarm (point_key, rule_key) WHERE closed_at IS NULL;
CREATE INDEX alarm_opened_at ON capnuoc.alarm (opened_at);
CREATE INDEX alarm_closed_at ON capnuoc.alarm (closed_at) WHERE closed_at IS NOT NULL;

GRANT INSERT ON capnuoc.alarm_transition TO capnuoc_writer;
GRANT SELECT, INSERT, UPDATE ON capnuoc.alarm TO capnuoc_writer;
GRANT SELECT ON capnuoc.alarm, capnuoc.alarm_transition TO capnuoc_reader, capnuoc_maintenance;
