INSERT INTO capnuoc.system AS known (id, supplier, name, kind, capacity_m3_per_day, people, chain, plan_status,
                                     plan_approved_on, plan_valid_until, plan_next_review, node)
SELECT id, supplier, name, kind, capacity, people, chain, plan_status, plan_approved_on, plan_valid_until,
       plan_next_review, $2::text
  FROM json_to_recordset($1::text::json)
       AS sent(id text, supplier text, name text, kind text, capacity double precision, people bigint, chain text,
               plan_status text, plan_approved_on date, plan_valid_until date, plan_next_review date)
ON CONFLICT (id) DO UPDATE
   SET supplier = excluded.supplier, name = excluded.name, kind = excluded.kind,
       capacity_m3_per_day = excluded.capacity_m3_per_day, people = excluded.people, chain = excluded.chain,
       plan_status = excluded.plan_status, plan_approved_on = excluded.plan_approved_on,
       plan_valid_until = excluded.plan_valid_until, plan_next_review = excluded.plan_next_review,
       node = excluded.node, retired_at = NULL
 WHERE known.* IS DISTINCT FROM excluded.*
