-- The lock waits for whoever else may be delivering under this name: also for a transaction of ours
-- whose commit was never answered.
SELECT at.epoch, at.seq, (SELECT coalesce(max(version), 0)::int8 FROM capnuoc.schema_version),
       (SELECT node.seen FROM capnuoc.node WHERE node.id = at.node)
  FROM capnuoc.delivery_cursor AS at
 WHERE at.node = $1::text AND at.lane = $2::int8
   FOR UPDATE OF at
