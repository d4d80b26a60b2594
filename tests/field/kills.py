"""kill -9 of the daemon and of PostgreSQL, and PostgreSQL in all sorts of trouble, at random instants: nothing that the
journal had is lost, nothing is there twice, the order is kept, and every interruption is marked in the history of
every point.

    --troubles N        each of them N times: tables locked, read-only, no connection left, slow commits, disk full
    --journal-full N    the journal's disk is full for a second, N times
    --loss-ms MS        fails when a value was read longer than that before the kill it was lost by
"""
import random
import resource
import threading
import time

import troubles
from harness import GOOD, Failed, check, pass_time, run, say, wait_until
from modbus_peer import Counters


def arguments(parser):
    parser.add_argument("--units", type=int, default=8)
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--troubles", type=int, default=0)
    parser.add_argument("--journal-full", type=int, default=0)
    parser.add_argument("--loss-ms", type=float, default=0)
    parser.add_argument("--daemon-kills", type=int, default=20)
    parser.add_argument("--pg-kills", type=int, default=3)
    parser.add_argument("--pg-stops", type=int, default=2)
    parser.add_argument("--stop-seconds", type=float, default=3)


def trouble_postgres(scene, done):
    """The second thread: kills PostgreSQL and worse while the first kills the daemon."""
    o = scene.options
    acts = ["kill"] * o.pg_kills + ["hold"] * o.pg_stops + sorted(troubles.possible()) * o.troubles
    scene.random.shuffle(acts)
    pauses = [scene.random.uniform(0.3, 3) for _ in acts]
    try:
        for act, pause in zip(acts, pauses):
            pass_time(pause)
            troubles.ACTS[act](scene, o.stop_seconds)
            done.append(act)
    except (Failed, OSError) as e:
        done.append("failed: %s" % e)


def shown_values(daemon):
    """What a viewer saw: by then it must be durable."""
    status, body = daemon.get("/api/v1/points?limit=1000", timeout=2)
    if status != 200:
        return {}
    return {p["id"]: p["value"] for p in body["points"] if p["quality"] == "good" and p["value"] is not None}


class Run:
    """From a start of the daemon to its kill."""

    def __init__(self, scene):
        self.began, self.killed = time.time(), None
        # SIGXFSZ stays ignored, so that a file that may not grow is an error and no signal
        self.daemon = scene.start(restore_signals=False)

    def kill(self):
        check(self.daemon.running(), "the daemon ended by itself: " + self.daemon.words()[-3000:])
        self.killed = time.time()
        self.daemon.kill()

    def lost_ms(self, seconds):
        """How long before the kill; a late answer to the one before was for nobody."""
        return 0 if self.killed is None or seconds < self.began else (self.killed - seconds) * 1000


def fill_journal(daemon):
    """A second without room for the journal, and what waited is in it afterwards."""
    limit = lambda size: resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    daemon.wait_ready()
    wait_until(lambda: daemon.part("journal")[0] == "ok", 30, "a journal")
    limit(4096)
    wait_until(lambda: daemon.part("journal")[0] != "ok", 30, "the journal's disk is full")
    pass_time(1)
    limit(resource.RLIM_INFINITY)
    wait_until(lambda: daemon.part("journal")[0] == "ok", 30, "the journal is written again")
    pass_time(1)


def campaign(scene, counters, shown, second):
    """At least so many kills, and for as long as PostgreSQL is being troubled.  Gives the runs."""
    instants = random.Random(scene.options.seed + 1)
    full = set(instants.sample(range(scene.options.daemon_kills), min(scene.options.journal_full, scene.options.daemon_kills)))
    polled, runs = 0, []
    while len(runs) < scene.options.daemon_kills or second.is_alive():
        counters.run += 1
        before = counters.count()
        run_ = Run(scene)
        pass_time(instants.uniform(0, 2.5))
        shown.append(shown_values(run_.daemon))
        if len(runs) in full:
            fill_journal(run_.daemon)
        run_.kill()
        runs.append(run_)
        polled += counters.count() > before
    say("%d kills of the daemon, %d of them after it had read; its disk was full %d times" % (len(runs), polled, len(full)))
    return runs


