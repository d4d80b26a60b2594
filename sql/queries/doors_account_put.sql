INSERT INTO doors.account (name, full_name, hash, role, supplier, language, leads, disabled, must_change, removed, made,
                           password_set, disabled_set, changed, changed_by)
VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::int8 <> 0, $8::int8 <> 0, $9::int8 <> 0,
        $10::int8 <> 0, $11::timestamptz, $12::timestamptz, $13::timestamptz, $14::timestamptz, $15::text)
ON CONFLICT (name) DO UPDATE
   SET full_name = excluded.full_name, hash = excluded.hash, role = excluded.role, supplier = excluded.supplier,
       language = excluded.language, leads = excluded.leads, disabled = excluded.disabled,
       must_change = excluded.must_change, removed = excluded.removed, made = excluded.made,
       password_set = excluded.password_set, disabled_set = excluded.disabled_set, changed = excluded.changed,
       changed_by = excluded.changed_by
