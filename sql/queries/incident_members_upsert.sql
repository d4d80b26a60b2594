WITH sent AS (
    SELECT DISTINCT ON (m.member) m.member::bigint AS member, i.incident::bigint AS incident,
           i.revision::bigint AS revision, point::bigint AS point_key, cause::bigint AS cause, class, evidence,
           confirmed, loosened, apart, step, step_size, site, zone, clock_unsure,
           timestamptz 'epoch' + start_ms * interval '1 millisecond' AS start_at,
           timestamptz 'epoch' + evident_ms * interval '1 millisecond' AS evident_at,
           timestamptz 'epoch' + cleared_ms * interval '1 millisecond' AS cleared_at,
           timestamptz 'epoch' + repaired_ms * interval '1 millisecond' AS repaired_at,
           timestamptz 'epoch' + claimed_ms * interval '1 millisecond' AS claimed_at,
           timestamptz 'epoch' + repair_confirmed_ms * interval '1 millisecond' AS repair_confirmed_at,
           timestamptz 'epoch' + restored_ms * interval '1 millisecond' AS restored_at
      FROM json_to_recordset($1::text::json) AS i(incident text, revision text, members json),
           json_to_recordset(i.members)
           AS m(member text, point text, cause text, class smallint, evidence smallint, confirmed boolean,
                loosened boolean, apart boolean, step smallint, step_size double precision, site text, zone text,
                start_ms bigint, evident_ms bigint, cleared_ms bigint, repaired_ms bigint, claimed_ms bigint,
                repair_confirmed_ms bigint, restored_ms bigint, clock_unsure boolean)
     ORDER BY m.member, i.revision::bigint DESC
)
INSERT INTO capnuoc.incident_member AS a
       (node, member, incident, revision, point_key, cause, class, evidence, confirmed, loosened, apart, step,
        step_size, site, zone, start_at, evident_at, cleared_at, repaired_at, claimed_at, repair_confirmed_at,
        restored_at, clock_unsure)
SELECT $2::text, member, incident, revision, point_key, cause, class, evidence, confirmed, loosened, apart, step,
       step_size, site, zone, start_at, evident_at, cleared_at, repaired_at, claimed_at, repair_confirmed_at,
       restored_at, clock_unsure
  FROM sent
    ON CONFLICT (node, member) DO UPDATE
   SET incident = excluded.incident, revision = excluded.revision, cause = excluded.cause, class = excluded.class,
       confirmed = excluded.confirmed, loosened = excluded.loosened, apart = excluded.apart,
       start_at = excluded.start_at, cleared_at = excluded.cleared_at, repaired_at = excluded.repaired_at,
       claimed_at = excluded.claimed_at, repair_confirmed_at = excluded.repair_confirmed_at,
       restored_at = excluded.restored_at, clock_unsure = excluded.clock_unsure
 WHERE a.revision < excluded.revision
