SELECT p.point_key, p.id, p.name, p.wire, p.device, p.parameter, p.unit, p.decimals::int8, p.every_ms, p.deadband,
       p.heartbeat_ms, p.low, p.high, p.manual::int::int8, s.id, s.name, s.kind
  FROM capnuoc.point p JOIN capnuoc.site s ON s.id = p.site
 WHERE p.node = $1::text AND p.retired_at IS NULL
 ORDER BY s.id, p.id
 LIMIT $2::int8
