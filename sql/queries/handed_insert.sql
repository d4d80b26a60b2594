-- A step for the incident $2 of node $1, once under its key $3, while fewer than $14 wait there.
WITH put AS (
    INSERT INTO capnuoc.desk_command (node, incident, key, from_node, step, who, note, claimed_at, told_at, by_kind, by_name,
                                      by_address, body)
    SELECT $1::text, $2::int8, $3::text, $4::text, $5::int8, $6::text, $7::text, $8::timestamptz, $9::timestamptz, $10::int8,
           $11::text, $12::text, $13::bytea
     WHERE (SELECT count(*) FROM capnuoc.desk_command WHERE node = $1::text AND state = 0) < $14::int8
        ON CONFLICT (node, incident, key) DO NOTHING
    RETURNING 1
)
SELECT count(*)::int8 FROM put
