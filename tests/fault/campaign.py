"""A fault campaign over 200 simulated devices on 40 wires: the whole catalogue of faults by a fixed seed, and the oracle's five
conditions on what PostgreSQL holds afterwards (oracle.py says them, plan.py what happens to whom).

First a while without faults, to compare with, then the faults, then a while in which everything must come back.
"""
import os
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "field"))

import oracle  # noqa: E402
import plan  # noqa: E402
from harness import GOOD, check, pass_time, run, say, wait_until  # noqa: E402

PERIOD_MS, ANSWER_MS = 1000, 500
WARM_S, CALM_S, END_S = 6, 24, 38  # after the last fault: the cap of the back-off, and what follows it
# Two requests a device; those of odd devices have the same function and length, so that one can be taken for the other.
ODD = [("a", "h", 10, "u32", "abcd"), ("b", "h", 12, "u32", "cdab"), ("c", "h", 40, "u32", "abcd"), ("d", "h", 42, "u32", "dcba")]
EVEN = [("a", "h", 14, "u32", "badc"), ("b", "h", 16, "f32", "cdab"), ("c", "i", 0, "u32", "abcd"), ("d", "i", 2, "u16", "abcd")]
BANKS = {"h": "holding", "i": "input"}
# Says every 20 ms by how much it woke too late: what the machine, not the daemon, adds to the lateness of readings.
SLEEPER = """import time
due = time.monotonic()
while True:
    due += 0.02
    time.sleep(max(0, due - time.monotonic()))
    late = time.monotonic() - due
    print("%d %.1f" % (time.time() * 1000, late * 1000), flush=True)
    due = max(due, time.monotonic() - 0.02)
"""


def points_of(number):
    return ODD if number % 2 else EVEN


def all_points():
    return {"g-%03d.%s" % (n, name): oracle.Point("g-%03d" % n, bank, address, kind, order)
            for n in range(1, plan.DEVICES + 1) for name, bank, address, kind, order in points_of(n)}


def rtu_port(scene):
    return scene.port + 1 + plan.WIRES


def terminals(scene):
    return scene.path("tty")


