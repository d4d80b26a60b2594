-- Names: 0 suppliers, 1 areas that sites or zones lie in.
SELECT 0::int8 AS kind, id, name FROM capnuoc.supplier
UNION ALL
SELECT 1::int8, a.id, a.name
  FROM capnuoc.area a
 WHERE a.id IN (SELECT area FROM capnuoc.site UNION SELECT area FROM capnuoc.zone)
 ORDER BY 1, 3, 2
 LIMIT 5000
