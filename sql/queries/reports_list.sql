-- The newest first, at most $3, before ($1, $2); of supplier $4 alone, of kind $5 alone, as far as these say something.
SELECT id, kind, from_day::text, to_day::text, supplier, version::int8, node, issued_at, issued_by, chain_seq,
       encode(chain_hash, 'hex'), encode(json_hash, 'hex'), encode(csv_hash, 'hex'), encode(html_hash, 'hex'),
       length(json)::int8, length(csv)::int8, length(html)::int8
  FROM capnuoc.report
 WHERE (issued_at, id) < ($1::timestamptz, $2::text) AND ($4::text = '' OR supplier = $4::text)
   AND ($5::text = '' OR kind = $5::text)
 ORDER BY issued_at DESC, id DESC
 LIMIT $3::int8
