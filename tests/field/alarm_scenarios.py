"""What happens in a province, as the simulator plays it at many times its speed, and what operators hear of it: one alarm of
chlorine at nothing for 13 hours, clipped turbidity, a calibration told by a register and one that somebody forgot, a filter
that is washed, a full tank and a meter that stand still, a link that flaps 36 times, mains that fail with 30 consequences.

Times of the field pass SPEED times faster than the daemon's; delays in the plant file are of the daemon."""
import datetime
import http.client
import json
import os
import socket
import subprocess

from harness import Failed, check, run, say, wait_until

SPEED, FLAPS, CONSEQUENCES, HOURS = 600, 36, 30, 13
PLANT, DMA, BINH_LU, NAM_NHUN = 0, 2, 4, 5
EVENT_MODE = 15
WORDS = "first_response: Đến xem, first_response_en: Go and see"


def rule(name, kind, more):
    return "{ id: %s, kind: %s, impact: major, respond_within: 30min, %s, %s }" % (name, kind, more, WORDS)


def point(name, register, kind, rules=(), more=""):
    return "          - { id: %s, name: %s, unit: \"-\", holding: %d, type: %s, order: cdab%s%s }\n" % (
        name, name, register, kind, more, ", rules: [ %s ]" % ", ".join(rules) if rules else "")


def device(name, unit, points):
    return "      - id: %s\n        site: site\n        unit: %d\n        every: 200ms\n        points:\n%s" % (name, unit, "".join(points))


def wire(name, port, devices):
    return "  - id: %s\n    tcp: 127.0.0.1:%d\n    answer_within: 300ms\n    typical_answer: 1ms\n    devices:\n%s" % (
        name, port, "".join(devices))


def wires(base):
    """`always`: a rule that holds whatever the sensor shows, to see when it may speak."""
    consequences = [point("bl.flow%d" % i, 12, "f32", [rule("none", "low", "limit: 1, on_delay: 1s, caused_by: bl.mains/mains")])
                    for i in range(CONSEQUENCES)]
    return wire("plant", base + PLANT, [
        device("pt-nmn", 2, [
            point("a.turbidity", 4, "f32", [rule("high", "high", "limit: 0.1, stake: health"), rule("clipped", "clipped", "stake: operation")],
                  ", span: [0, 0.1]"),
            point("a.status", 2, "u16"),
            point("a.chlorine", 0, "f32", [rule("always", "low", "limit: 99, stake: health, judge_when: a.status == 0")]),
            point("a.temperature", 12, "f32", [rule("always", "low", "limit: 99, stake: health")])]),
        device("tl-1", 5, [
            point("f.state", 1, "u16"),
            point("f.flow", 10, "f32", [rule("bare", "low", "limit: 1"),
                                        rule("guarded", "low", "limit: 1, on_delay: 500ms, judge_when: f.state == 1, settle: 2s")])]),
    ]) + wire("dma", base + DMA, [
        device("dh-doan-ket", 1, [point("d.link", 0, "u16", [rule("stale", "stale", "within: 1s")])]),
    ]) + wire("binh-lu", base + BINH_LU, [
        device("plc-binh-lu", 1, [
            point("bl.mains", 39, "u16", [rule("mains", "mains", "limit: 150, stake: supply")], ", scale: 0.1"),
            point("bl.tank", 16, "f32", [rule("frozen", "frozen", "stake: operation")],
                  ", frozen_after: 3s, frozen_unless: value >= 3.9")] + consequences),
    ]) + wire("nam-nhun", base + NAM_NHUN, [
        device("plc-nam-nhun", 1, [
            point("nn.flow", 12, "f32", [rule("frozen", "frozen", "stake: operation")], ", frozen_after: 3s")]),
        device("pt-nam-nhun", 2, [
            point("nn.chlorine", 0, "f32", [rule("low", "low", "limit: 0.2, deadband: 0.05, on_delay: 500ms, stake: health"),
                                            rule("frozen", "frozen", "stake: operation")], ", frozen_after: 3s")]),
    ])


