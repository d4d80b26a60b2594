SELECT a.node, a.epoch, a.seq, (extract(epoch FROM a.at) * 1000)::bigint, a.kind::int8, a.actor, a.address, a.action,
       a.subject, a.before, a.after, encode(a.person_hash, 'hex'), encode(a.hash, 'hex'),
       (a.at = date_trunc('milliseconds', a.at))::int::int8
  FROM capnuoc.audit a
 WHERE (a.node, a.epoch, a.seq) > ($1::text, $2::int8, $3::int8)
 ORDER BY a.node, a.epoch, a.seq
 LIMIT $4::int8