def check_point(point, served, rows, durable, runs):
    """rows: what PostgreSQL has.  Gives how long before a kill each value was served that was lost before the journal,
    and the marks."""
    values = [(int(v), run_) for (v, _, run_) in served]
    run_of = dict(values)
    stored = [(ms, None if v is None else int(v), q, reason) for ms, v, q, reason in rows]
    good = [v for _, v, q, _ in stored if q == GOOD]
    check(all(a < b for a, b in zip(good, good[1:])), "%s: values do not rise: %s" %
          (point, [(a, b) for a, b in zip(good, good[1:]) if a >= b][:3]))
    check(set(good) <= set(run_of), "%s: stored what was never served" % point)
    missing = durable - set(good)
    check(not missing, "%s: journalled or shown, and missing: %s" % (point, sorted(missing)[:5]))
    marks = 0
    last_run, marked = None, True
    for _, value, quality, reason in stored:
        if reason == "stopped":
            marked = True
            marks += 1
        elif quality == GOOD:
            if last_run is not None and run_of[value] != last_run:
                check(marked, "%s: no mark between runs %d and %d" % (point, last_run, run_of[value]))
            last_run, marked = run_of[value], False
    there = set(good)
    return [runs[r - 1].lost_ms(at) if r <= len(runs) else 0 for v, at, r in served if v not in there], marks


def main(scene):
    o = scene.options
    scene.own_cluster()
    if o.troubles > 0:
        troubles.give_small_disk(scene)
    counters = Counters(scene.port + 1)
    scene.configure(Counters.plant(scene.port + 1, o.units, slots=o.slots), database="  answer_within: 2s\n")
    scene.migrate()
    done, shown = [], []
    second = threading.Thread(target=trouble_postgres, args=(scene, done))
    second.start()
    runs = campaign(scene, counters, shown, second)
    second.join()
    check(not [d for d in done if d.startswith("failed")], str(done))
    say("PostgreSQL, troubles of %g s: %s" % (o.stop_seconds, ", ".join("%d %s" % (done.count(act), act)
                                                                          for act in sorted(set(done)))))
    counters.run += 1
    before = counters.count()
    daemon = scene.start().wait_ready()
    wait_until(lambda: counters.count() > before + 10, 30, "reads after the last kill")
    wait_until(lambda: daemon.part("database")[0] == "ok", 60, "the database is back")
    undelivered = lambda: daemon.metric("capnuoc_journal_undelivered_entries")
    wait_until(lambda: undelivered() is not None and undelivered() < 200, 60 + counters.count() * o.units * o.slots / 10000,
               lambda: "delivered; database: %s" % (daemon.part("database"),))
    daemon.stop()

    readings, _ = scene.compare_with_journal()
    names = {int(key): name for key, name in scene.sql("SELECT point_key, id FROM capnuoc.point")}
    durable = {}
    for _, key, _, value, quality, _ in readings:
        if quality == GOOD:
            durable.setdefault(names[key], set()).add(int(value))
    of_point = {}
    for _, key, ms, _, _, _ in readings:
        check(of_point.get(key, 0) <= ms, "%s: times go back in the journal" % names[key])
        of_point[key] = ms
    for picture in shown:
        for point, value in picture.items():
            durable.setdefault(point, set()).add(int(value))
    stored = scene.stored()
    lost, marks, total = [], 0, 0
    for (unit, slot), served in counters.served.items():
        point = "w.d%d.c%d" % (unit, slot)
        l, m = check_point(point, served, stored[point], durable.get(point, set()), runs)
        lost, marks, total = lost + l, marks + m, total + len(served)
    say("%d values served, %d stored, %d were on their way to the journal when the daemon was killed; "
        "%d marks of interruption; %d pictures shown" % (total, total - len(lost), len(lost), marks, sum(map(bool, shown))))
    say("read longest before the kill it was lost by: %.0f ms; half of them %.0f ms or less" %
        (max(lost, default=0), sorted(lost)[len(lost) // 2] if lost else 0))
    check(o.loss_ms == 0 or max(lost, default=0) <= o.loss_ms, "values older than %g ms were lost" % o.loss_ms)
    check(len(lost) <= (len(runs) + 1) * len(counters.served) * 30, "more was lost than a journal's group can hold")


troubles.on_a_small_disk()
run(main, arguments)
