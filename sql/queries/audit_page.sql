-- Newest first, behind ($6, $7, $8, $9).  The times are finite, whatever somebody wrote into the table.
SELECT a.node, a.epoch, a.seq, (extract(epoch FROM a.at) * 1000)::bigint, a.kind::int8, a.actor, a.address, a.action,
       a.subject, a.before, a.after, encode(a.person_hash, 'hex'), encode(a.hash, 'hex'),
       (a.at = date_trunc('milliseconds', a.at))::int::int8, (extract(epoch FROM a.at) * 1000000)::bigint
  FROM capnuoc.audit a
 WHERE a.at >= $1::timestamptz AND a.at < $2::timestamptz
   AND ($3::text = '' OR a.actor = $3::text)
   AND ($4::int8 < 0 OR a.kind = $4::int8)
   AND ($5::text = '' OR a.subject = $5::text)
   AND (a.at, a.node, a.epoch, a.seq) <
       (CASE WHEN $6::int8 = 9223372036854775807 THEN timestamptz 'infinity'
             ELSE timestamptz 'epoch' + $6::int8 * interval '1 microsecond' END, $7::text, $8::int8, $9::int8)
 ORDER BY a.at DESC, a.node DESC, a.epoch DESC, a.seq DESC
 LIMIT $10::int8
