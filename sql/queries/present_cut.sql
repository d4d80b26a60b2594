UPDATE capnuoc.node_present SET gen = $3::int8, body = ''
 WHERE node = $1::text AND page >= $2::int8 AND body <> ''
