-- Of each point its hours from $2 to before $3 below its limit, and those of which at least half is known, by the mean of
-- the good and uncertain time.  An hour in which the point, its device or its site was in a mode other than a backwash
-- ($4) says nothing: a drill, water by the hour, a calibration.
WITH asked AS (
    SELECT key::int8 AS key, low FROM json_to_recordset($1::text::json) AS a(key text, low double precision)
), hours AS (
    SELECT a.key, a.low, h.at, h.sum / (h.good_ms + h.uncertain_ms)::double precision AS mean
      FROM asked a
           JOIN capnuoc.hour h ON h.point_key = a.key
           LEFT JOIN capnuoc.point p ON p.point_key = a.key
     WHERE h.at >= $2::timestamptz AND h.at < $3::timestamptz AND h.good_ms >= 1800000
       AND NOT EXISTS (SELECT FROM capnuoc.mode m
                        WHERE m.kind <> $4::int8
                          AND (m.place, m.subject) IN ((1, p.site), (2, p.device), (3, p.id))
                          AND m.began_at < h.at + interval '1 hour' AND coalesce(m.ended_at, m.until) > h.at)
)
SELECT key, count(*) FILTER (WHERE mean < low), count(*), min(mean), max(at) FILTER (WHERE mean < low)
  FROM hours GROUP BY key ORDER BY key
