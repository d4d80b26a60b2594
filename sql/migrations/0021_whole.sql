-- Incidents are read back from here once they have left their node's memory: what of them was not a column yet.  Null:
-- recorded by a program that did not tell it.

ALTER TABLE capnuoc.incident
    ADD COLUMN schools           integer,
    ADD COLUMN high_rises        integer,
    ADD COLUMN wide              boolean,
    ADD COLUMN source_threatened boolean,
    ADD COLUMN road_opened       boolean,
    ADD COLUMN rural             boolean,
    ADD COLUMN partner           boolean,
    ADD COLUMN clock_unsure      boolean; -- times of a member are of a clock that was not synchronised

ALTER TABLE capnuoc.incident_member ADD COLUMN clock_unsure boolean;
