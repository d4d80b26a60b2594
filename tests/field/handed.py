"""Two nodes in one database: steps that are told on one for an incident of the other are answered 202, done there once, in order,
as they were told; over kills of the home node between doing and saying so; refused ones say why; nobody's incident is 404."""
import copy
import http.client
import json
import urllib.parse

from harness import Scene, check, run, say, wait_until
from modbus_peer import Peer, reply

TOKEN = "operator-of-the-field-test-0123456789"


class Node:
    def __init__(self, scene, name):
        self.scene, self.id = scene, "field-" + scene.name
        peer = Peer(scene.port + 1, lambda link, request: link.send(reply(request, [352] * request.quantity)))
        scene.secret("operator.token", TOKEN)
        scene.configure("  - id: %s\n    tcp: 127.0.0.1:%d\n    devices:\n      - { id: meter, site: site, unit: 1, every: 1s, points: [\n"
                        "          { id: %s.pressure, name: Áp lực, unit: bar, holding: 104, type: u16 } ] }\n" % (name, peer.port, name),
                        http=", operator_token_file: operator.token")
        with open(scene.path("plant.yaml"), encoding="utf-8") as f:
            text = f.read()
        for old in ("id: site,", "site: site,"):
            check(old in text, "the plant has no %s" % old)
            text = text.replace(old, old.replace(" site,", " %s-site," % name))
        scene.write("plant.yaml", text.replace("id: t,", "id: %s-t," % name))
        self.site, self.daemon = name + "-site", None

    def start(self):
        self.daemon = self.scene.start().wait_ready()

    def ask(self, method, path, **body):
        link = http.client.HTTPConnection("127.0.0.1", self.scene.http_port, timeout=30)
        try:
            link.request(method, "/api/v1" + path, json.dumps(body).encode() if body else None,
                         {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json", "Accept-Language": "en"})
            answer = link.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            link.close()

    def opened(self, key):
        status, body = self.ask("POST", "/incidents", key=key, site=self.site, note="vỡ ống", **{"class": "distribution_main"})
        check(status == 201, "%d %s" % (status, body))
        return body["id"]


def ref(name):
    return urllib.parse.quote(name, safe=":")


def hand(node, name, key, wanted=202, at="steps", **body):
    status, answer = node.ask("POST", "/incidents/%s/%s" % (ref(name), at), key=key, **body)
    check(status == wanted, "%s %s: %d %s" % (key, body, status, answer))
    return answer


def handed(node, name, key):
    status, body = node.ask("GET", "/incidents/%s/steps?key=%s" % (ref(name), key))
    check(status == 200 and len(body["items"]) == 1, "%d %s" % (status, body))
    return body["items"][0]


def settled(node, name, key, state="done"):
    wait_until(lambda: handed(node, name, key)["state"] != "handed_over", 30, "%s is settled" % key)
    is_now = handed(node, name, key)
    check(is_now["state"] == state and is_now["settled_at"] is not None, str(is_now))
    return is_now


def notes(home, incident):
    status, body = home.ask("GET", "/incidents/" + incident)
    check(status == 200, "%d %s" % (status, body))
    return [f["note"] for f in body["facts"] if f["note"]]


def one_step(home, other, name, incident):
    given = hand(other, name, "step-0001", step="progress", note="đã đóng van")
    check((given["state"], given["from"], given["who"], given["incident"]) == ("handed_over", other.id, "operator", name), str(given))
    settled(other, name, "step-0001")
    [fact] = [f for f in home.ask("GET", "/incidents/" + incident)[1]["facts"] if f["note"] == "đã đóng van"]
    check(fact["who"] == "operator" and fact["claimed_at"][:19] == given["told_at"][:19], "%s %s" % (fact, given))
    again = hand(other, name, "step-0001", step="progress", note="đã đóng van")
    check(again["state"] == "done" and again["told_at"] == given["told_at"], str(again))
    hand(other, name, "step-0001", 409, step="progress", note="khác")
    check(handed(home, incident, "step-0001")["state"] == "done", "the home node knows it, too")
    wait_until(lambda: home.scene.sql("SELECT count(*)::text FROM capnuoc.audit WHERE node = '%s' AND action = 'incident.progress' AND"
                                      " after::json->>'from' = '%s'" % (home.id, other.id))[0][0] == "1", 20, "the act is in the record")


def nobody_knows(home, other, incident):
    for name in (home.id + ":999999", "nobody:" + incident, incident + "9", "x:y"):
        hand(other, name, "nobody-01", 404, step="progress", note="?")
        check(other.ask("GET", "/incidents/%s/steps" % ref(name))[0] == 404, name)
    hand(other, home.id + ":" + incident, "bad-00001", 400, step="dance")
    check(home.scene.sql("SELECT count(*)::text FROM capnuoc.desk_command")[0][0] == "1", "nothing of these was handed over")


def home_is_down(home, other, name, incident):
    home.daemon.kill()
    hand(other, name, "down-0001", step="assign", to="Đội 1")
    hand(other, name, "down-0002", step="cause", cause="burst", note="ống cũ")
    hand(other, name, "down-0003", step="cause", cause="burst", note="ống cũ", controllability="controllable")
    hand(other, name, "down-0004", at="measures", measure="valves", note="đóng van V12")
    check(handed(other, name, "down-0001")["state"] == "handed_over", "nobody took it")
    home.start()
    settled(other, name, "down-0001")
    refused = settled(other, name, "down-0002", "refused")
    check(refused["reason"] == "no_controllability" and "cause" in refused["sentence"], str(refused))
    settled(other, name, "down-0003")
    settled(other, name, "down-0004")
    check([n for n in notes(home, incident) if n in ("Đội 1", "ống cũ", "đóng van V12")] ==
          ["Đội 1", "ống cũ", "đóng van V12"], "in the order they were told: %s" % notes(home, incident))


def killed_between(home, other, name, incident):
    """It is done, and the database does not take that it is: killed there, it is done once."""
    home.scene.sql("CREATE FUNCTION capnuoc.not_now() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$")
    home.scene.sql("CREATE TRIGGER not_now BEFORE UPDATE ON capnuoc.desk_command FOR EACH ROW EXECUTE FUNCTION capnuoc.not_now()")
    for n in range(3):
        hand(other, name, "kill-000%d" % n, step="progress", note="sau khi chết %d" % n)
    wait_until(lambda: "sau khi chết 0" in notes(home, incident), 20, "the first is done")
    check(handed(other, name, "kill-0000")["state"] == "handed_over", "and nobody knows")
    home.daemon.kill()
    home.start()
    wait_until(lambda: "not now" in home.daemon.words(), 20, "it is tried again")
    home.daemon.kill()
    home.scene.sql("DROP TRIGGER not_now ON capnuoc.desk_command")
    home.start()
    for n in range(3):
        settled(other, name, "kill-000%d" % n)
    told = [n for n in notes(home, incident) if n.startswith("sau khi chết")]
    check(told == ["sau khi chết 0", "sau khi chết 1", "sau khi chết 2"], "each once: %s" % told)


def merged(home, other, name, incident):
    second = home.opened("second-01")
    full = home.id + ":" + second
    wait_until(lambda: other.ask("GET", "/incidents/" + ref(full))[0] == 200, 20, "the other node sees it")
    hand(other, name, "merge-000", 404, at="merge", incident="999999", note="một chỗ")
    hand(other, name, "merge-001", at="merge", incident=full, note="một chỗ")
    settled(other, name, "merge-001")
    check(home.ask("GET", "/incidents/" + second)[1]["state"] == "merged", "it is part of the first")


def database_is_away(home, other, name):
    home.scene.cluster.psql("ALTER DATABASE %s ALLOW_CONNECTIONS false" % home.scene.database, "postgres")
    try:
        home.scene.cluster.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'" % home.scene.database,
                                "postgres")
        hand(other, name, "away-0001", 503, step="progress", note="không có cơ sở dữ liệu")
    finally:
        home.scene.cluster.psql("ALTER DATABASE %s ALLOW_CONNECTIONS true" % home.scene.database, "postgres")
    wait_until(lambda: other.ask("GET", "/incidents/" + ref(name))[0] == 200, 30, "it is back")
    hand(other, name, "away-0001", step="progress", note="không có cơ sở dữ liệu")
    settled(other, name, "away-0001")


def main(scene):
    scene.use_database()
    options = copy.copy(scene.options)
    options.name, options.port = scene.name + "-b", scene.port + 100
    second = Scene(options)
    failed = [True]
    scene.at_end.append(lambda: second.clean(failed[0]))
    second.cluster, second.database = scene.cluster, scene.database
    home, other = Node(scene, "east"), Node(second, "west")
    scene.migrate()
    home.start()
    other.start()
    incident = home.opened("first-001")
    name = home.id + ":" + incident
    wait_until(lambda: other.ask("GET", "/incidents/" + ref(name))[0] == 200, 20, "the other node sees it")
    one_step(home, other, name, incident)
    nobody_knows(home, other, incident)
    home_is_down(home, other, name, incident)
    killed_between(home, other, name, incident)
    merged(home, other, name, incident)
    database_is_away(home, other, name)
    for node in (home, other):
        node.daemon.stop()
    failed[0] = False
    say("steps: %s" % scene.sql("SELECT state::text, count(*)::text FROM capnuoc.desk_command GROUP BY state ORDER BY state"))


run(main, ports=3)
