"""capnuocctl probe: registers of a device are asked by hand through the running daemon.  What must not be asked never
reaches the device; what can go wrong is told in words; the daemon's own readings go on as if nothing had been."""
import os
import subprocess
import time

from harness import check, run, say, wait_until
from modbus_peer import Peer, exception, reply

WORDS = {100: 0x999A, 101: 0x42FA, 102: 0xD687, 103: 0x0012, 104: 0x0160, 105: 0xFFFF, 106: 0x4D31}
FORBIDDEN = range(200, 210)


class Meter:
    """Unit 1 answers; 300 it has not, at 301 it is silent."""

    def __init__(self, port):
        self.asked = []
        self.peer = Peer(port, self.answer)

    def answer(self, link, request):
        places = range(request.address, request.address + request.quantity)
        self.asked.append((request.unit, request.function, request.address, request.quantity))
        if 300 in places:
            link.send(exception(request, 2))
        elif request.function < 3:
            bits = sum(1 << i for i, place in enumerate(places) if place % 3 == 0)
            size = (request.quantity + 7) // 8
            data = bits.to_bytes(size, "little")
            link.send(reply(request, [], count=size, length=3 + size) + data)
        elif 301 not in places:
            link.send(reply(request, [WORDS.get(place, place) for place in places]))


def wires(port, slow):
    point = "{ id: %s, name: Điểm, unit: bar, holding: %d, type: u16, scale: 0.01 }"
    return ("  - id: w\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    answer_within: 300ms\n    devices:\n"
            "      - { id: meter, site: site, unit: 1, every: 200ms, max_registers: 50, points: [ %s ] }\n"
            "      - { id: meter-too, site: site, unit: 1, every: 200ms, forbidden: [ { holding: 200, count: 10 } ],\n"
            "          points: [ %s ] }\n"
            "  - id: slow\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    answer_within: 30s\n    devices:\n"
            "      - { id: slow, site: site, unit: 7, every: 40s, points: [ %s ] }\n" %
            (port, point % ("p.a", 104), point % ("p.b", 10), slow, point % ("p.c", 10)))


