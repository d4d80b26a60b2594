SELECT gen, body FROM capnuoc.node_present WHERE node = $1::text AND gen > $2::int8 ORDER BY page
