SELECT id, seen FROM capnuoc.node ORDER BY id LIMIT 64
