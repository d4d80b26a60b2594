-- What names a site ($2), the newest first, behind ($5, $6).  $3 = 0: in any supplier's log.
SELECT e.entry, e.n::int8, e.kind::int8, (extract(epoch FROM e.claimed_at) * 1000)::bigint,
       (extract(epoch FROM e.recorded_at) * 1000)::bigint, e.key, e.who, e.offered_to, e.said, e.site, e.point,
       coalesce(e.incident, 0), coalesce(e.corrects, 0), e.shift
  FROM capnuoc.shift_entry e
  JOIN capnuoc.shift s ON s.node = e.node AND s.shift = e.shift
 WHERE e.node = $1::text AND e.site = $2::text AND e.site <> '' AND ($3::int8 = 0 OR s.supplier = $4::text)
   AND (e.recorded_at, e.entry) < ($5::timestamptz, $6::int8)
 ORDER BY e.recorded_at DESC, e.entry DESC
 LIMIT $7::int8