class Field:
    def __init__(self, scene, base):
        self.path = scene.path("field.sock")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", scene.options.sim, "--port-base", str(base), "--start", "02:00", "--seed", "7",
             "--speed", str(SPEED), "--control", self.path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        scene.at_end.append(self.process.kill)
        wait_until(lambda: os.path.exists(self.path), 30, "the field is there")

    def tell(self, words):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(20)
            s.connect(self.path)
            s.sendall((words + "\n").encode())
            answer = s.recv(4096).decode()
        check(answer.startswith("ok"), "%s: %s" % (words, answer))
        return answer.split()[1] if len(answer.split()) > 1 else ""


class Alarms:
    def __init__(self, scene, daemon, token):
        self.scene, self.daemon, self.token = scene, daemon, token

    def ask(self, method, path, body=None):
        link = http.client.HTTPConnection("127.0.0.1", self.scene.http_port, timeout=20)
        try:
            link.request(method, "/api/v1" + path, None if body is None else json.dumps(body).encode(),
                         {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"})
            answer = link.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            link.close()

    def all(self):
        status, body = self.ask("GET", "/alarms")
        check(status == 200, str(body))
        return {(a["point"], a["rule"]): a for a in body["items"]}

    def state(self, which):
        alarm = self.all().get(which)
        return alarm and alarm["state"]

    def await_state(self, which, state, seconds=60):
        wait_until(lambda: self.state(which) == state, seconds,
                   lambda: "%s %s is %s; it is %s" % (*which, state, self.state(which)), every=0.1)
        return self.all().get(which)


def until(seconds):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.isoformat(timespec="milliseconds")


def clipped(alarms):
    """There is more than the sensor can show: its own end is the limit here."""
    high = alarms.await_state(("a.turbidity", "high"), "unacknowledged")
    check(abs(high["value"] - 0.1) < 1e-6, str(high))
    alarms.await_state(("a.turbidity", "clipped"), "unacknowledged")
    check(alarms.daemon.get("/api/v1/points/a.turbidity")[1]["reason"] == "clipped", "it is not clipped")
    say("clipped turbidity is outside: value=%g limit=%g" % (high["value"], high["limit"]))


def calibrations(field, alarms):
    """One told by a register of the device, one told by a person, who forgets it."""
    told, forgotten = ("a.chlorine", "always"), ("a.temperature", "always")
    before = alarms.await_state(told, "unacknowledged")
    alarms.await_state(forgotten, "unacknowledged")
    end = field.tell("calibration pt-nmn")
    alarms.await_state(told, "suppressed")
    check(alarms.state(forgotten) == "unacknowledged", "the other has no condition")
    field.tell("end " + end)
    after = alarms.await_state(told, "unacknowledged")
    check(before["id"] == after["id"], "it is another alarm")
    status, mode = alarms.ask("POST", "/modes", {"key": "forgot-0001", "kind": "calibration", "point": "a.temperature",
                                                 "until": until(5), "why": "hiệu chuẩn"})
    check(status == 201, str(mode))
    alarms.await_state(forgotten, "suppressed")
    check(alarms.state(told) == "unacknowledged", "the mode is of one point")
    alarms.await_state(forgotten, "unacknowledged", 30)
    status, modes = alarms.ask("GET", "/modes?state=all")
    check([(m["id"], m["ended"]) for m in modes["items"]] == [(mode["id"], "ran_out")], str(modes))


def washed(field, alarms):
    field.tell("backwash lai-chau 1")
    wait_until(lambda: ("f.flow", "bare") in alarms.all(), 60, "the filter gives nothing", every=0.1)
    wait_until(lambda: alarms.state(("f.flow", "bare")) == "returned", 60, "it filters again", every=0.1)
    check(("f.flow", "guarded") not in alarms.all(), "a wash rings")


def mains(field, alarms):
    end = field.tell("mains-failure binh-lu")
    wait_until(lambda: sum(1 for (p, _) in alarms.all() if p.startswith("bl.flow")) == CONSEQUENCES, 60, "all follow", every=0.2)
    there = alarms.all()
    check(there[("bl.mains", "mains")]["caused_by"] is None, str(there[("bl.mains", "mains")]))
    follow = [a for (p, _), a in there.items() if p.startswith("bl.flow")]
    check(all(a["caused_by"] == {"point": "bl.mains", "rule": "mains"} for a in follow), str(follow[0]))
    status, body = alarms.ask("POST", "/alarms/acknowledge", {"key": "mains-0001", "alarms": [a["id"] for a in follow]})
    check(status == 200 and all(i["result"] == "acknowledged" for i in body["items"]), str(body)[:300])
    field.tell("end " + end)
    alarms.await_state(("bl.mains", "mains"), "returned")
    wait_until(lambda: not any(p.startswith("bl.flow") for (p, _) in alarms.all()), 90, "all are over", every=0.2)
    say("mains: 1 cause, %d consequences that name it, acknowledged at once, over with it" % CONSEQUENCES)


def main(scene):
    token = "operator-of-the-field-test-0123456789"
    scene.use_database()
    base = scene.port + 1
    scene.secret("operator.token", token)
    field = Field(scene, base)
    scene.configure(wires(base), http=", operator_token_file: operator.token")
    scene.migrate()
    field.tell("hold plc-binh-lu holding 16 f32:cdab 4.0")
    field.tell("clipped pt-nmn turbidity 0.1")
    daemon = scene.start().wait_ready()
    alarms = Alarms(scene, daemon, token)
    wait_until(lambda: alarms.ask("GET", "/alarms")[0] == 200, 30, "alarms are told", every=0.2)
    wait_until(lambda: ("a.chlorine", "always") in alarms.all(), 30, "the plant is read", every=0.2)

    began = datetime.datetime.now()
    field.tell("dosing-failure nam-nhun")
    field.tell("frozen plc-nam-nhun 12")
    field.tell("flapping dma %dm %dm" % (3 * SPEED // 60, 2 * SPEED // 60))
    stuck = alarms.await_state(("nn.flow", "frozen"), "unacknowledged")
    say("a meter that stands still at night is one alarm: value=%g" % stuck["value"])
    clipped(alarms)
    calibrations(field, alarms)
    washed(field, alarms)
    mains(field, alarms)

    low = alarms.await_state(("nn.chlorine", "low"), "unacknowledged", 120)
    zero = wait_until(lambda: alarms.daemon.get("/api/v1/points/nn.chlorine")[1]["value"] == 0 and datetime.datetime.now(), 120,
                      "chlorine is exactly nothing", every=0.2)
    frozen = alarms.await_state(("nn.chlorine", "frozen"), "unacknowledged")
    end = zero + datetime.timedelta(seconds=HOURS * 3600 / SPEED)

    def still():
        now = alarms.all()
        check(now[("nn.chlorine", "low")]["id"] == low["id"] and now[("nn.chlorine", "low")]["state"] == "unacknowledged" and
              now[("nn.chlorine", "low")]["times"] == 1, str(now[("nn.chlorine", "low")]))
        check(("bl.tank", "frozen") not in now, "a full tank rings")
        return datetime.datetime.now() >= end
    wait_until(still, HOURS * 3600 / SPEED + 60, "13 hours", every=0.5)
    say("chlorine 0.00 for %d h of the field: one low alarm throughout, beside %s" % (HOURS, frozen["rule"]))
    say("a full tank for %.0f h: no alarm" % ((datetime.datetime.now() - began).total_seconds() * SPEED / 3600))

    link = ("d.link", "stale")
    wait_until(lambda: alarms.all()[link]["times"] >= FLAPS, 240, lambda: "it flaps: %s" % alarms.all().get(link), every=1)
    [row] = scene.sql("SELECT count(*) FROM capnuoc.alarm a JOIN capnuoc.point p USING (point_key) WHERE p.id = 'd.link'")
    check(row[0] == "1", "alarms of the link: %s" % row)
    say("a link that flapped %d times: one alarm" % alarms.all()[link]["times"])
    status, figures = alarms.ask("GET", "/alarms/performance?operators=2")
    check(status == 200 and figures["alarms"] > FLAPS and figures["worst"][0]["point"] == "d.link", str(figures))
    status, closed = alarms.ask("GET", "/alarms?state=closed&limit=10")
    check(status == 200 and len(closed["items"]) == 10 and closed["next"], str(closed)[:300])
    daemon.stop()
    [[ended]] = scene.sql("SELECT count(*) FROM capnuoc.event WHERE kind = %d AND text LIKE '%%ended by itself%%'" % EVENT_MODE)
    check(ended == "1", "events: " + ended)
    check(scene.sql("SELECT ended_as FROM capnuoc.mode") == [["2"]], "the mode in SQL")
    scene.compare_with_journal()


run(main, lambda parser: parser.add_argument("--sim", required=True), ports=10)
