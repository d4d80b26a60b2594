-- What each node has worked by: configurations with who, when and what changed, and from when on a point's
-- numbers meant what they mean.

CREATE TABLE capnuoc.config_version (
    node       text        NOT NULL,
    version    integer     NOT NULL,
    at         timestamptz NOT NULL,
    author     text        NOT NULL,
    digest     text        NOT NULL,
    difference text        NOT NULL,
    PRIMARY KEY (node, version)
);

-- revision: changes with the unit, the scale, the place or the kind of what is read (the number of
-- src/acquire/revision.h as text: it has 63 bits).
CREATE TABLE capnuoc.point_version (
    point_key bigint      NOT NULL,
    from_at   timestamptz NOT NULL,
    revision  text        NOT NULL,
    unit      text        NOT NULL,
    node      text        NOT NULL,
    version   integer     NOT NULL,
    PRIMARY KEY (point_key, from_at)
);

-- Two points may exchange their names in one step.
ALTER TABLE capnuoc.point DROP CONSTRAINT point_id_key;
ALTER TABLE capnuoc.point ADD CONSTRAINT point_id_key UNIQUE (id) DEFERRABLE INITIALLY DEFERRED;

GRANT SELECT, INSERT ON capnuoc.config_version, capnuoc.point_version TO capnuoc_writer;
GRANT SELECT ON capnuoc.config_version, capnuoc.point_version TO capnuoc_reader;
