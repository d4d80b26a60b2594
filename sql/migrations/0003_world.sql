-- The world that readings belong to: administrative areas and zones with their dates, systems and sites with
-- what they are.  What is configured no more stays, marked: history speaks of it.

ALTER TABLE capnuoc.supplier ADD COLUMN hotline text, ADD COLUMN retired_at timestamptz;

CREATE TABLE capnuoc.area (
    id         text PRIMARY KEY,
    name       text NOT NULL,
    kind       text NOT NULL,
    parent     text,
    from_day   date,
    until_day  date,
    aliases    text NOT NULL,
    retired_at timestamptz
);

ALTER TABLE capnuoc.system
    ADD COLUMN kind text NOT NULL DEFAULT 'urban',
    ADD COLUMN capacity_m3_per_day double precision,
    ADD COLUMN people bigint,
    ADD COLUMN chain text NOT NULL DEFAULT '',
    ADD COLUMN plan_status text NOT NULL DEFAULT 'none',
    ADD COLUMN plan_approved_on date,
    ADD COLUMN plan_valid_until date,
    ADD COLUMN plan_next_review date,
    ADD COLUMN node text,
    ADD COLUMN retired_at timestamptz;

ALTER TABLE capnuoc.site
    ADD COLUMN area text,
    ADD COLUMN elevation double precision,
    ADD COLUMN chain text NOT NULL DEFAULT '',
    ADD COLUMN node text,
    ADD COLUMN retired_at timestamptz;

ALTER TABLE capnuoc.point ADD COLUMN retired_at timestamptz;

CREATE TABLE capnuoc.zone (
    id         text PRIMARY KEY,
    system     text NOT NULL REFERENCES capnuoc.system,
    name       text NOT NULL,
    area       text,
    node       text NOT NULL,
    retired_at timestamptz
);

-- flows: [{"point": id, "sign": 1 | -1}]; critical: [id]; priority: [{"kind": ..., "name": ...}].  They are read
-- whole, with their version.
CREATE TABLE capnuoc.zone_version (
    zone        text NOT NULL REFERENCES capnuoc.zone,
    from_day    date NOT NULL,
    connections bigint,
    people      bigint,
    lowest      double precision,
    highest     double precision,
    supply      text NOT NULL,
    flows       jsonb NOT NULL,
    critical    jsonb NOT NULL,
    priority    jsonb NOT NULL,
    PRIMARY KEY (zone, from_day)
);

GRANT SELECT, INSERT, UPDATE ON capnuoc.area, capnuoc.zone TO capnuoc_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON capnuoc.zone_version TO capnuoc_writer;
GRANT SELECT ON capnuoc.area, capnuoc.zone, capnuoc.zone_version TO capnuoc_reader;
