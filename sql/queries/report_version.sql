SELECT coalesce(max(version), 0)::int8
  FROM capnuoc.report
 WHERE kind = $1::text AND from_day = $2::text::date AND to_day = $3::text::date AND supplier = $4::text
