SELECT e.entry, e.n::int8, e.kind::int8, (extract(epoch FROM e.claimed_at) * 1000)::bigint,
       (extract(epoch FROM e.recorded_at) * 1000)::bigint, e.key, e.who, e.offered_to, e.said, e.site, e.point,
       coalesce(e.incident, 0), coalesce(e.corrects, 0)
  FROM capnuoc.shift_entry e
 WHERE e.node = $1::text AND e.shift = $2::int8
 ORDER BY e.n
 LIMIT $3::int8
