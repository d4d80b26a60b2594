"""capnuocctl commission: every point of the running plant is asked for once through the daemon, judged, and put on a
sheet.  Wrong orders show the right one; what cannot be read says why; the daemon's own readings go on."""
import csv
import io
import os
import signal
import subprocess

from harness import check, run, say, wait_until
from modbus_peer import Peer, exception, reply

# 100 a float 125.3, low word first; 102 a long 1234567, low word first; 104 352; 105 no sensor; 107 a state
WORDS = {100: 0x999A, 101: 0x42FA, 102: 0xD687, 103: 0x0012, 104: 0x0160, 105: 0xFFFF, 107: 1}
HEAD = ("id,name,site,wire,device,unit_address,table,address,registers,type,order,raw,value,unit,plausible,verdict,remark,"
        "read_at")


class Meter:
    """300 it has not; other registers hold their own number."""

    def __init__(self, port):
        self.asked = []
        self.peer = Peer(port, self.answer)

    def answer(self, link, request):
        places = range(request.address, request.address + request.quantity)
        self.asked.append((request.function, request.address, request.quantity))
        if 300 in places:
            link.send(exception(request, 2))
        else:
            link.send(reply(request, [WORDS.get(place, place) for place in places]))


POINTS = [
    "{ id: a.flow, name: Lưu lượng, unit: m3/h, holding: 100, type: f32, decimals: 1, plausible: [-500, 500] }",
    "{ id: a.total, name: Tổng lượng, unit: m3, holding: 102, type: u32, scale: 0.1, decimals: 1 }",
    "{ id: a.pressure, name: Áp lực, unit: bar, holding: 104, type: u16, scale: 0.01, plausible: [0, 16] }",
    "{ id: a.temperature, name: Nhiệt độ, unit: °C, holding: 105, type: i16, scale: 0.1, no_value: 65535 }",
    "{ id: a.pump, name: Bơm, unit: \"-\", holding: 107, type: u16, states: { 0: stopped, 1: running } }",
]


def wires(port, order, nowhere):
    return ("  - id: w\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    answer_within: 300ms\n    devices:\n"
            "      - { id: meter, site: site, unit: 1, every: 200ms, order: %s, points: [ %s ] }\n"
            "      - { id: odd, site: site, unit: 2, every: 200ms, points: [\n"
            "          { id: b.missing, name: Không có, unit: bar, holding: 300, type: u16 } ] }\n"
            "  - id: dead\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
            "      - { id: far, site: site, unit: 1, every: 1s, points: [\n"
            "          { id: c.far, name: Xa, unit: bar, input: 7, type: u16 } ] }\n" %
            (port, order, ",\n          ".join(POINTS), nowhere))


