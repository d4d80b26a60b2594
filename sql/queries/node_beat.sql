INSERT INTO capnuoc.node AS known (id, epoch, version, speaks, beat, told_at, heard_at)
VALUES ($1::text, $2::int8, $3::text, $4::int8, 1, $5::timestamptz, clock_timestamp())
ON CONFLICT (id) DO UPDATE
   SET epoch = excluded.epoch, version = excluded.version, speaks = excluded.speaks, beat = known.beat + 1,
       told_at = excluded.told_at, heard_at = excluded.heard_at
 WHERE known.epoch <= excluded.epoch
RETURNING beat, (SELECT max(version)::int8 FROM capnuoc.schema_version), heard_at
