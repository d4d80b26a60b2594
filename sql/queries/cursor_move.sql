UPDATE capnuoc.delivery_cursor SET epoch = $3::int8, seq = $4::int8
 WHERE node = $1::text AND lane = $2::int8
