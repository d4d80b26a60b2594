"""Serial lines with devices nobody here wrote: pymodbus behind a cable that delays, breaks, adds noise and is pulled
out; pymodbus speaking RTU over TCP; pymodbus behind a modem that dials in.  Every good value must be of the unit and
the register that it is filed under.
"""
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import tty

from harness import GOOD, check, run, say, wait_until

UNITS, BLOCKS, WIDTH, ROWS = 2, (0, 50), 4, 90
ANSWER_MS, LATE_MS, LATE_BY_MS = 150, 500, 60
WIRES = ("bus", "conv", "modem")


def word(unit, register, row):
    return 20000 * (unit - 1) + 100 * (register + 1) + row


def write_table(path):
    with open(path, "w", encoding="ascii") as f:
        for row in range(ROWS):
            for unit in range(1, UNITS + 1):
                f.write(" ".join(map(str, [unit] + [word(unit, r, row) for r in range(BLOCKS[-1] + WIDTH)])) + "\n")


class Cable:
    """Two ends, descriptors both, and what happens to answers on the way from `far` to `near`."""

    def __init__(self, near, far, rng=None):
        self.near, self.far, self.rng, self.trouble, self.ended = near, far, rng, False, False
        self.met = dict.fromkeys(("late", "flipped", "noise", "cut", "lost"), 0)
        self.requests = 0

    def start(self):
        threading.Thread(target=self.pump, daemon=True).start()
        return self

    def pump(self):
        try:
            while not self.ended:
                for end in select.select([self.near, self.far], [], [], 0.1)[0]:
                    data = os.read(end, 4096)
                    if not data:
                        return
                    if end == self.near:
                        self.requests += 1
                        os.write(self.far, data)
                    else:
                        self.answer(data)
        except OSError:
            pass

    def whole(self, data):
        """pymodbus writes an answer at once, a terminal may hand it over in pieces."""
        while select.select([self.far], [], [], 0.01)[0]:
            data += os.read(self.far, 4096)
        return data

    def answer(self, data):
        what = self.rng.choice(list(self.met) + ["none"] * 10) if self.trouble else "none"
        if what != "none":
            data = self.whole(data)
            self.met[what] += 1
        if what == "late":
            threading.Event().wait((ANSWER_MS + self.rng.randrange(5, LATE_BY_MS)) / 1000)
        elif what == "flipped":
            at = self.rng.randrange(len(data))
            data = data[:at] + bytes([data[at] ^ 1 << self.rng.randrange(8)]) + data[at + 1:]
        elif what == "noise":
            data = bytes(self.rng.randrange(256) for _ in range(self.rng.randrange(1, 4))) + data
        elif what == "cut":
            data = data[:self.rng.randrange(1, len(data))]
        elif what == "lost":
            return
        os.write(self.near, data)

    def end(self):
        self.ended = True


def terminal(at_end):
    """(our end, the other held open, its path)"""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    at_end.append(lambda: [os.close(fd) for fd in (ours, theirs)])
    return ours, theirs, os.ttyname(theirs)


def way_of(wire, scene):
    if wire == "bus":
        return "    serial: { device: %s, baud: 115200, parity: none }\n    late_window: %dms\n" % (
            scene.path("port"), LATE_MS)
    if wire == "conv":
        return "    rtu_over_tcp: 127.0.0.1:%d\n" % (scene.port + 1)
    return "    listen: { on: \"127.0.0.1:%d\", from: 127.0.0.1 }\n    connect_within: 200ms\n" % (scene.port + 2)


def plant(scene):
    text = ""
    for wire in WIRES:
        text += "  - id: %s\n%s    answer_within: %dms\n    typical_answer: 5ms\n    devices:\n" % (
            wire, way_of(wire, scene), ANSWER_MS)
        for unit in range(1, UNITS + 1):
            text += "      - id: %s-d%d\n        site: site\n        unit: %d\n        every: 100ms\n        points:\n" % (
                wire, unit, unit)
            for register in (b + i for b in BLOCKS for i in range(WIDTH)):
                text += "          - { id: %s.u%d.r%d, name: Thanh ghi, unit: '-', holding: %d, type: u16 }\n" % (
                    wire, unit, register, register)
    return text


def start_pymodbus(scene, where, number):
    here = os.path.dirname(os.path.abspath(__file__))
    log = scene.path("served-%d" % number)
    server = subprocess.Popen([sys.executable, os.path.join(here, "pymodbus_server.py"), where, scene.path("table"),
                               log, "round"])
    scene.at_end.append(lambda: (server.kill(), server.wait()))
    wait_until(lambda: os.path.exists(log), 20, "pymodbus on %s" % where)
    return server


