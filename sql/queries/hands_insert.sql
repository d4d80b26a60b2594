WITH sent AS (
    SELECT kind, key, point::bigint AS point_key, timestamptz 'epoch' + at_ms * interval '1 millisecond' AS at,
           timestamptz 'epoch' + entered_ms * interval '1 millisecond' AS entered_at, value, old_end, quality, reason,
           who, note
      FROM json_to_recordset($1::text::json)
           AS s(kind smallint, key text, point text, at_ms bigint, entered_ms bigint, value double precision,
                old_end double precision, quality smallint, reason smallint, who text, note text)
), readings AS (
    INSERT INTO capnuoc.manual_reading (node, key, point_key, at, value, quality, reason, who, note, entered_at)
    SELECT $2::text, key, point_key, at, value, quality, reason, who, note, entered_at FROM sent WHERE kind = 1
    ON CONFLICT DO NOTHING
), forces AS (
    INSERT INTO capnuoc.forced_value (node, key, point_key, value, until, who, note, entered_at)
    SELECT $2::text, key, point_key, value, at, who, note, entered_at FROM sent WHERE kind IN (3, 4)
    ON CONFLICT DO NOTHING
), services AS (
    INSERT INTO capnuoc.service (node, key, point_key, at, counter, who, note, entered_at)
    SELECT $2::text, key, point_key, at, value, who, note, entered_at FROM sent WHERE kind = 5
    ON CONFLICT DO NOTHING
)
INSERT INTO capnuoc.meter_exchange (node, key, point_key, at, old_end, new_start, who, note, entered_at)
SELECT $2::text, key, point_key, at, old_end, value, who, note, entered_at FROM sent WHERE kind = 2
ON CONFLICT DO NOTHING
