WITH sent AS (
    SELECT seq, timestamptz 'epoch' + at_ms * interval '1 millisecond' AS at, kind, actor, address, action, subject,
           before, after, decode(person_hash, 'hex') AS person_hash, decode(hash, 'hex') AS hash, words
      FROM json_to_recordset($1::text::json)
           AS s(seq bigint, at_ms bigint, kind smallint, actor text, address text, action text, subject text,
                before text, after text, person_hash text, hash text, words text)
), people AS (
    INSERT INTO capnuoc.audit_person (node, epoch, seq, words)
    SELECT $2::text, $3::int8, seq, words FROM sent WHERE words <> ''
    ON CONFLICT DO NOTHING
)
INSERT INTO capnuoc.audit (node, epoch, seq, at, kind, actor, address, action, subject, before, after, person_hash,
                           hash)
SELECT $2::text, $3::int8, seq, at, kind, actor, address, action, subject, before, after, person_hash, hash FROM sent
ON CONFLICT DO NOTHING
