-- Issued reports: the very bytes that were issued, for ever.  The same kind, period and supplier issued again is
-- another version beside the earlier ones.

CREATE TABLE capnuoc.report (
    id         text        PRIMARY KEY,
    kind       text        NOT NULL,
    from_day   date        NOT NULL,
    to_day     date        NOT NULL, -- the last day, included
    supplier   text        NOT NULL, -- '': the whole
    version    integer     NOT NULL,
    node       text        NOT NULL,
    issued_at  timestamptz NOT NULL,
    issued_by  text        NOT NULL,
    chain_seq  bigint      NOT NULL, -- where the node's record of acts stood; 0: nowhere yet
    chain_hash bytea       NOT NULL,
    json       bytea       NOT NULL,
    csv        bytea       NOT NULL,
    html       bytea       NOT NULL,
    json_hash  bytea       NOT NULL, -- BLAKE2b-256 of each
    csv_hash   bytea       NOT NULL,
    html_hash  bytea       NOT NULL,
    UNIQUE (kind, from_day, to_day, supplier, version),
    CONSTRAINT report_has_length CHECK (to_day >= from_day AND to_day - from_day < 400),
    CONSTRAINT report_is_bounded CHECK (length(json) <= 16777216 AND length(csv) <= 16777216
                                        AND length(html) <= 16777216)
);
CREATE INDEX report_issued_at ON capnuoc.report (issued_at, id);

CREATE FUNCTION capnuoc.report_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an issued report is never changed';
END
$$;
CREATE TRIGGER report_stays BEFORE UPDATE OR DELETE ON capnuoc.report
    FOR EACH ROW EXECUTE FUNCTION capnuoc.report_stays();
CREATE TRIGGER report_stays_whole BEFORE TRUNCATE ON capnuoc.report
    FOR EACH STATEMENT EXECUTE FUNCTION capnuoc.report_stays();

-- Whose a member of an incident is, and in which area: by its site, else by its zone; the zone's area before the site's.
CREATE VIEW capnuoc.member_place AS
SELECT m.node, m.incident, m.member, y.supplier, coalesce(z.area, s.area) AS area
  FROM capnuoc.incident_member m
       LEFT JOIN capnuoc.site s ON s.id = m.site
       LEFT JOIN capnuoc.zone z ON z.id = m.zone
       LEFT JOIN capnuoc.system y ON y.id = coalesce(s.system, z.system);

-- The incidents that a report of [from_at, until_at) counts: no drill, and none that became part of another.
CREATE FUNCTION capnuoc.incidents_counted(from_at timestamptz, until_at timestamptz, of_supplier text)
    RETURNS SETOF capnuoc.incident
    LANGUAGE sql STABLE
AS $$
SELECT i.*
  FROM capnuoc.incident i
 WHERE i.start_at >= from_at AND i.start_at < until_at AND NOT i.drill AND i.merged_into IS NULL
   AND (of_supplier = '' OR EXISTS (SELECT FROM capnuoc.member_place p
                                     WHERE p.node = i.node AND p.incident = i.incident AND p.supplier = of_supplier))
$$;

GRANT INSERT ON capnuoc.report TO capnuoc_writer;
GRANT SELECT ON capnuoc.report TO capnuoc_reader, capnuoc_maintenance;
GRANT SELECT ON capnuoc.member_place TO capnuoc_reader;
GRANT EXECUTE ON FUNCTION capnuoc.incidents_counted(timestamptz, timestamptz, text) TO capnuoc_reader;
