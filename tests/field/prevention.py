"""Trouble comes back: three incidents at one site and a drill; the rule proposes the site with three, a person puts it into the
register, somebody looks, a measure is planned, done late, another dropped; all of it over kills, told twice and once in SQL."""
import datetime
import http.client
import json

from harness import check, run, say, wait_until
from modbus_peer import Peer, reply

TOKEN = "operator-of-the-field-test-0123456789"


def ask(scene, path, method="POST", **body):
    link = http.client.HTTPConnection("127.0.0.1", scene.http_port, timeout=10)
    try:
        link.request(method, "/api/v1" + path, json.dumps(body).encode(),
                     {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json"})
        answer = link.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        link.close()


def took(scene, path, wanted=201, **body):
    wait_until(lambda: ask(scene, path, **body)[0] != 503, 10, "%s is taken" % path)
    status, answer = ask(scene, path, **body)  # told twice: the same answer
    check(status in (wanted, 200), "%s %s: %d %s" % (path, body, status, answer))
    return answer


def items(daemon, path):
    status, body = daemon.get("/api/v1" + path)
    check(status == 200, "%s: %d %s" % (path, status, body))
    return body["items"]


def day(days):
    local = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=7, days=days)
    return local.strftime("%Y-%m-%d")


def repeated(daemon):
    status, body = daemon.get("/api/v1/black-spots/candidates")
    return [c for c in body["items"] if c["reason"] == "repeated_incidents"] if status == 200 else None


def main(scene):
    scene.use_database()
    peer = Peer(scene.port + 1, lambda link, request: link.send(reply(request, [352] * request.quantity)))
    scene.secret("operator.token", TOKEN)
    scene.configure("  - id: w\n    tcp: 127.0.0.1:%d\n    devices:\n      - { id: meter, site: site, unit: 1, every: 1s, points: [\n"
                    "          { id: a.pressure, name: Áp lực, unit: bar, holding: 104, type: u16 } ] }\n" % peer.port,
                    http=", operator_token_file: operator.token", more="prevention: { measures_due: 05-15, inspect_every: 30 }\n")
    scene.migrate()
    daemon = scene.start().wait_ready()
    for n in range(2):
        took(scene, "/incidents", key="incident-%d" % n, site="site", note="vỡ ống", **{"class": "distribution_main"})
    took(scene, "/incidents", key="incident-drill", site="site", note="diễn tập", drill=True, **{"class": "distribution_main"})
    wait_until(lambda: scene.sql("SELECT count(*)::text FROM capnuoc.incident")[0][0] == "3", 20, "incidents are in SQL")
    check(repeated(daemon) == [], "two and a drill are not three: %s" % repeated(daemon))
    third = took(scene, "/incidents", key="incident-3", site="site", note="vỡ ống", **{"class": "distribution_main"})
    wait_until(lambda: repeated(daemon), 20, "the rule proposes the site")
    [candidate] = repeated(daemon)
    check(candidate["site"] == "site" and candidate["count"] == 3 and candidate["incidents"][0]["incident"] == third["id"], str(candidate))

    spot = took(scene, "/black-spots", key="spot-0001", site="site", reason="repeated_incidents", what="vỡ ống", evidence="3 sự cố")
    amended = {"key": "amend-01", "revision": 0, "what": "vỡ ống, hằng năm"}
    check(ask(scene, "/black-spots/" + spot["id"], "PATCH", **{**amended, "revision": 7})[0] == 409, "somebody else read another")
    for _ in range(2):
        status, body = ask(scene, "/black-spots/" + spot["id"], "PATCH", **amended)
        check(status == 200 and body["revision"] == 1 and body["what"] == "vỡ ống, hằng năm" and body["amended_by"] == "operator", str(body))
    plan = took(scene, "/black-spots/%s/measures" % spot["id"], key="measure-1", what="thay ống", responsible="Đội mạng lưới")
    check(plan["due"].endswith("-05-15") and plan["due"] > day(0) and plan["site"] == "site", str(plan))
    daemon.kill()
    daemon = scene.start().wait_ready()
    check(took(scene, "/black-spots/%s/measures" % spot["id"], 200, key="measure-1", what="thay ống", responsible="Đội mạng lưới")
          ["id"] == plan["id"], "told twice is told once, over a kill")
    check(ask(scene, "/black-spots/%s/measures" % spot["id"], key="measure-1", what="khác", responsible="x")[0] == 409, "another")
    took(scene, "/black-spots/%s/inspections" % spot["id"], key="round-01", looked_by="Tổ 3", found="rò", on=day(-40))
    [register] = items(daemon, "/black-spots?state=overdue")
    check(register["next_on"] == day(-10) and register["round_overdue"] and len(register["measures"]) == 1, str(register))
    late = took(scene, "/measures", key="measure-2", what="van", responsible="Tổ 3", incident=third["id"], due=day(-1))
    check(late["overdue"] and late["site"] == "site" and late["incident"] == third["id"], str(late))
    took(scene, "/measures/" + late["id"], 200, key="done-0001", state="done")
    took(scene, "/measures/" + plan["id"], 422, key="drop-0001", state="dropped")
    took(scene, "/measures/" + plan["id"], 200, key="drop-0001", state="dropped", why="không còn cần")
    check([m["id"] for m in items(daemon, "/measures?state=late")] == [late["id"]], str(items(daemon, "/measures?state=all")))
    took(scene, "/black-spots/%s/closure" % spot["id"], 200, key="close-01", why="đã thay ống")
    daemon.kill()
    daemon = scene.start().wait_ready()
    check(items(daemon, "/black-spots") == [] and items(daemon, "/measures") == [], "it is over after a kill")
    check(len(items(daemon, "/black-spots?state=closed")) == 1 and len(items(daemon, "/measures?state=all")) == 2, "and known")
    wait_until(lambda: scene.sql("SELECT count(*)::text FROM capnuoc.prevention WHERE closed_at IS NOT NULL")[0][0] == "4", 20, "it is in SQL")
    check([list(r) for r in scene.sql("SELECT what, revision::text FROM capnuoc.prevention WHERE kind = 2")] ==
          [["vỡ ống, hằng năm", "2"]], "as amended")
    wait_until(lambda: scene.sql("SELECT count(*)::text FROM capnuoc.audit WHERE action LIKE 'measure.%' OR action LIKE 'black_spot.%'")
               [0][0] == "8", 20, "each act once")
    daemon.stop()
    say("three incidents made a black spot; it was looked at, planned for, closed; two kills between")


run(main, ports=3)
