"""The API's description is its contract: requests are made from it, right and wrong ones, as nobody and as every role, and
every reply must be one that it allows.  No 5xx; no status, content type, header or body it does not tell, also of HEAD, packed,
and revalidated.
"""
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
            "          { id: a.pressure, name: Áp lực, unit: bar, holding: 104, type: u16, scale: 0.01 },\n"
            "          { id: a.total, name: Tổng, unit: m3, holding: 105, type: u16, total_max_flow: 60, total_wraps_at: 65536 } ] }\n"
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


ROLES = ["administrator", "agency", "laboratory", "technician", "authority"]


def tokens(scene):
    """Through the door: the first password, another one, a token of each role, one of one supplier, and one that was
    revoked."""
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
    return made


def no_secret_leaked(scene, tokens, figures):
    """Planted: what was typed and what was made.  Not in the log, the figures, the record of acts, any table."""
    with open(scene.log_path, encoding="utf-8") as f:
        log = f.read()
    rows = scene.sql("SELECT a::text FROM capnuoc.audit a UNION ALL SELECT e::text FROM capnuoc.event e "
                     "UNION ALL SELECT n::text FROM capnuoc.node n")
    places = {"log": log, "metrics": str(figures), "tables": "\n".join(row[0] for row in rows)}
    check(len(rows) > 10, "the record of acts is empty")
    for secret in [FRESH, *tokens]:
        for place, text in places.items():
            check(secret not in text, "a secret stands in the %s" % place)
    say("%d rows of acts and events, log and figures: none of %d secrets in them" % (len(rows), len(tokens) + 1))


def main(scene):
    scene.use_database()
    operator = scene.token[::-1]
    scene.secret("operator.token", operator)
    peer = Peer(scene.port + 1, lambda link, request: link.send(reply(request, [352] * request.quantity)))
    scene.configure(wires(scene.port + 1), http=", operator_token_file: operator.token, requests_per_minute: 0, "
                    "stranger_requests_per_minute: 0")
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: daemon.get("/api/v1/points/a.pressure")[0] == 200 and daemon.part("database")[0] == "ok", 30,
               "a point that was read, and a database")
    settings = {"port": scene.http_port, "tools": os.path.join(TREE, "tests", "node"), "seed": scene.options.seed,
                "runs": scene.options.runs, "leave": LEFT,
                "ids": ["a.pressure", "a.total", "site", "w", "s", "t", "admin", "nobody", "2026-11-25T00:00:00Z"],
                "tokens": {"viewer": scene.token, "operator": operator, **tokens(scene)}}
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
    figures = daemon.get("/metrics")[1]
    daemon.stop()
    peer.close()
    no_secret_leaked(scene, settings["tokens"].values(), figures)


def options(parser):
    parser.add_argument("--node", default="node")
    parser.add_argument("--runs", type=int, default=40, help="requests of each operation")


if __name__ == "__main__":
    run(main, options)
