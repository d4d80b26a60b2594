-- What nobody has decided about; lane 0: all of it.
SELECT lane::int8, epoch, seq, at, reason, body
  FROM capnuoc.quarantine
 WHERE node = $1::text AND settled IS NULL
   AND ($2::int8 = 0 OR (lane = $2::int8 AND epoch = $3::int8 AND seq = $4::int8))
 ORDER BY lane, epoch, seq
 LIMIT $5::int8
