INSERT INTO doors.token (prefix, hash, purpose, role, supplier, sites, addresses, revoked, made, expires, used, changed,
                         changed_by)
VALUES ($1::text, $2::bytea, $3::text, $4::text, $5::text, $6::text, $7::text, $8::int8 <> 0, $9::timestamptz,
        $10::timestamptz, $11::timestamptz, $12::timestamptz, $13::text)
ON CONFLICT (prefix) DO UPDATE
   SET purpose = excluded.purpose, role = excluded.role, supplier = excluded.supplier, sites = excluded.sites,
       addresses = excluded.addresses, revoked = excluded.revoked, expires = excluded.expires, used = excluded.used,
       changed = excluded.changed, changed_by = excluded.changed_by
