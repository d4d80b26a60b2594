INSERT INTO capnuoc.node AS known (id, epoch, version)
VALUES ($1::text, $2::int8, $3::text)
ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, version = excluded.version
    WHERE known.epoch <= excluded.epoch
      AND (known.epoch, known.version) IS DISTINCT FROM (excluded.epoch, excluded.version)
