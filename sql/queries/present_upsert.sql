INSERT INTO capnuoc.node_present (node, page, gen, body) VALUES ($1::text, $2::int8, $3::int8, $4::bytea)
ON CONFLICT (node, page) DO UPDATE SET gen = excluded.gen, body = excluded.body
