"""A value set by hand: it is shown and stored with its reason, outlives a kill, is released and ends by itself; the
device is read all the while and never written to."""
import datetime
import http.client
import json
import urllib.parse

from harness import REASONS, check, run, say, wait_until
from modbus_peer import Peer, reply

POINT = "/api/v1/points/a.pressure"
WHO = "Lò Thị Hoa"
EVENT_FORCE = 14


class Meter:
    def __init__(self, port):
        self.functions = set()
        self.peer = Peer(port, self.answer)

    def answer(self, link, request):
        self.functions.add(request.function)
        link.send(reply(request, [352] * request.quantity))


def wires(port):
    return ("  - id: w\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
            "      - { id: meter, site: site, unit: 1, every: 200ms, points: [\n"
            "          { id: a.pressure, name: Áp lực, unit: bar, holding: 104, type: u16, scale: 0.01 } ] }\n" % port)


class Operator:
    def __init__(self, scene, token):
        self.scene = scene
        self.token = token

    def ask(self, method, path, body=None):
        link = http.client.HTTPConnection("127.0.0.1", self.scene.http_port, timeout=10)
        try:
            link.request(method, path, None if body is None else json.dumps(body).encode(),
                         {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"})
            answer = link.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            link.close()

    def force(self, key, value, seconds):
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
        return self.ask("POST", POINT + "/force", {"key": key, "value": value, "until": until.isoformat(timespec="milliseconds"),
                                                   "who": WHO, "note": "cảm biến hỏng"})

    def release(self, key):
        return self.ask("DELETE", POINT + "/force?" + urllib.parse.urlencode({"key": key, "who": WHO}))


def shown(daemon):
    status, point = daemon.get(POINT)
    if status != 200:  # no picture yet
        return None, None, None, None
    forced = point["forced"]
    return point["value"], point["quality"], point["reason"], forced and (forced["value"], forced["who"])


MEASURED = (3.52, "good", "none", None)
FORCED = (9.9, "uncertain", "forced", (9.9, WHO))


def what_is_stored(scene):
    [[told]] = scene.sql("SELECT string_agg(concat_ws('|', key, coalesce(value::text, '-'), who), ',' ORDER BY entered_at) "
                         "FROM capnuoc.forced_value")
    check(told == "force-one|9.9|%s,release-one|-|%s,force-two|7|%s" % (WHO, WHO, WHO), "forced_value: %s" % told)
    [[events]] = scene.sql("SELECT string_agg(subject || ' ' || number, ',' ORDER BY at, seq) FROM capnuoc.event "
                           "WHERE kind = %d" % EVENT_FORCE)
    check(events == "a.pressure 9.9,a.pressure 9.9,a.pressure 7,a.pressure 7", "events: %s" % events)
    [[values]] = scene.sql("SELECT string_agg(DISTINCT value::text, ',' ORDER BY value::text) FROM capnuoc.reading "
                           "WHERE reason = %d" % REASONS.index("forced"))
    check(values == "7,9.9", "forced readings: %s" % values)


def main(scene):
    scene.use_database()
    meter = Meter(scene.port + 1)
    scene.secret("operator.token", "operator-of-the-field-test-0123456789")
    scene.configure(wires(meter.peer.port), http=", operator_token_file: operator.token")
    scene.migrate()
    daemon = scene.start().wait_ready()
    operator = Operator(scene, "operator-of-the-field-test-0123456789")
    wait_until(lambda: shown(daemon) == MEASURED, 20, "it is measured")

    check(operator.force("too-long", 9.9, 8 * 86400)[0] == 422, "8 days are refused")
    status, body = operator.force("force-one", 9.9, 3600)
    check(status == 201 and body["value"] == 9.9, "force: %d %s" % (status, body))
    wait_until(lambda: shown(daemon) == FORCED, 20, "it is forced")
    daemon.kill()
    daemon = scene.start().wait_ready()
    wait_until(lambda: shown(daemon) == FORCED, 20, "it is forced after a kill")
    status, body = operator.release("release-one")
    check(status == 200, "release: %d %s" % (status, body))
    wait_until(lambda: shown(daemon) == MEASURED, 20, "it is released")
    check(operator.release("release-two")[0] == 422, "nobody forces it any more")

    check(operator.force("force-two", 7, 3)[0] == 201, "force for three seconds")
    wait_until(lambda: shown(daemon)[2] == "forced", 20, "it is forced again")
    wait_until(lambda: shown(daemon) == MEASURED, 20, "it ends by itself")
    daemon.stop()
    what_is_stored(scene)
    check(meter.functions == {3}, "functions: %s" % meter.functions)
    say("forced twice, released once, ended once")


run(main, ports=3)