class Sim:
    """The simulator as a process."""

    def __init__(self, scene, script, seconds):
        self.scene = scene
        self.chronicle = scene.path("chronicle")
        with open(scene.path("sim.log"), "wb") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", scene.options.sim, "--grid", "%dx%d" % (plan.DEVICES, plan.PER_WIRE),
                 "--port-base", str(scene.port + 1), "--rtu-port-base", str(rtu_port(scene)), "--terminals", terminals(scene),
                 "--seed", str(scene.options.seed), "--script", scene.write("script", script), "--chronicle", self.chronicle,
                 # 200 devices, nine words a second, and their names: no file is turned while it is needed
                 "--chronicle-max", str(64 + seconds // 4)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        scene.at_end.append(self.stop)
        wait_until(lambda: self.words().count("listening on") == 2 * plan.WIRES, 60, lambda: "simulator: " + self.words()[-1000:])
        self.began = time.monotonic()

    def words(self):
        with open(self.scene.path("sim.log"), encoding="utf-8") as f:
            return f.read()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(30)


def way(scene, wire, speaks):
    if wire in plan.RTU_WIRES and "rtu_over_tcp" in speaks:
        return "rtu_over_tcp: 127.0.0.1:%d" % (rtu_port(scene) + wire)
    if wire in plan.SERIAL_WIRES and "serial" in speaks:
        return "serial: { device: %s/w-%03d, baud: 115200, parity: none }" % (terminals(scene), wire + 1)
    return "tcp: 127.0.0.1:%d" % (scene.port + 1 + wire)


def plant(scene, speaks):
    text = ""
    for wire in range(plan.WIRES):
        text += ("  - id: w-%03d\n    %s\n    connect_within: 1s\n    typical_answer: 1ms\n    answer_within: %dms\n    devices:\n" %
                 (wire + 1, way(scene, wire, speaks), ANSWER_MS))
        for i in range(plan.PER_WIRE):
            number = wire * plan.PER_WIRE + i + 1
            text += ("      - id: g-%03d\n        site: site\n        unit: %d\n        every: %dms\n        points:\n" %
                     (number, i + 1, PERIOD_MS))
            for name, bank, address, kind, order in points_of(number):
                text += ("          - { id: g-%03d.%s, name: Ô, unit: '-', %s: %d, type: %s%s }\n" %
                         (number, name, BANKS[bank], address, kind, ", order: " + order if kind != "u16" else ""))
    return text


class Watch:
    """Memory, descriptors and the machine's own lateness, in the background."""

    def __init__(self, scene, daemon):
        self.daemon, self.use, self.late = daemon, [], []
        self.over = threading.Event()
        self.sleeper = subprocess.Popen([sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE, text=True)
        scene.at_end.append(self.stop)
        self.threads = [threading.Thread(target=self.measure, daemon=True), threading.Thread(target=self.listen, daemon=True)]
        for thread in self.threads:
            thread.start()

    def measure(self):
        while not self.over.wait(1):
            try:
                with open("/proc/%d/statm" % self.daemon.pid, encoding="ascii") as f:
                    pages = int(f.read().split()[1])
                self.use.append((time.time() * 1000, pages * os.sysconf("SC_PAGE_SIZE"),
                                 len(os.listdir("/proc/%d/fd" % self.daemon.pid))))
            except OSError:
                return

    def listen(self):
        for line in self.sleeper.stdout:
            ms, late = line.split()
            self.late.append((int(ms), float(late)))

    def stop(self):
        self.over.set()
        if self.sleeper.poll() is None:
            self.sleeper.kill()
        self.sleeper.wait()
        for thread in self.threads:
            thread.join(5)

    def between(self, begin, end):
        return [(rss, fds) for ms, rss, fds in self.use if begin <= ms < end]

    def machine(self, begin, end):
        return oracle.percentile([late for ms, late in self.late if begin <= ms < end], 0.99)


def good_rows(scene, wire):
    """(point, ms, value) of a wire's points, in order of time; a campaign's rows are too many for one answer."""
    names = ["'g-%03d'" % (wire * plan.PER_WIRE + i + 1) for i in range(plan.PER_WIRE)]
    for point, at, value in scene.sql(
            "SELECT p.id, (extract(epoch FROM r.at) * 1000)::bigint, r.value FROM capnuoc.reading r JOIN capnuoc.point p"
            " USING (point_key) WHERE r.quality = %d AND left(p.id, 5) IN (%s) ORDER BY r.at" % (GOOD, ", ".join(names)), "reader"):
        yield point, int(at), float(value)


def patience(wire):
    """How long the daemon waits for an answer: a serial line's unit that was late is waited for twice as long."""
    return 2 * ANSWER_MS if wire in plan.RTU_WIRES + plan.SERIAL_WIRES else ANSWER_MS


def wire_number(name):
    return (int(name[2:5]) - 1) // plan.PER_WIRE


def judge_values(scene, chronicle):
    """Condition a over every row.  Gives {device: times of good readings of its first point}."""
    times, wrong, seen, points, sample = {}, [], 0, all_points(), []
    for wire in range(plan.WIRES):
        rows = list(good_rows(scene, wire))
        more, count = oracle.nothing_invented(chronicle, points, rows, patience(wire))
        wrong, seen = wrong + more, seen + count
        sample += rows[len(rows) // 2:len(rows) // 2 + 20]
        for point, ms, _ in rows:
            if point.endswith(".a"):
                times.setdefault(point[:5], []).append(ms)
    say("a: %d good values compared with the chronicle, %d wrong" % (seen, len(wrong)))
    for sentence in wrong[:20]:
        say("  " + sentence)
    check(seen > plan.DEVICES * 20, "only %d good rows: that is no campaign" % seen)
    plant_wrong_rows(chronicle, points, sample)
    return times, wrong


def plant_wrong_rows(chronicle, points, rows):
    """The oracle must see each of these in what was really stored: one digit, one second, one neighbour too far."""
    planted = 0
    for name, ms, value in rows:
        if points[name].kind != "u32":
            continue
        waits = patience(wire_number(name))
        for wrong in ((name, ms, float(int(value) ^ 1 << 20)), (name, ms + 5000, value), (name, ms - 5000, value),
                      (name[:-1] + "abcd"[("abcd".index(name[-1]) + 1) % 4], ms, value)):
            held_still = oracle.nothing_invented(chronicle, points, [(name, ms + 2500, value)], waits)[0] == []
            if held_still:  # frozen, or filled: there the second does not tell
                continue
            check(oracle.nothing_invented(chronicle, points, [wrong], waits)[0], "the oracle passed a planted row: %s" % (wrong,))
            planted += 1
    say("a: %d wrong rows planted in what was stored, all found" % planted)
    check(planted > 100, "too few rows to plant wrong ones in: %d" % planted)


def outages_awaited(planned, faults, period):
    """(sure, may) for oracle.told_once."""
    sure, may = [], {}
    for (device, kind, how), fault in zip(planned, faults):
        whole = kind in plan.WHOLE_WIRE
        last = fault.end + oracle.BACKOFF_CAP_MS + 3 * period
        first = (int(device[2:]) - 1) // plan.PER_WIRE * plan.PER_WIRE
        devices = ["g-%03d" % (first + i + 1) for i in range(plan.PER_WIRE)] if whole else [device]
        subjects = devices + ([plan.wire_of(device)] if whole else [])
        for subject in subjects if how != plan.NEVER else []:
            may.setdefault(subject, []).append((fault.begin, fault.end + period))
        if how == plan.SURE:
            # a wire that cannot be connected is down itself; its devices were not asked
            told = subjects if kind == "deaf" else [plan.wire_of(device)] if kind in ("refuse", "black-hole") else [device]
            sure += [(subject, fault.begin, fault.end, period, last) for subject in told]
    return sure, may


def judge_events(scene, planned, faults):
    events = [(int(at), int(kind), subject) for at, kind, subject in scene.sql(
        "SELECT (extract(epoch FROM at) * 1000)::bigint, kind, subject FROM capnuoc.event WHERE kind BETWEEN 2 AND 5"
        " ORDER BY at, seq, item", "reader")]
    subjects = ["g-%03d" % (n + 1) for n in range(plan.DEVICES)] + ["w-%03d" % (n + 1) for n in range(plan.WIRES)]
    sure, may = outages_awaited(planned, faults, PERIOD_MS + ANSWER_MS)
    wrong, count = oracle.told_once(events, subjects, sure, may)
    say("e: %d outages told, %d of them awaited for certain; %d wrong" % (count, len(sure), len(wrong)))
    return wrong


def judge_time(times, watch, quiet, loud):
    healthy = {plan.device(w, i): times.get(plan.device(w, i), []) for w in plan.HEALTHY_WIRES for i in range(plan.PER_WIRE)}
    machine = watch.machine(*loud) - watch.machine(*quiet)
    wrong, (was, is_, allowed) = oracle.kept_their_time(healthy, PERIOD_MS, quiet, loud, machine)
    say("b: 99 %% of healthy devices' readings at most %d ms late, without faults %d ms; allowed %d (the machine itself %+.0f ms)" %
        (is_, was, allowed, machine))
    return wrong


def judge(scene, watch, chronicle, planned, marks):
    quiet, loud, ends = marks
    times, wrong = judge_values(scene, chronicle)
    wrong += judge_time(times, watch, quiet, loud)
    more, slowest = oracle.came_back([f for f in chronicle.faults if f.kind != "frozen"], times, PERIOD_MS, ANSWER_MS, ends)
    say("c: %d faults, good values again after at most %d ms (cap of the back-off %d ms)" %
        (len(chronicle.faults), slowest, oracle.BACKOFF_CAP_MS))
    wrong += more
    more, (rss, fds) = oracle.stayed_flat(watch.between(*quiet), watch.between(loud[1] + oracle.BACKOFF_CAP_MS, ends))
    say("d: memory %d -> %d KiB, descriptors %d -> %d" % (rss[0] >> 10, rss[1] >> 10, fds[0], fds[1]))
    wrong += more + judge_events(scene, planned, chronicle.faults)
    for sentence in wrong[:20]:
        say("  " + sentence)
    check(not wrong, "%d violations" % len(wrong))


def speaks_of(scene):
    words = subprocess.run([scene.program, "--document"], stdout=subprocess.PIPE, text=True, check=True).stdout
    speaks = [way_ for way_ in ("rtu_over_tcp", "serial") if "| `%s` |" % way_ in words]
    say("ways the daemon knows besides TCP: %s" % (", ".join(speaks) or "none"))
    return speaks


def arguments(parser):
    parser.add_argument("--sim", required=True)
    parser.add_argument("--seconds", type=int, default=120, help="of the whole campaign")


def main(scene):
    seconds = scene.options.seconds
    speaks = speaks_of(scene)
    first, last = WARM_S + CALM_S, seconds - END_S
    head = 15  # the simulator is up for a while before the daemon is: its script begins with that
    fate = plan.Plan(random.Random(scene.options.seed), head + first, head + last, "rtu_over_tcp" in speaks, "serial" in speaks)
    count, missing = fate.covered()
    say("%d faults of %d kinds planned" % (len(fate.faults()), count))
    check(not missing, "the time is too short for %s" % missing)
    scene.own_cluster()
    scene.configure(plant(scene, speaks))
    scene.migrate()
    sim = Sim(scene, fate.script(), seconds)
    os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=8"
    daemon = scene.start().wait_ready()
    check(time.monotonic() - sim.began < head, "the daemon took too long to start for this script")
    watch = Watch(scene, daemon)
    began_ms = time.time() * 1000 - (time.monotonic() - sim.began) * 1000 + head * 1000
    at = lambda second: began_ms + second * 1000
    wait_until(lambda: not pass_time(1) and time.time() * 1000 >= at(seconds), seconds + 60, "the end of the campaign")
    check(daemon.running(), "the daemon ended: " + daemon.words()[-3000:])
    check(sim.process.poll() is None, "the simulator ended: " + sim.words()[-2000:])
    watch.stop()
    daemon.stop()
    sim.stop()
    with open(sim.chronicle, encoding="ascii") as lines:
        chronicle = oracle.Chronicle(lines)
    check(not os.path.exists(sim.chronicle + ".1"), "the chronicle was turned")
    planned = fate.faults()
    check([(f.device, f.kind) for f in chronicle.faults] == [p[:2] for p in planned], "not every fault was carried out: %d of %d" %
          (len(chronicle.faults), len(planned)))
    judge(scene, watch, chronicle, planned, ((at(WARM_S), at(first)), (at(first), at(last)), at(seconds)))


run(main, arguments, ports=1 + 2 * plan.WIRES)
