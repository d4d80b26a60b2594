WITH one AS (
    INSERT INTO capnuoc.supplier AS known (id, name) VALUES ($1::text, $2::text)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE known.name <> excluded.name
)
INSERT INTO capnuoc.system AS known (id, supplier, name) VALUES ($3::text, $1::text, $4::text)
ON CONFLICT (id) DO UPDATE SET supplier = excluded.supplier, name = excluded.name
    WHERE (known.supplier, known.name) IS DISTINCT FROM (excluded.supplier, excluded.name)
