-- One of its three texts: $2 is json, csv or html; as reports_list.sql shows what else it is.
SELECT id, kind, from_day::text, to_day::text, supplier, version::int8, node, issued_at, issued_by, chain_seq,
       encode(chain_hash, 'hex'), encode(json_hash, 'hex'), encode(csv_hash, 'hex'), encode(html_hash, 'hex'),
       length(json)::int8, length(csv)::int8, length(html)::int8,
       CASE $2::text WHEN 'json' THEN json WHEN 'csv' THEN csv ELSE html END
  FROM capnuoc.report
 WHERE id = $1::text AND ($3::text = '' OR supplier = $3::text)
