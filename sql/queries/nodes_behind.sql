SELECT k.id, k.version, to_char(k.last AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  FROM (SELECT n.id, n.version,
               coalesce((to_jsonb(n) ->> 'speaks')::int8, 0) AS speaks,
               coalesce((to_jsonb(n) ->> 'heard_at')::timestamptz, n.seen) AS last
          FROM capnuoc.node n) AS k -- to_jsonb: a schema without these columns has nodes too
 WHERE k.id <> $1::text AND k.speaks < $2::int8 AND k.last > clock_timestamp() - interval '24 hours'
 ORDER BY k.id