class Modem:
    """Dials in, again whenever it was hung up on."""

    def __init__(self, daemon_port, server_port):
        self.ports, self.calls, self.ended = (daemon_port, server_port), 0, False
        threading.Thread(target=self.keep, daemon=True).start()

    def keep(self):
        while not self.ended:
            try:
                ends = [socket.create_connection(("127.0.0.1", port), 5) for port in self.ports]
            except OSError:
                threading.Event().wait(0.1)
                continue
            self.calls += 1
            Cable(ends[0].fileno(), ends[1].fileno()).pump()
            for end in ends:
                end.close()


def wrong_values(stored):
    good, wrong = {wire: 0 for wire in WIRES}, []
    for point, rows in stored.items():
        wire, unit, register = point.split(".")
        for at, value, quality, _ in rows:
            if quality != GOOD:
                continue
            good[wire] += 1
            if not 0 <= value - word(int(unit[1:]), int(register[1:]), 0) < 100:
                wrong.append((point, at, value))
    return good, wrong


def good_since(scene, wire, seconds):
    return int(scene.sql("SELECT count(*) FROM capnuoc.reading JOIN capnuoc.point USING (point_key) WHERE quality = 2"
                         " AND id LIKE '%s.%%' AND reading.at > to_timestamp(%f)" % (wire, seconds))[0][0])


def endpoint(daemon, wire):
    _, body = daemon.get("/api/v1/wires")
    return next((w for w in body["wires"] if w["id"] == wire), None) if isinstance(body, dict) else None


def change_the_settings(scene, daemon):
    """The new wires open the port, call the converter and listen where the old ones did."""
    with open(scene.path("plant.yaml"), encoding="utf-8") as f:
        text = f.read()
    scene.write("plant.yaml", text.replace("baud: 115200", "baud: 57600").replace("answer_within: %dms" % ANSWER_MS,
                                                                                  "answer_within: %dms" % (2 * ANSWER_MS)))
    os.kill(daemon.pid, signal.SIGHUP)
    wait_until(lambda: (endpoint(daemon, "bus") or {"endpoint": ""})["endpoint"].endswith("57600 8N1"), 20, "a reload")
    after = time.time()
    for wire in WIRES:
        wait_until(lambda: good_since(scene, wire, after) >= 100, 60, "values of %s after the reload" % wire, every=0.5)


def main(scene):
    write_table(scene.path("table"))
    near, _, near_path = terminal(scene.at_end)
    far, _, far_path = terminal(scene.at_end)
    os.symlink(near_path, scene.path("port"))
    start_pymodbus(scene, far_path, 0)
    start_pymodbus(scene, "rtu:%d" % (scene.port + 1), 1)
    start_pymodbus(scene, str(scene.port + 3), 2)
    cable = Cable(near, far, scene.random).start()
    scene.use_database()
    scene.configure(plant(scene))
    scene.migrate()
    daemon = scene.start().wait_ready()
    modem = Modem(scene.port + 2, scene.port + 3)
    begin = time.time()
    for wire in WIRES:
        wait_until(lambda: good_since(scene, wire, begin) >= 200, 60, "200 values of %s" % wire, every=0.5)
    cable.trouble = True
    wait_until(lambda: sum(cable.met.values()) >= 60 and min(cable.met.values()) >= 5, 120,
               lambda: "60 troubles, had %s" % cable.met, every=0.2)
    cable.trouble = False
    after = time.time()
    wait_until(lambda: good_since(scene, "bus", after) >= 100, 60, "values after the trouble", every=0.5)
    state = endpoint(daemon, "bus")
    check(state["endpoint"] == "%s 115200 8N1" % scene.path("port"), "the endpoint is shown as %s" % state["endpoint"])
    cable.end()
    os.unlink(scene.path("port"))  # pulled out; it comes back as another device under the same name
    again, _, again_path = terminal(scene.at_end)
    wait_until(lambda: "adapter plugged in" in endpoint(daemon, "bus")["last_error"], 60,
               lambda: "the port is missed: %s" % endpoint(daemon, "bus")["last_error"], every=0.2)
    second = Cable(again, far).start()
    os.symlink(again_path, scene.path("port"))
    after = time.time()
    wait_until(lambda: good_since(scene, "bus", after) >= 100, 90, "values from the port that came back", every=0.5)
    change_the_settings(scene, daemon)
    daemon.stop()
    modem.ended = True
    second.end()
    good, wrong = wrong_values(scene.stored())
    say("good values %s; on the bus %d requests and %s; the modem called %d times; %d wrong values" %
        (good, cable.requests, cable.met, modem.calls, len(wrong)))
    check(not wrong, "%d values that are another register's, the first: %s" % (len(wrong), wrong[:5]))
    check(modem.calls < 20, "the modem had to call %d times" % modem.calls)
    scene.compare_with_journal()


run(main, ports=4)
