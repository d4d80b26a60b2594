-- Minutes of a batch ($1 to $13, one array a column), and hours to be counted again ($14 to $16).  A minute that
-- is there stays: a node tells it again after a restart, the very same, unless it was made of the readings since.
WITH told AS (
    SELECT point_key, timestamptz 'epoch' + at_ms * interval '1 millisecond' AS at, n, sum, min, max, first,
           last, good_ms, uncertain_ms, within_ms, outside_ms, unjudged_ms
      FROM unnest($1::text::int8[], $2::text::int8[], $3::text::int4[], $4::text::float8[], $5::text::float8[],
                  $6::text::float8[], $7::text::float8[], $8::text::float8[], $9::text::int4[],
                  $10::text::int4[], $11::text::int4[], $12::text::int4[], $13::text::int4[])
           AS m(point_key, at_ms, n, sum, min, max, first, last, good_ms, uncertain_ms, within_ms, outside_ms,
                unjudged_ms)
), put AS (
    INSERT INTO capnuoc.minute (point_key, at, n, sum, min, max, first, last, good_ms, uncertain_ms,
                                within_ms, outside_ms, unjudged_ms)
    SELECT * FROM told
    ON CONFLICT DO NOTHING
), dirty AS (
    SELECT point_key, date_trunc('hour', at, 'UTC') AS at, false AS recount FROM told
    UNION ALL
    SELECT point_key, h, true
      FROM unnest($14::text::int8[], $15::text::int8[], $16::text::int8[]) AS r(point_key, from_ms, to_ms)
           CROSS JOIN LATERAL
           generate_series(date_trunc('hour', timestamptz 'epoch' + from_ms * interval '1 millisecond', 'UTC'),
                           timestamptz 'epoch' + to_ms * interval '1 millisecond', interval '1 hour') AS h
)
INSERT INTO capnuoc.dirty_hour (point_key, at, recount)
SELECT point_key, at, bool_or(recount) FROM dirty GROUP BY point_key, at ORDER BY point_key, at
    ON CONFLICT (point_key, at) DO UPDATE SET recount = true WHERE excluded.recount AND NOT dirty_hour.recount
