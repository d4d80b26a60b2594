-- A black spot may be amended while it is open: the revision rises with each change, and an earlier one changes nothing.
ALTER TABLE capnuoc.prevention ADD COLUMN revision bigint NOT NULL DEFAULT 0,
                               ADD COLUMN amended_by text NOT NULL DEFAULT '';
