-- Whole pictures of incidents: the latest revision of each; an earlier one changes nothing.
WITH sent AS (
    SELECT DISTINCT ON (incident) incident::bigint AS incident, revision::bigint AS revision,
           timestamptz 'epoch' + recorded_ms * interval '1 millisecond' AS recorded_at,
           timestamptz 'epoch' + opened_ms * interval '1 millisecond' AS opened_at,
           timestamptz 'epoch' + start_ms * interval '1 millisecond' AS start_at,
           timestamptz 'epoch' + due_ms * interval '1 millisecond' AS due_at,
           limit_ms, legal, class, class_confirmed, state, on_time, unconfirmed, drill, closed, unacknowledged,
           merged_into::bigint AS merged_into, controllability, large_said,
           timestamptz 'epoch' + large_ms * interval '1 millisecond' AS large_since,
           people, connections, hospitals, expected_min, health_hazard, schools, high_rises, wide,
           source_threatened, road_opened, rural, partner, clock_unsure
      FROM json_to_recordset($1::text::json)
           AS s(incident text, revision text, recorded_ms bigint, opened_ms bigint, start_ms bigint, due_ms bigint,
                limit_ms bigint, legal boolean, class smallint, class_confirmed boolean, state smallint,
                on_time smallint, unconfirmed boolean, drill boolean, closed boolean, unacknowledged boolean,
                merged_into text, controllability smallint, large_said smallint, large_ms bigint, people bigint,
                connections bigint, hospitals integer, expected_min bigint, health_hazard boolean, schools integer,
                high_rises integer, wide boolean, source_threatened boolean, road_opened boolean, rural boolean,
                partner boolean, clock_unsure boolean)
     ORDER BY incident, revision::bigint DESC
)
INSERT INTO capnuoc.incident AS i
       (node, incident, revision, recorded_at, opened_at, start_at, due_at, limit_ms, legal, class, class_confirmed,
        state, on_time, unconfirmed, drill, closed, unacknowledged, merged_into, controllability, large_said,
        large_since, people, connections, hospitals, expected_min, health_hazard, schools, high_rises, wide,
        source_threatened, road_opened, rural, partner, clock_unsure)
SELECT $2::text, incident, revision, recorded_at, opened_at, start_at, due_at, limit_ms, legal, class,
       class_confirmed, state, on_time, unconfirmed, drill, closed, unacknowledged, merged_into, controllability,
       large_said, large_since, people, connections, hospitals, expected_min, health_hazard, schools, high_rises,
       wide, source_threatened, road_opened, rural, partner, clock_unsure
  FROM sent
    ON CONFLICT (node, incident) DO UPDATE
   SET revision = excluded.revision, recorded_at = excluded.recorded_at, opened_at = excluded.opened_at,
       start_at = excluded.start_at, due_at = excluded.due_at, limit_ms = excluded.limit_ms, legal = excluded.legal,
       class = excluded.class, class_confirmed = excluded.class_confirmed, state = excluded.state,
       on_time = excluded.on_time, unconfirmed = excluded.unconfirmed, drill = excluded.drill,
       closed = excluded.closed, unacknowledged = excluded.unacknowledged, merged_into = excluded.merged_into,
       controllability = excluded.controllability, large_said = excluded.large_said,
       large_since = excluded.large_since, people = excluded.people, connections = excluded.connections,
       hospitals = excluded.hospitals, expected_min = excluded.expected_min, health_hazard = excluded.health_hazard,
       schools = excluded.schools, high_rises = excluded.high_rises, wide = excluded.wide,
       source_threatened = excluded.source_threatened, road_opened = excluded.road_opened, rural = excluded.rural,
       partner = excluded.partner, clock_unsure = excluded.clock_unsure
 WHERE i.revision < excluded.revision