def commission(scene, *words):
    done = subprocess.run([os.path.join(os.path.dirname(scene.program), "capnuocctl"), "commission", "--config",
                           scene.config_path, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def rows(scene, *words):
    code, out, err = commission(scene, "--csv", *words)
    check(err == "" and out.startswith("\ufeff" + HEAD), "csv: %s %s" % (err, out))
    return code, {row["id"]: row for row in csv.DictReader(io.StringIO(out[1:]))}


def what_is_found(scene):
    code, table = rows(scene)
    check(code == 1, "some are not plausible: %d" % code)
    check(list(table) == ["a.flow", "a.total", "a.pressure", "a.temperature", "a.pump", "b.missing", "c.far"],
          "points: %s" % list(table))
    found = {id: (row["raw"], row["value"], row["verdict"], row["plausible"]) for id, row in table.items()}
    check(found["a.flow"][0] == "999A 42FA" and found["a.flow"][2:] == ("not_meant", "no"), "flow: %s" % (found["a.flow"],))
    check(table["a.flow"]["remark"] == "f32 cdab = 125.3 m3/h", "flow: %s" % table["a.flow"])
    check(found["a.pressure"] == ("0160", "3.52", "right", "yes"), "pressure: %s" % (found["a.pressure"],))
    check(found["a.temperature"] == ("FFFF", "", "sentinel", "no"), "temperature: %s" % (found["a.temperature"],))
    check(found["a.pump"] == ("0001", "1", "right", "yes"), "pump: %s" % (found["a.pump"],))
    check(found["b.missing"][2:] == ("not_read", "no") and "exception 2, illegal data address" in table["b.missing"]["remark"],
          "a register that is not there: %s" % table["b.missing"])
    check(found["c.far"][2:] == ("not_read", "no") and "no connection" in table["c.far"]["remark"],
          "a wire that is not there: %s" % table["c.far"])


def what_is_printed(scene):
    code, out, err = commission(scene, "--only", "meter")
    check(code == 1 and err == "" and "PHIẾU NGHIỆM THU" in out and "Ký tên" in out, "sheet: %d %s %s" % (code, err, out))
    check("holding 100-101 f32 abcd" in out and "đọc cách này thì hợp lý: f32 cdab = 125.3 m3/h" in out, "sheet: " + out)
    check("1 (running)" in out and "Số điểm: 5. Hợp lý: 3. Chưa đạt: 2." in out, "sheet: " + out)
    code, out, _ = commission(scene, "--lang", "en", "--only", "a.pressure", "--only", "a.total")
    check(code == 0 and "COMMISSIONING SHEET" in out and "Points: 2. Plausible: 2. Not: 0." in out, "sheet: %d %s" % (code, out))


def what_is_refused(scene):
    code, out, err = commission(scene, "--only", "nobody")
    check(code == 2 and out == "" and 'called "nobody"' in err, "a name: %d %s" % (code, err))
    for words in [("--lang", "fr"), ("more",), ("--only",)]:
        code, out, err = commission(scene, *words)
        check(code == 2 and out == "" and "--lang vi|en" in err, "%s: %d %s" % (words, code, err))


def not_accepted(daemon):
    points = daemon.get("/api/v1/points")[1]["points"]
    return sorted(p["id"] for p in points if p["commissioning"])


def what_is_not_accepted(scene, daemon, port):
    """A reload accepts: the wire goes on, the mark goes.  Every point of the wire but those that say otherwise."""
    text = wires(port, "cdab", scene.port + 2).replace("order: cdab", "order: cdab, accepted: not_yet", 1)
    scene.configure(text.replace("plausible: [0, 16] }", "plausible: [0, 16], accepted: 2026-11-20 }"))
    daemon.process.send_signal(signal.SIGHUP)
    wait_until(lambda: not_accepted(daemon) == ["a.flow", "a.pump", "a.temperature", "a.total"], 20, "they are being commissioned")
    reconnects = daemon.get("/api/v1/wires")[1]["wires"][0]["reconnects"]
    scene.configure(wires(port, "cdab", scene.port + 2))
    daemon.process.send_signal(signal.SIGHUP)
    wait_until(lambda: not_accepted(daemon) == [], 20, "all are accepted")
    check(daemon.get("/api/v1/wires")[1]["wires"][0]["reconnects"] == reconnects, "the wire was begun anew")


def main(scene):
    scene.use_database()
    meter = Meter(scene.port + 1)
    scene.configure(wires(meter.peer.port, "abcd", scene.port + 2))
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: meter.asked, 20, "the meter is read")
    what_is_found(scene)
    what_is_printed(scene)
    what_is_refused(scene)

    scene.configure(wires(meter.peer.port, "cdab", scene.port + 2))
    daemon.process.send_signal(signal.SIGHUP)
    wait_until(lambda: rows(scene, "--only", "a.flow")[1]["a.flow"]["value"] == "125.3", 20, "the order is corrected")
    code, table = rows(scene, "--only", "a.flow", "--only", "a.total", "--only", "a.pressure", "--only", "a.pump")
    check(code == 0 and table["a.total"]["value"] == "123456.7", "all plausible: %d %s" % (code, table))
    what_is_not_accepted(scene, daemon, meter.peer.port)
    check({f for f, _, _ in meter.asked} <= {3}, "functions: %s" % {f for f, _, _ in meter.asked})
    daemon.stop()
    code, _, err = commission(scene)
    check(code == 2 and "no daemon runs" in err, "without a daemon: %d %s" % (code, err))
    say("%d requests" % len(meter.asked))


run(main, ports=3)
