"""What alarms and people say becomes incidents: a mains failure with what follows is one, over a kill in its middle; a call is
before telemetry; what is repaired is not yet restored; a deadline passes while the daemon is down; steps are answered while
PostgreSQL is away, and every fact and message stands there once afterwards."""
import datetime
import http.client
import json
import os
import subprocess

from harness import check, pass_time, run, say, wait_until
from modbus_peer import Peer, reply

WORDS = ("impact: severe, respond_within: 10min, stake: supply, name: N, name_en: N, cause: C, cause_en: C, consequence: H, "
         "consequence_en: H, first_response: R, first_response_en: R")
TOKEN = "operator-of-the-field-test-0123456789"
MAINS, PUMP, FLOW, PRESSURE = range(4)
FINE = [230, 50, 120, 35]


class Station:
    def __init__(self, port):
        self.shows = list(FINE)
        self.functions = set()
        self.peer = Peer(port, self.answer)

    def answer(self, link, request):
        self.functions.add(request.function)
        link.send(reply(request, self.shows[request.address:request.address + request.quantity]))


def point(number, name, more, rule):
    return ("          { id: a.%s, name: %s, holding: %d, type: u16, %s, rules: [ { id: %s, on_delay: 1s, %s } ] }"
            % (name, name, number, more, rule, WORDS))


def wires(port):
    return ("  - id: w\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
            "      - { id: station, site: site, unit: 1, every: 200ms, points: [\n" % port + ",\n".join([
                point(MAINS, "mains", "unit: V, parameter: voltage", "mains, kind: mains, limit: 100"),
                point(PUMP, "pump", "unit: Hz, parameter: frequency", "stopped, kind: low, limit: 10"),
                point(FLOW, "flow", "unit: m3/h, parameter: flow", "no-flow, kind: low, limit: 5"),
                point(PRESSURE, "pressure", "unit: bar, parameter: pressure, scale: 0.1", "low, kind: low, limit: 2")])
            + " ] }\n")


def ago(**how):
    at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**how)
    return at.isoformat(timespec="milliseconds")


