-- A new journal of this node: what the older one still had to deliver will never come.
DELETE FROM capnuoc.delivery_backlog WHERE node = $1::text AND epoch < $2::int8
