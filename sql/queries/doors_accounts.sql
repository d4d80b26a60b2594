SELECT name, full_name, hash, role, supplier, language, leads::int::int8, disabled::int::int8, must_change::int::int8,
       removed::int::int8, made, password_set, disabled_set, changed, changed_by
  FROM doors.account
 ORDER BY name
