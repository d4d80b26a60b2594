SELECT seq, upto FROM capnuoc.delivery_backlog
 WHERE node = $1::text AND epoch = $2::int8
 ORDER BY upto
 LIMIT $3::int8
