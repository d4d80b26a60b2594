SELECT n.id, n.beat, n.told_at,
       (SELECT coalesce(max(v.version), 0)::int8 FROM capnuoc.config_version v WHERE v.node = n.id)
  FROM capnuoc.node n
 WHERE n.id <> $1::text AND n.beat > 0
 ORDER BY n.id
