-- The newest first, behind ($3, $4), or the one that is asked for ($5).  $2 = 0: any supplier's.
SELECT s.shift, coalesce(s.follows, 0), s.state::int8, s.supplier, s.who, s.leads::int::int8,
       (extract(epoch FROM s.began_at) * 1000)::bigint, (extract(epoch FROM s.taken_at) * 1000)::bigint, s.offered_to,
       coalesce((extract(epoch FROM s.offered_at) * 1000)::bigint, 0),
       coalesce((extract(epoch FROM s.ended_at) * 1000)::bigint, 0), s.entries::int8
  FROM capnuoc.shift s
 WHERE s.node = $1::text AND ($2::int8 = 0 OR s.supplier = $6::text)
   AND ($5::int8 = 0 OR s.shift = $5::int8)
   AND ($5::int8 <> 0 OR (s.taken_at, s.shift) < ($3::timestamptz, $4::int8))
 ORDER BY s.taken_at DESC, s.shift DESC
 LIMIT $7::int8
