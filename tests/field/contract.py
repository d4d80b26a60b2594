"""The API's description is its contract: requests are made from it, right and wrong ones, as nobody and as every role, and
every reply must be one that it allows.  No 5xx; no status, content type, header or body it does not tell, also of HEAD, packed,
and revalidated.
"""
import base64
import http.client
import json
import subprocess
import os

from harness import TREE, check, run, say, wait_until
from modbus_peer import Peer, reply

FRESH = "nước sạch mỗi ngày"
LEFT = ["get /api/v1/stream",            # never ends: tests/serve/stream.c
        "post /api/v1/session/password"]  # would take the administrator's own


def wires(port):
    return ("  - id: w\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
            "      - { id: meter, site: site, unit: 1, every: 200ms, points: [\n"
            "          { id: a.pressure, name: Áp lực, unit: bar, holding: 104, type: u16, scale: 0.01, parameter: pressure },\n"
            "          { id: a.total, name: Tổng, unit: m3, holding: 105, type: u16, total_max_flow: 60, total_wraps_at: 65536 },\n"
            "          { id: a.flow, name: Lưu lượng, unit: m3/h, holding: 106, type: u16, parameter: flow },\n"
            "          { id: a.chlorine, name: Clo dư, unit: mg/L, holding: 107, type: u16, scale: 0.01, at: tap,"
            " parameter: free_chlorine } ] }\n"
            "zones:\n  - { id: z, name: Khu vực, versions: [ { from: 2025-07-01, flows: [ { point: a.flow, sign: in } ],"
            " critical: [ a.pressure ], people: 1200, supply: continuous } ] }\n"
            % port)


def ask(scene, method, path, body=None, **headers):
    link = http.client.HTTPConnection("127.0.0.1", scene.http_port, timeout=20)
    try:
        link.request(method, path, None if body is None else json.dumps(body).encode(),
                     {"Content-Type": "application/json", **headers})
        answer = link.getresponse()
        text = answer.read()
        return answer.status, answer.getheader("Set-Cookie") or "", json.loads(text) if text else None
    finally:
        link.close()


QCVN = os.path.join(TREE, "config", "standards", "qcvn-01-1-2018.yaml")
ROLES = ["administrator", "agency", "laboratory", "technician", "authority"]


def tokens(scene):
    """Through the door: the first password, another one, a token of each role, one of one supplier, and one that was
    revoked.  (first password, tokens)"""
    with open(scene.path("journal", "first-password"), encoding="utf-8") as f:
        first = f.read().strip()
    status, cookie, _ = ask(scene, "POST", "/api/v1/session", {"name": "admin", "password": first})
    check(status in (200, 204), "sign-in with the first password: %d" % status)
    cookie = cookie.split(";")[0]
    status, _, body = ask(scene, "POST", "/api/v1/session/password", {"password": first, "new_password": FRESH}, Cookie=cookie)
    check(status in (200, 204), "the first password could not be changed: %d %s" % (status, body))
    made = {}
    for name, wish in [(role, {"role": role}) for role in ROLES] + [
            ("agency of one", {"role": "agency", "supplier": "s", "sites": "site", "addresses": "127.0.0.0/8"}),
            ("operator of one", {"role": "operator", "supplier": "s"}), ("revoked", {"role": "administrator"})]:
        status, _, body = ask(scene, "POST", "/api/v1/tokens", {"purpose": "contract", **wish}, Cookie=cookie)
        check(status == 201, "no token of %s: %d %s" % (name, status, body))
        made[name] = body["secret"]
    status, _, _ = ask(scene, "DELETE", "/api/v1/tokens/" + body["token"]["id"], Cookie=cookie)
    check(status == 204, "a token could not be revoked: %d" % status)
    return first, made


def forms(key):
    """Bytes of a key as they may be written."""
    return [key, key.hex().encode(), key.hex().upper().encode(), base64.b64encode(key).rstrip(b"="),
            base64.urlsafe_b64encode(key).rstrip(b"=")]


def planted(scene, first, made):
    """{what: the forms in which it must be nowhere}: passwords, tokens, keys, of people, programs and the database."""
    secrets = {"the first password": [first.encode()], "a password": [FRESH.encode()]}
    secrets.update(("token of " + name, [token.encode()]) for name, token in made.items())
    secrets.update(("password of " + role, [scene.cluster.env[role.upper() + "_PASSWORD"].encode()])
                   for role in ("owner", "maintenance", "writer", "reader"))
    with open(scene.path("journal", "audit.key"), encoding="ascii") as f:
        key = bytes.fromhex(f.read())  # the two of docs/audit.md
    secrets["the signing key"], secrets["the key of names"] = forms(key[:32]), forms(key[32:])
    with open(scene.path("journal", "portal.key"), encoding="ascii") as f:
        secrets["the key of seals"] = forms(bytes.fromhex(f.read()))
    return secrets


