INSERT INTO capnuoc.incident_fact (node, incident, fact, kind, source, detail, code, about, claimed_at, recorded_at, who,
                                   note)
SELECT $2::text, i.incident::bigint, f.fact::bigint, kind, source, detail, code, about::bigint,
       timestamptz 'epoch' + claimed_ms * interval '1 millisecond',
       timestamptz 'epoch' + recorded_ms * interval '1 millisecond', who, note
  FROM json_to_recordset($1::text::json) AS i(incident text, facts json),
       json_to_recordset(i.facts)
       AS f(fact text, kind smallint, source smallint, detail smallint, code smallint, about text, claimed_ms bigint,
            recorded_ms bigint, who text, note text)
ON CONFLICT DO NOTHING