def begin(scene, *words):
    return subprocess.Popen([os.path.join(os.path.dirname(scene.program), "capnuocctl"), "probe", "--config",
                             scene.config_path, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def probe(scene, *words):
    process = begin(scene, *words)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def right(scene, *words):
    code, out, err = probe(scene, *words)
    check(code == 0 and err == "", "probe %s: %s %s" % (words, code, err))
    return out


def rows(text, title):
    """{address: cells} of one table."""
    table = next(t for t in text.split("\n\n") if t.startswith(title))
    return {int(line.split()[0]): line.split()[1:] for line in table.splitlines()[1:]}


def what_is_shown(scene):
    text = right(scene, "w", "meter", "holding", "100", "7")
    single = rows(text, " ")
    check(sorted(single) == list(range(100, 107)), "rows: " + text)
    check(single[104] == ["0160", "352", "352", "160", ".`"], "one register: %s" % single[104])
    check(single[105] == ["FFFF", "65535", "-1", "-", ".."], "one register: %s" % single[105])
    check(single[106][-1] == "M1", "ASCII: %s" % single[106])
    check(rows(text, "f32")[100] == ["-", "125.3", "-", "-"], "float: " + text)
    check(rows(text, "u32")[102][1] == "1234567", "long: " + text)
    check(sorted(rows(text, "u64")) == [100, 101, 102, 103], "four registers: " + text)
    check(right(scene, "w", "unit:1", "input", "104").split()[6:10] == ["0160", "352", "352", "160"], "one register by unit")
    bits = right(scene, "w", "meter", "coil", "0", "20").split()
    check(bits == [x for i in range(20) for x in (str(i), "1" if i % 3 == 0 else "0")], "coils: %s" % bits)
    check(len(rows(right(scene, "w", "meter", "holding", "400", "50"), " ")) == 50, "as many as it gives")


def what_is_refused(scene, meter):
    for words, text in [
            (("w", "meter", "holding", "100", "0"), "0 is nothing to ask for"),
            (("w", "meter", "holding", "100", "51"), "51 registers: meter gives at most 50 at once"),
            (("w", "meter-too", "holding", "198", "3"), "must not be read of meter-too: 200 to 209"),
            (("w", "meter", "holding", "209", "1"), "must not be read of meter-too: 200 to 209"),
            (("w", "unit:1", "holding", "205"), "must not be read of meter-too: 200 to 209"),
            (("w", "meter", "holding", "65535", "2"), "beyond address 65535"),
            (("w", "meter", "holding", "65536"), "there is no address 65536"),
            (("w", "meter", "holding", "0x64"), '"0x64" is no whole number'),
            (("w", "meter", "holding", "-1"), '"-1" is no whole number'),
            (("w", "meter", "register", "1"), 'there is no table "register"'),
            (("w", "unit:2", "holding", "1"), "wire w has no device with unit 2"),
            (("w", "unit:x", "holding", "1"), '"x" is no whole number'),
            (("w", "1", "holding", "1"), 'wire w has no device "1"'),
            (("nowhere", "meter", "holding", "1"), 'there is no wire "nowhere"')]:
        code, out, err = probe(scene, *words)
        check(code == 1 and out == "" and text in err, "%s: %s %s" % (words, code, err))
    for words in [(), ("w", "meter", "holding"), ("w", "meter", "holding", "1", "1", "1"), ("w", "a b", "holding", "1")]:
        code, out, err = probe(scene, *words)
        check(code == 2 and "WIRE DEVICE|unit:N" in err, "%s: %s %s" % (words, code, err))
    check(not any(set(range(a, a + n)) & set(FORBIDDEN) for _, _, a, n in meter.asked), "a forbidden register was read")
    check({f for _, f, _, _ in meter.asked} == {1, 3, 4}, "functions: %s" % {f for _, f, _, _ in meter.asked})


def what_goes_wrong(scene):
    code, _, err = probe(scene, "w", "meter", "holding", "300")
    check(code == 1 and "exception 2, illegal data address" in err, "an exception: " + err)
    code, _, err = probe(scene, "w", "meter", "holding", "301")
    check(code == 1 and "no whole answer in 300 ms" in err, "silence: " + err)


def the_end_waits_for_no_answer(scene, daemon, slow):
    process = begin(scene, "slow", "slow", "holding", "301")
    wait_until(lambda: (7, 3, 301, 1) in slow.asked, 20, "the slow device is asked")
    began = time.monotonic()
    daemon.stop()
    check(time.monotonic() - began < 10, "the daemon waited for an answer: %.1f s" % (time.monotonic() - began))
    _, err = process.communicate(timeout=10)
    check(process.returncode == 1, "a question that was left: %s" % err)


def all_are_good(daemon):
    status, body = daemon.get("/api/v1/points")
    return status == 200 and all(p["quality"] == "good" for p in body["points"])  # before the first picture: 503


def main(scene):
    scene.use_database()
    meter, slow = Meter(scene.port + 1), Meter(scene.port + 2)
    scene.configure(wires(meter.peer.port, slow.peer.port))
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: all_are_good(daemon), 20, "all points have their values")
    what_is_shown(scene)
    what_is_refused(scene, meter)
    what_goes_wrong(scene)
    for _ in range(20):
        right(scene, "w", "meter", "holding", "100", "7")
    device = daemon.get("/api/v1/wires")[1]["wires"][0]["devices"][0]
    check(device["state"] == "up" and device["last_error"] is None, "the device knows of it: %s" % device)
    the_end_waits_for_no_answer(scene, daemon, slow)
    code, _, err = probe(scene, "w", "meter", "holding", "100")
    check(code == 1 and "no daemon runs" in err, "without a daemon: " + err)
    readings, _ = scene.compare_with_journal()
    check({(value, quality) for _, _, _, value, quality, _ in readings if quality} == {(3.52, 2), (0.1, 2)},
          "readings were disturbed: %s" % readings[:20])
    say("%d requests, %d of them by hand" % (len(meter.asked), sum(a not in (10, 104) for _, _, a, _ in meter.asked)))


run(main, ports=3)