def printed(scene, program, *words):
    done = subprocess.run([os.path.join(os.path.dirname(scene.program), program), *words], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    check(done.returncode == 0, "%s %s: %s" % (program, words, done.stdout[-1000:]))
    return done.stdout


def files_of(folder, but=()):
    for root, _, names in os.walk(folder):
        for name in names:
            if name not in but:
                with open(os.path.join(root, name), "rb") as f:
                    yield os.path.relpath(os.path.join(root, name), folder), f.read()


def sinks_while_it_runs(scene, daemon):
    yield "metrics", str(daemon.get("/metrics")[1]).encode()
    for words in (("user", "list"), ("token", "list")):
        yield " ".join(words), printed(scene, "capnuocctl", words[0], "--config", scene.config_path, *words[1:])
    yield "audit show", printed(scene, "capnuocctl", "audit", "--config", scene.config_path, "show")
    yield "export", printed(scene, "capnuocctl", "export", "--plant", scene.path("plant.yaml"), "--to", scene.path("out.csv"))
    with open(scene.path("out.csv"), "rb") as f:
        yield "out.csv", f.read()


def sinks_afterwards(scene):
    with open(scene.log_path, "rb") as f:
        yield "log", f.read()
    yield "--print", printed(scene, "capnuocd", "--config", scene.config_path, "--print")
    yield from (("journal/" + name, text) for name, text in files_of(scene.path("journal"), but=("audit.key", "portal.key")))
    for schema, table in scene.sql("SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = "
                                   "'BASE TABLE' AND table_schema IN ('capnuoc', 'doors')"):
        rows = scene.sql('SELECT t::text FROM %s."%s" t' % (schema, table))
        yield "table %s.%s" % (schema, table), "\n".join(row[0] or "" for row in rows).encode()


def nowhere(secrets, sinks):
    names = []
    for name, text in sinks:
        names.append(name)
        for what, written in secrets.items():
            check(not any(w in text for w in written), "%s stands in %s" % (what, name))
    return names


def main(scene):
    scene.use_database()
    operator = scene.token[::-1]
    scene.secret("operator.token", operator)
    peer = Peer(scene.port + 1, lambda link, request: link.send(reply(request, [352] * request.quantity)))
    scene.configure(wires(scene.port + 1), http=", operator_token_file: operator.token, requests_per_minute: 0, "
                    "stranger_requests_per_minute: 0")
    with open(scene.config_path, encoding="utf-8") as f:
        text = f.read()
    scene.write("daemon.yaml", text.replace("plants:", "standards: [ %s ]\nplants:" % QCVN))
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: daemon.get("/api/v1/points/a.pressure")[0] == 200 and daemon.part("database")[0] == "ok", 30,
               "a point that was read, and a database")
    first, made = tokens(scene)
    made = {"viewer": scene.token, "operator": operator, **made}
    secrets = planted(scene, first, made)
    settings = {"port": scene.http_port, "tools": os.path.join(TREE, "tests", "node"), "seed": scene.options.seed,
                "runs": scene.options.runs, "leave": LEFT,
                "ids": ["a.pressure", "a.total", "site", "w", "s", "t", "admin", "nobody", "2026-11-25T00:00:00Z"],
                "tokens": made, "secrets": [first, FRESH, *made.values()]}
    done = subprocess.run([scene.options.node, os.path.join(TREE, "tests", "field", "contract.mjs")],
                          input=json.dumps(settings), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=1500)
    check(done.returncode == 0, done.stderr[-12000:])
    counted = json.loads(done.stdout)
    check(counted["operations"] > 40, "only %d operations" % counted["operations"])
    for what in ("heads", "packed", "unchanged"):
        check(counted[what] > 0, "there was none of %s" % what)
    for operation, statuses in counted["seen"].items():
        say("%s: %s" % (operation, " ".join("%s×%d" % pair for pair in sorted(statuses.items()))))
    say("%d requests to %d operations, every reply as described; %d HEAD, %d packed, %d not changed since" %
        tuple(counted[what] for what in ("runs", "operations", "heads", "packed", "unchanged")))
    places = nowhere(secrets, sinks_while_it_runs(scene, daemon))
    daemon.stop()
    peer.close()
    check(not os.path.exists(scene.path("journal", "first-password")), "the first password is still in its file")
    places += nowhere(secrets, sinks_afterwards(scene))
    tables = [place for place in places if place.startswith("table ")]
    check("table doors.token" in tables and "journal/journal.db" in places, "places are missing: %s" % places)
    say("none of %d secrets in any reply, nor in %d tables, nor in: %s" %
        (len(secrets), len(tables), ", ".join(place for place in places if place not in tables)))


def options(parser):
    parser.add_argument("--node", default="node")
    parser.add_argument("--runs", type=int, default=40, help="requests of each operation")


if __name__ == "__main__":
    run(main, options)
