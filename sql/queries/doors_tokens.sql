SELECT prefix, hash, purpose, role, supplier, sites, addresses, revoked::int::int8, made, expires, used, changed,
       changed_by
  FROM doors.token
 ORDER BY prefix
