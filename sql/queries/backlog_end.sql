DELETE FROM capnuoc.delivery_backlog
 WHERE node = $1::text AND epoch = $2::int8 AND seq = $3::int8 AND upto = $4::int8
RETURNING upto
