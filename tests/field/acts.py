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