class Office:
    """Whoever sits at the screen."""

    def __init__(self, scene):
        self.scene = scene
        self.keys = 0

    def ask(self, method, path, body=None):
        link = http.client.HTTPConnection("127.0.0.1", self.scene.http_port, timeout=20)
        try:
            link.request(method, "/api/v1" + path, None if body is None else json.dumps(body).encode(),
                         {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json", "Accept-Language": "en"})
            answer = link.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            link.close()

    def post(self, path, **body):
        self.keys += 1
        body.setdefault("key", "field-%04d" % self.keys)
        return self.ask("POST", path, body)

    def step(self, incident, step, status=200, **body):
        got, answer = self.post("/incidents/%s/steps" % incident, step=step, **body)
        check(got == status, "%s: %d %s" % (step, got, answer))
        return answer

    def listed(self, state="open"):
        status, body = self.ask("GET", "/incidents?state=" + state)
        return body["items"] if status == 200 else None

    def one(self, incident):
        status, body = self.ask("GET", "/incidents/%s" % incident)
        check(status == 200, "%d %s" % (status, body))
        return body


def evidence(incident):
    return sorted(m["evidence"] for m in incident["members"])


def count(scene, sql):
    return int(scene.sql("SELECT count(*) FROM " + sql)[0][0])


def ctl(scene, word, *words):
    done = subprocess.run([os.path.join(os.path.dirname(scene.program), "capnuocctl"), word, "--config", scene.config_path, *words],
                          capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


def stable(incident):
    """What must not change by a kill."""
    return {k: incident[k] for k in ("id", "start_at", "due_at", "members", "facts", "duties", "ties")}


def minutes(since, until):
    return (datetime.datetime.fromisoformat(until) - datetime.datetime.fromisoformat(since)).total_seconds() / 60


def mains_failure(scene, office, station, daemon):
    station.shows[MAINS] = 0
    wait_until(lambda: len(office.listed() or []) == 1, 20, "the mains are away")
    daemon.kill()
    station.shows[PUMP] = station.shows[FLOW] = 0
    daemon = scene.start().wait_ready()
    wait_until(lambda: office.listed() and office.listed()[0]["member_count"] == 3, 20, "what follows is in the same incident")
    [brief] = office.listed()
    incident = office.one(brief["id"])
    check(evidence(incident) == ["flow", "power", "pump"], str(incident))
    check(brief["class"]["word"] == "plant_equipment" and brief["legal"], "the law before a target: %s" % brief)
    by = {m["evidence"]: m for m in incident["members"]}
    check(by["pump"]["cause"] == by["power"]["id"] and by["flow"]["cause"] == by["pump"]["id"], "the nearest cause")
    daemon.kill()
    daemon = scene.start().wait_ready()
    wait_until(lambda: office.listed(), 20, "it is there after a kill")
    check(stable(office.one(brief["id"])) == stable(incident), "another incident after the kill")
    return daemon, brief["id"]


def repaired_but_not_restored(office, station, incident):
    office.step(incident, "assign", to="thợ")
    answer = office.step(incident, "close", 409)
    check(answer["reason"] == "member_not_restored", str(answer))
    answer = office.step(incident, "cause", 409, cause="mains_away", note="cột đổ")
    check(answer["reason"] == "no_controllability", str(answer))
    office.step(incident, "cause", cause="mains_away", controllability="beyond_control", note="cột đổ")
    [duty] = [d for d in office.one(incident)["duties"] if d["duty"]["word"] == "report_beyond_control"]
    check(minutes(duty["owed_since"], duty["due_at"]) == 20, "due as is set: %s" % duty)
    [power] = [m for m in office.one(incident)["members"] if m["evidence"] == "power"]
    check(minutes(power["start_at"], power["due_at"]) == 6 * 60, "its target is as is set: %s" % power)
    is_now = office.step(incident, "repaired")
    check(is_now["state"] == "repaired" and is_now["on_time"] == "yes", str(is_now["state"]))
    check(office.step(incident, "restored", 409)["reason"] == "alarm_open", "an alarm says otherwise")
    check(office.step(incident, "close", 409)["reason"] == "member_not_restored", "it is not restored")
    station.shows[:] = FINE
    wait_until(lambda: office.one(incident)["state"] == "restored", 20, "readings say that it is restored")
    office.step(incident, "confirm_class", **{"class": "plant_equipment"})
    key = "close-for-ever"
    check(office.step(incident, "close", key=key)["state"] == "closed", "closed")
    check(office.step(incident, "close", key=key)["state"] == "closed", "told twice is done once")
    check(office.step(incident, "known", 409)["reason"] == "closed", "closed")


def a_call_before_telemetry(office, station):
    status, call = office.post("/calls", site="site", note="nước yếu từ sáng", caller="Sùng A Chu", phone="0912 345 678",
                               claimed_at=ago(hours=2))
    check(status == 201, str(call))
    station.shows[PRESSURE] = 5
    wait_until(lambda: len(office.listed()) == 2, 20, "telemetry sees it")
    [seen] = [i for i in office.listed() if i["id"] != call["id"]]
    offered = office.ask("GET", "/calls?site=site")[1]
    check({i["id"] for i in offered["incidents"]} == {call["id"], seen["id"]}, str(offered))
    check("0912" not in json.dumps(offered), "who called is shown")
    status, merged = office.post("/incidents/%s/merge" % seen["id"], incident=call["id"], note="một sự cố")
    check(status == 200 and merged["start_at"] == call["start_at"] and merged["limit_h"] == 12, str(merged))
    check(office.one(call["id"])["merged_into"] == seen["id"], "merged")
    return seen["id"], merged


def a_deadline_while_down(scene, office, daemon, incident):
    office.step(incident, "backdate", claimed_at=ago(hours=11, minutes=59, seconds=53))
    wait_until(lambda: count(scene, "capnuoc.incident_fact WHERE kind = 0") == 1, 20, "delivered")
    check(office.one(incident)["on_time"] == "running", "not yet")
    daemon.kill()
    pass_time(8)
    daemon = scene.start().wait_ready()
    wait_until(lambda: office.listed(), 20, "back")
    late = office.one(incident)
    check(late["on_time"] == "no" and late["overdue"], str(late["on_time"]))
    return daemon


def while_the_database_is_away(scene, office, incident):
    scene.cluster.psql("ALTER DATABASE %s CONNECTION LIMIT 0" % scene.database, "postgres")
    scene.cluster.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'" % scene.database, "postgres")
    office.step(incident, "progress", note="đang hàn ống")
    status, answer = office.post("/incidents/%s/measures" % incident, measure="tankers")
    check(status == 200, str(answer))
    scene.cluster.psql("ALTER DATABASE %s CONNECTION LIMIT -1" % scene.database, "postgres")
    wait_until(lambda: count(scene, "capnuoc.incident_fact WHERE note = 'đang hàn ống'") == 1, 60, "delivered afterwards")


def from_the_machine(scene, office, incident):
    check(incident in ctl(scene, "incidents") and "member " in ctl(scene, "incidents", incident), ctl(scene, "incidents"))
    waits = ctl(scene, "step", "--by", "Lò Thị Hoa", incident, "wait", "note=chờ ống")
    check("incident %s is " % incident in waits, waits)
    check(office.one(incident)["waiting_for"] == "chờ ống", "it waits")
    refused = ctl(scene, "step", "--by", "Lò Thị Hoa", incident, "close")
    check("member_not_restored" in refused, refused)
    called = ctl(scene, "call", "--by", "Lò Thị Hoa", "site=site", "note=nước đục", "incident=" + incident, "phone=0987")
    check("incident %s is " % incident in called, called)
    check([m["evidence"] for m in office.one(incident)["members"]].count("call") == 2, "the call belongs to it")
    check("no site \"nowhere\"" in ctl(scene, "call", "--by", "Lò Thị Hoa", "site=nowhere"), "no such place")
    check("is needed" in ctl(scene, "call", "--by", "Lò Thị Hoa", "note=mất nước"), "no place")
    for wrong, says in (("foo=1", "there is no field \"foo\""), ("at=today", "is no time"), ("member=x", "is no id"),
                        ("cause=gremlins", "none of its words"), ("note", "a name and a value")):
        said = ctl(scene, "step", "--by", "Lò Thị Hoa", incident, "progress", wrong)
        check(says in said, "%s: %s" % (wrong, said))
    check("note=" in ctl(scene, "step", "--by", "Lò Thị Hoa", incident, "progress"), "what is missing is named")
    for step, lacks in (("confirm_class", "class="), ("duty_done", "duty="), ("large", "large="), ("open", "is needed")):
        said = ctl(scene, "step", "--by", "Lò Thị Hoa", incident, step, "note=x")
        check(lacks in said, "%s: %s" % (step, said))
    check(ctl(scene, "incidents").startswith("id "), "a list has a head: " + ctl(scene, "incidents"))


def what_sql_says(scene, office):
    for brief in office.listed("closed") + office.listed():
        whole = office.one(brief["id"])
        facts = count(scene, "capnuoc.incident_fact WHERE incident = %s" % brief["id"])
        check(facts == len(whole["facts"]), "%d facts in SQL, %d shown" % (facts, len(whole["facts"])))
        members = count(scene, "capnuoc.incident_member WHERE incident = %s" % brief["id"])
        check(members == len(whole["members"]), "%d members" % members)
    check([r[0] for r in scene.sql("SELECT phone FROM capnuoc.call_person ORDER BY at")] == ["0912 345 678", "0987"], "who called")
    check(count(scene, "capnuoc.audit WHERE after LIKE '%0912%'") == 0 and
          count(scene, "capnuoc.audit_person WHERE words LIKE '%0912%'") == 0, "the record of acts has who called")
    check(count(scene, "capnuoc.audit WHERE action LIKE 'incident.%'") > 5, "the record of acts has what people did")
    check(count(scene, "capnuoc.incident WHERE on_time = 3") == 1, "one is late")


def copies(scene, incident, number, node):
    """What a node has no longer, or never had: the same rows under another number or name."""
    for table in ("incident", "incident_member", "incident_fact", "incident_duty", "incident_tie"):
        columns = [r[0] for r in scene.sql(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'capnuoc.%s'::regclass AND attnum > 0 AND NOT attisdropped"
            % table)]
        taken = {"node": "'%s'" % node, "incident": str(number), "member": "member + 1000000"}
        scene.sql("INSERT INTO capnuoc.%s (%s) SELECT %s FROM capnuoc.%s WHERE incident = %s" % (
            table, ", ".join(columns), ", ".join(taken.get(c, c) for c in columns), table, incident))


def from_the_database(scene, office, incident):
    """What has left the book, or is another node's, is answered as the book would; away, it says so."""
    is_now = office.one(incident)
    copies(scene, incident, 7, is_now["node"])
    copies(scene, incident, 8, "far-valley")
    for name in ("7", is_now["node"] + ":7", "far-valley:8"):
        past = office.one(name)
        check(past["id"] == name.removeprefix(is_now["node"] + ":"), past["id"])
        for key in set(is_now) - {"id", "node", "members", "facts", "duties", "ties"}:
            check(past[key] == is_now[key], "%s of %s: %s, in the book %s" % (key, name, past[key], is_now[key]))
        for key in ("facts", "duties", "ties", "members"):
            check(len(past[key]) == len(is_now[key]), "%s of %s" % (key, name))
        check(sorted(map(str, past["facts"])) == sorted(map(str, is_now["facts"])), "facts of %s" % name)
    begin = is_now["start_at"].replace("+", "%2B")
    seen, path = [], "/incidents?limit=1&from=" + begin
    while path:
        status, body = office.ask("GET", path)
        check(status == 200, "%d %s" % (status, body))
        seen += [i["id"] for i in body["items"]]
        path = body["next"] and "/incidents?limit=1&from=" + begin + "&next=" + body["next"]
    check(len(seen) == len(set(seen)) and {"7", "far-valley:8", incident} <= set(seen), "pages: %s" % seen)
    status, book = office.ask("GET", "/operation-book?site=site&from=" + begin)
    check(status == 200 and book["complete"] and {"7", incident} <= {l["subject"] for l in book["items"]}, "the book: %s" % book)
    check([l["at"] for l in book["items"]] == sorted(l["at"] for l in book["items"]), "in order of time")
    check(office.ask("GET", "/incidents/9")[0] == 404, "one that nobody has")
    check(office.ask("GET", "/incidents/far-valley:9")[0] == 404, "likewise")
    scene.cluster.psql("ALTER DATABASE %s CONNECTION LIMIT 0" % scene.database, "postgres")
    scene.cluster.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'" % scene.database, "postgres")
    status, body = office.ask("GET", "/incidents/7")
    check(status == 503 and body["type"] == "/problems/history-away", "away: %d %s" % (status, body))
    check(office.one(incident)["id"] == incident, "what is in memory is there")
    scene.cluster.psql("ALTER DATABASE %s CONNECTION LIMIT -1" % scene.database, "postgres")
    wait_until(lambda: office.ask("GET", "/incidents/7")[0] == 200, 60, "it is back")


def bad_water(scene, office, daemon):
    """Assessed, sampled and isolated in minutes; what is told twice is the same or refused, over a kill too."""
    status, made = office.post("/incidents", site="site", note="mùi lạ", **{"class": "water_quality"})
    check(status == 201, str(made))
    owed = {d["duty"]["word"]: d for d in office.one(made["id"])["duties"]}
    check({w: (d["target"], minutes(d["owed_since"], d["due_at"])) for w, d in owed.items() if w != "isolate"} == {
        "cdc": (False, 20), "health_department": (False, 20), "assess": (True, 10), "sample": (True, 30)}, str(owed))
    [member] = office.one(made["id"])["members"]
    check(minutes(member["start_at"], owed["isolate"]["due_at"]) == 90, "the setting, where no tank is known: %s" % owed["isolate"])
    office.step(made["id"], "verify", note="đo tay")
    figures = {"people": 40, "expected_min": 90, "key": "bad-water-1"}
    office.step(made["id"], "impact", **figures)
    daemon.kill()
    daemon = scene.start().wait_ready()
    wait_until(lambda: office.listed(), 20, "it is there after a kill")
    check(office.step(made["id"], "impact", **figures)["id"] == made["id"], "told again")
    check(office.step(made["id"], "impact", 409, **{**figures, "people": 41})["type"] == "/problems/key-taken", "other figures")
    said, owed = ctl(scene, "incidents", made["id"]), office.one(made["id"])["duties"]
    for duty in owed:
        check("  %s %s due=" % ("target" if duty["target"] else "duty", duty["duty"]["word"]) in said, said)
    [assess] = [d for d in owed if d["duty"]["word"] == "assess"]
    check(assess["done_at"] and assess["who"] == "operator" and " done=" in said, "%s, %s" % (assess, said))
    wait_until(lambda: count(scene, "capnuoc.incident_duty WHERE incident = %s AND duty >= 13" % made["id"]) == 3, 30, "in the database")
    return daemon


def main(scene):
    scene.use_database()
    station = Station(scene.port + 1)
    scene.secret("operator.token", TOKEN)
    scene.configure(wires(station.peer.port), http=", operator_token_file: operator.token",
                    incidents="duty_within: 20min, target_power_supply: 6h, isolate_within: 90min")
    scene.migrate()
    daemon = scene.start().wait_ready()
    office = Office(scene)
    wait_until(lambda: office.listed() == [], 20, "nothing is wrong")
    daemon, first = mains_failure(scene, office, station, daemon)
    repaired_but_not_restored(office, station, first)
    second, _ = a_call_before_telemetry(office, station)
    daemon = a_deadline_while_down(scene, office, daemon, second)
    while_the_database_is_away(scene, office, second)
    from_the_machine(scene, office, second)
    daemon.stop()
    daemon = scene.start().wait_ready()
    wait_until(lambda: office.listed(), 20, "back")
    what_sql_says(scene, office)
    from_the_database(scene, office, first)
    daemon = bad_water(scene, office, daemon)
    daemon.stop()
    check(station.functions == {3}, "functions: %s" % station.functions)
    say("one incident of a mains failure, one of a call; kills, a deadline and a database that was away changed nothing")


if __name__ == "__main__":
    run(main, ports=3)
