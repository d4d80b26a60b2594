INSERT INTO capnuoc.report (id, kind, from_day, to_day, supplier, version, node, issued_at, issued_by, chain_seq,
                            chain_hash, json, csv, html, json_hash, csv_hash, html_hash)
SELECT m ->> 'id', m ->> 'kind', (m ->> 'from')::date, (m ->> 'to')::date, m ->> 'supplier', (m ->> 'version')::integer,
       m ->> 'node', $2::timestamptz, m ->> 'by', (m ->> 'seq')::bigint, decode(m ->> 'chain', 'hex'),
       $3::bytea, $4::bytea, $5::bytea, $6::bytea, $7::bytea, $8::bytea
  FROM (SELECT $1::text::json AS m) AS about
