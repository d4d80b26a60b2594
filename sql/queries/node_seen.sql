UPDATE capnuoc.node SET seen = $3::timestamptz
 WHERE id = $1::text AND epoch = $2::int8 AND (seen IS NULL OR seen < $3::timestamptz)
