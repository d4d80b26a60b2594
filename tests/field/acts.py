"""The record of acts from a person's hand to `capnuocctl audit verify`: what somebody with all rights on the database
alters, drops, puts in or makes anew is found; the chain is computed here a second time, as docs/audit.md tells it."""
import datetime
import hashlib
import http.client
import json
import os
import struct
import subprocess

from harness import check, run, say, wait_until
from modbus_peer import Peer, reply

TOKEN = "operator-of-the-field-test-0123456789"
WHO = "Lò Thị Hoa"
TEXTS = ("actor", "address", "action", "subject", "before", "after")


class Meter:
    def __init__(self, port):
        self.peer = Peer(port, lambda link, request: link.send(reply(request, [352] * request.quantity)))


def wires(port):
    return ("  - id: w\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
            "      - { id: meter, site: site, unit: 1, every: 200ms, points: [\n"
            "          { id: a.pressure, name: Áp lực, unit: bar, holding: 104, type: u16, scale: 0.01 } ] }\n" % port)


def force(scene, key, value):
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    link = http.client.HTTPConnection("127.0.0.1", scene.http_port, timeout=10)
    try:
        link.request("POST", "/api/v1/points/a.pressure/force",
                     json.dumps({"key": key, "value": value, "until": until.isoformat(timespec="milliseconds"),
                                 "who": WHO, "note": "cảm biến hỏng"}).encode(),
                     {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json"})
        answer = link.getresponse()
        if answer.status != 201:
            say(answer.read().decode())
        return answer.status
    finally:
        link.close()


def audit(scene, *words):
    done = subprocess.run([os.path.join(os.path.dirname(scene.program), "capnuocctl"), "audit", "--config",
                           scene.config_path, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode()


def follow(before, node, row):
    def t(text):
        return struct.pack("<H", len(text.encode())) + text.encode()
    b = before + b"capnuoc-audit-1" + t(node) + struct.pack("<QqB", row["seq"], row["at_ms"], row["kind"])
    b += b"".join(t(row[k]) for k in TEXTS)
    return hashlib.blake2b(b + bytes.fromhex(row["person_hash"]), digest_size=32).digest()


def rows(scene):
    [[text]] = scene.sql("SELECT json_agg(json_build_object('node', node, 'seq', seq, 'at_ms', (extract(epoch FROM at) "
                         "* 1000)::bigint, 'kind', kind, 'actor', actor, 'address', address, 'action', action, 'subject', "
                         "subject, 'before', before, 'after', after, 'person_hash', encode(person_hash, 'hex'), 'hash', "
                         "encode(hash, 'hex')) ORDER BY seq) FROM capnuoc.audit")
    return json.loads(text)


def made_anew(scene):
    """SQL that gives each row the hash that it must have behind the one before it."""
    before, sql = bytes(32), ""
    for row in rows(scene):
        before = follow(before, row["node"], row)
        sql += "UPDATE capnuoc.audit SET hash = '\\x%s' WHERE seq = %d;" % (before.hex(), row["seq"])
    return sql


def is_found(scene, heads, what, sql, only_by_heads=False):
    scene.sql("CREATE TABLE capnuoc.kept AS TABLE capnuoc.audit; ALTER TABLE capnuoc.audit DISABLE TRIGGER ALL; " + sql)
    if only_by_heads:
        scene.sql(made_anew(scene))
        code, out = audit(scene, "verify")
        check(code == 0 and "no --heads" in out, "%s, without heads: %d %s" % (what, code, out))
    code, out = audit(scene, "verify", *heads)
    check(code == 1 and "findings" in out, "%s: %d %s" % (what, code, out))
    scene.sql("TRUNCATE capnuoc.audit; INSERT INTO capnuoc.audit TABLE capnuoc.kept; DROP TABLE capnuoc.kept; "
              "ALTER TABLE capnuoc.audit ENABLE TRIGGER ALL")
    code, out = audit(scene, "verify", *heads)
    check(code == 0, "put right after %s: %d %s" % (what, code, out))


def refused_files(scene, path):
    code, out = audit(scene, "verify", "--heads", scene.write("none.jsonl", ""))
    check(code == 1 and "no signed head" in out, "a file without heads: %d %s" % (code, out))
    with open(path, encoding="utf-8") as f:
        text = f.read()
    code, out = audit(scene, "verify", "--heads", scene.write("torn.jsonl", '{"node":"fi\n' + text))
    check(code == 0 and "torn.jsonl:1: not a signed head" in out, "a torn line: %d %s" % (code, out))
    code, out = audit(scene, "verify", "--heads", scene.write("moved.jsonl", text.replace('"seq":', '"seq":1')))
    check(code == 1 and "signature is not right" in out, "an altered head: %d %s" % (code, out))
    code, out = audit(scene, "verify", "--heads", path, "--key", "00" * 32)
    check(code == 1 and "another key" in out, "another key: %d %s" % (code, out))


def shown(scene):
    code, out = audit(scene, "show", "--subject", "point:a.pressure", "--from", "2020-01-01T00:00:00Z")
    check(code == 0 and out.count("value.force point:a.pressure") == 3 and WHO not in out, "show: %d %s" % (code, out))
    code, out = audit(scene, "show", "--to", "2020-01-01T00:00:00Z")
    check(code == 0 and out == "", "show nothing: %d %s" % (code, out))
    check(audit(scene, "show", "--from", "yesterday")[0] == 2, "yesterday is no time")


def ctl(scene, *words):
    done = subprocess.run([os.path.join(os.path.dirname(scene.program), "capnuocctl"), words[0], "--config",
                           scene.config_path, *words[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check(done.returncode == 0, "%s: %s" % (words, done.stdout))
    return done.stdout


def ask(scene, token, query=""):
    link = http.client.HTTPConnection("127.0.0.1", scene.http_port, timeout=30)
    try:
        link.request("GET", "/api/v1/audit" + query, headers={"Authorization": "Bearer " + token})
        answer = link.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        link.close()


def away(scene, is_away):
    scene.cluster.psql("ALTER DATABASE %s ALLOW_CONNECTIONS %s" % (scene.database, "false" if is_away else "true"), "postgres")
    scene.cluster.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'" % scene.database, "postgres")


def followed(acts):
    """Newest first, as the face gives them: their chain, computed from what was given alone."""
    before = bytes(32)
    kinds = ["system", "account", "token", "local", "nobody"]
    for n, act in enumerate(reversed(acts)):
        check(act["seq"] == n + 1, "act %d stands where %d should" % (act["seq"], n + 1))
        at = datetime.datetime.fromisoformat(act["at"])
        row = dict(act, at_ms=round(at.timestamp() * 1000), kind=kinds.index(act["kind"]),
                   person_hash=act["person_hash"] or "00" * 32)
        before = follow(before, act["node"], row)
        check(before.hex() == act["hash"], "the hash of act %d follows from what is shown" % act["seq"])


def asked_for(scene, daemon):
    """GET /api/v1/audit: by pages, by filters, by nobody but administrators, and while the database is away."""
    secrets = [word for word in ctl(scene, "token", "add", "reads the record", "--role", "administrator").split()
               if word.startswith("cn_") and len(word) > 40]
    check(len(secrets) == 1, "one secret is shown: %d" % len(secrets))
    token = secrets[0]
    wait_until(lambda: any(a["action"] == "token.add" for a in ask(scene, token)[1]["acts"]), 20, "its own making is there")
    status, body = ask(scene, token, "?limit=1000")
    check(status == 200 and body["next"] is None, "all of it: %d" % status)
    acts = body["acts"]
    followed(acts)
    check(WHO not in json.dumps(body, ensure_ascii=False) and token not in json.dumps(body), "names nobody, no secret")
    paged, cursor = [], ""
    while cursor is not None:
        _, body = ask(scene, token, "?limit=2" + cursor)
        paged += body["acts"]
        cursor = None if body["next"] is None else "&next=" + body["next"]
    check([a["seq"] for a in paged[-len(acts):]] == [a["seq"] for a in acts], "by pages it is the same")
    forces = ask(scene, token, "?kind=token&actor=operator&subject=point:a.pressure")[1]["acts"]
    check(len(forces) == 3 and all(a["action"] == "value.force" and a["person_hash"] for a in forces), "forces: %s" % forces)
    check(ask(scene, token, "?to=" + acts[-1]["at"].replace("+", "%2B"))[1]["acts"] == [], "nothing before the first")
    for who in (TOKEN, scene.token):
        check(ask(scene, who)[0] == 403, "for administrators only")
    away(scene, True)
    status, body = ask(scene, token)
    away(scene, False)
    check((status, body["type"]) == (503, "/problems/history-away"), "away: %d %s" % (status, body))
    wait_until(lambda: ask(scene, token)[0] == 200, 30, "it is back")
    check(daemon.get("/readyz")[0] in (200, 503), "the daemon lives")


def main(scene):
    scene.use_database()
    meter = Meter(scene.port + 1)
    scene.secret("operator.token", TOKEN)
    scene.configure(wires(meter.peer.port), http=", operator_token_file: operator.token")
    scene.migrate()
    for turn in range(3):  # over restarts, one of them a kill
        daemon = scene.start().wait_ready()
        wait_until(lambda: daemon.get("/api/v1/points/a.pressure")[0] == 200, 20, "there is a picture")
        status = force(scene, "force-number-%d" % turn, turn + 1)
        check(status == 201, "force: %d" % status)
        if turn == 1:
            daemon.kill()
            continue
        wait_until(lambda: scene.sql("SELECT count(*) FROM capnuoc.audit WHERE action = 'value.force'") == [[str(turn + 1)]],
                   20, "it is delivered")
        if turn == 2:
            asked_for(scene, daemon)
        daemon.stop()
    path = scene.path("journal", "audit-heads.jsonl")
    with open(path, encoding="utf-8") as f:
        key = json.loads(f.readlines()[-1])["key"]
    heads = ("--heads", path, "--key", key)
    code, out = audit(scene, "verify", *heads)
    check(code == 0 and " 0 findings" in out, "verify: %d %s" % (code, out))
    before = bytes(32)
    for row in rows(scene):
        before = follow(before, row["node"], row)
        check(before.hex() == row["hash"], "our own hash of row %d" % row["seq"])

    alter = "UPDATE capnuoc.audit SET actor = 'x' WHERE seq = 2;"
    put_in = ("INSERT INTO capnuoc.audit SELECT node, epoch, seq + 1, at, kind, actor, address, action, subject, before, "
              "after, person_hash, hash FROM capnuoc.audit ORDER BY seq DESC LIMIT 1;")
    is_found(scene, heads, "a row altered", alter)
    is_found(scene, heads, "a row dropped", "DELETE FROM capnuoc.audit WHERE seq = 2;")
    is_found(scene, heads, "a row put in", put_in)
    is_found(scene, heads, "the newest row dropped", "DELETE FROM capnuoc.audit WHERE seq = (SELECT max(seq) FROM "
             "capnuoc.audit);", only_by_heads=True)
    is_found(scene, heads, "a chain made anew", alter, only_by_heads=True)
    refused_files(scene, path)
    shown(scene)
    say("%d acts, five ways to falsify them" % len(rows(scene)))


run(main, ports=3)
