"""A meter reads too high: the alarm is in the API and in SQL with what to do first, is acknowledged and shelved over a kill,
ends when the meter is right again; each step stands once in the database."""
import datetime
import http.client
import json
import os
import subprocess

from harness import check, run, say, wait_until
from modbus_peer import Peer, reply

RULE = ("{ id: pressure-high, kind: high, limit: 5, on_delay: 1s, stake: supply, impact: major, respond_within: 30min, "
        "name: Áp cao, name_en: High pressure, cause: Van đóng, cause_en: A valve is shut, "
        "consequence: Vỡ ống, consequence_en: Pipes burst, "
        "first_response: Mở van xả, first_response_en: Open the relief valve }")


class Meter:
    def __init__(self, port):
        self.shows = 352
        self.functions = set()
        self.peer = Peer(port, self.answer)

    def answer(self, link, request):
        self.functions.add(request.function)
        link.send(reply(request, [self.shows] * request.quantity))


def wires(port):
    return ("  - id: w\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
            "      - { id: meter, site: site, unit: 1, every: 200ms, points: [\n"
            "          { id: a.pressure, name: Áp lực, unit: bar, holding: 104, type: u16, scale: 0.01, rules: [ %s ] } ] }\n"
            % (port, RULE))


def act(scene, token, alarm, verb, **body):
    link = http.client.HTTPConnection("127.0.0.1", scene.http_port, timeout=10)
    try:
        link.request("POST", "/api/v1/alarms/%s/%s" % (alarm, verb), json.dumps(body).encode(),
                     {"Authorization": "Bearer " + token, "Content-Type": "application/json"})
        answer = link.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        link.close()


def listed(daemon):
    status, body = daemon.get("/api/v1/alarms")
    return body["items"] if status == 200 else None


def state(daemon):
    items = listed(daemon)
    return items and items[0]["state"]


def ctl(scene, word, *words):
    done = subprocess.run([os.path.join(os.path.dirname(scene.program), "capnuocctl"), word, "--config", scene.config_path, *words],
                          capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


def modes_on_the_machine_itself(scene, daemon):
    """Begun, seen by the API, there after a kill, ended; gives the daemon that runs since."""
    until = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=9)).isoformat(timespec="seconds")
    begun = ctl(scene, "mode", "begin", "maintenance", "device", "meter", "--until", until, "--by", "Lò Thị Hoa", "--why", "thay đồng hồ")
    wait_until(lambda: state(daemon) == "suppressed", 20, "the alarm is silent: " + begun)
    daemon.kill()
    daemon = scene.start().wait_ready()
    wait_until(lambda: state(daemon) == "suppressed", 20, "it is silent after a kill")
    [mode] = daemon.get("/api/v1/modes")[1]["items"]
    check(mode["id"] in begun and mode["who"] == "Lò Thị Hoa" and mode["device"] == "meter", "%s %s" % (begun, mode))
    check(mode["id"] in ctl(scene, "mode", "list"), ctl(scene, "mode", "list"))
    nowhere = ctl(scene, "mode", "begin", "drill", "site", "x", "--until", until, "--by", "a", "--why", "b")
    check("there is no site" in nowhere, nowhere)
    ctl(scene, "mode", "end", mode["id"], "--by", "Vàng A Páo", "--why", "xong")
    wait_until(lambda: state(daemon) == "acknowledged", 20, "the alarm speaks again")
    return daemon


def steps(scene):
    return [tuple(row) for row in scene.sql("SELECT step::text, event::text, who FROM capnuoc.alarm_transition ORDER BY step")]


def main(scene):
    token = "operator-of-the-field-test-0123456789"
    scene.use_database()
    meter = Meter(scene.port + 1)
    scene.secret("operator.token", token)
    scene.configure(wires(meter.peer.port), http=", operator_token_file: operator.token")
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: listed(daemon) == [], 20, "nothing is wrong")
    meter.shows = 612
    wait_until(lambda: state(daemon) == "unacknowledged", 20, "the alarm is raised")
    [alarm] = listed(daemon)
    check(alarm["first_response"]["vi"] == "Mở van xả" and alarm["value"] == 6.12 and alarm["limit"] == 5, str(alarm))
    wait_until(lambda: scene.sql("SELECT count(*)::text FROM capnuoc.alarm WHERE closed_at IS NULL") == [["1"]]
               or scene.sql("SELECT count(*)::text FROM capnuoc.alarm WHERE closed_at IS NULL") == [("1",)], 20, "it is in SQL")

    daemon.kill()
    daemon = scene.start().wait_ready()
    wait_until(lambda: state(daemon) == "unacknowledged", 20, "it is there after a kill")
    check(listed(daemon)[0]["id"] == alarm["id"], "it is another alarm")
    status, body = act(scene, token, alarm["id"], "acknowledge", key="ack-0001")
    check(status == 200 and body["state"] == "acknowledged", "%d %s" % (status, body))
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=9)
    check(act(scene, token, alarm["id"], "shelve", key="shelf-01", why="đang sửa", until=until.isoformat(timespec="milliseconds"))[0]
          == 422, "9 hours are refused")
    [head, row, said] = ctl(scene, "alarms").splitlines()
    check(head.split()[:3] == ["id", "severity", "state"] and alarm["id"] in row and "pressure-high" in row, head + row)
    check(head.index("rule") == row.index("pressure-high") and said == "1 alarm is open", head + row + said)
    check("is no id of an alarm" in ctl(scene, "ack", "--by", "Lò Thị Hoa", "17"), "an id that is none")
    check("one of: calibration" in ctl(scene, "mode", "begin", "x", "site", "site", "--until", "2099-01-01T00:00:00Z", "--by", "a",
                                       "--why", "b"), "a mode that is none")
    check("no mode is open" in ctl(scene, "mode", "list"), "a list of none says so")
    daemon.kill()
    daemon = scene.start().wait_ready()
    wait_until(lambda: state(daemon) == "acknowledged", 20, "it is seen after a kill")
    check(act(scene, token, alarm["id"], "acknowledge", key="ack-0001")[0] == 200, "told twice is done once")
    check(act(scene, token, alarm["id"], "acknowledge", key="ack-0002")[0] == 409, "it is seen already")
    check("acknowledged already" in ctl(scene, "ack", "--by", "Lò Thị Hoa", alarm["id"]), "ack")
    daemon = modes_on_the_machine_itself(scene, daemon)
    meter.shows = 352
    wait_until(lambda: listed(daemon) == [], 20, "it is over")
    wait_until(lambda: len(steps(scene)) == 5, 20, "its history is in SQL")
    daemon.stop()
    [row] = scene.sql("SELECT rule, closed_as::text, times::text FROM capnuoc.alarm")
    check(tuple(row) == ("pressure-high", "1", "1"), str(row))
    check([s[:2] for s in steps(scene)] == [("1", "0"), ("2", "7"), ("3", "5"), ("4", "0"), ("5", "3")], str(steps(scene)))
    check(meter.functions == {3}, "functions: %s" % meter.functions)
    say("raised, seen and over, with three kills between")


run(main, ports=3)
