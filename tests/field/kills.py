"""kill -9 of the daemon and of PostgreSQL, and PostgreSQL held still, at random instants: nothing that the journal had
is lost, nothing is there twice, the order is kept, and every interruption is marked in the history of every point.
"""
import random
import signal
import threading

from harness import GOOD, Failed, check, pass_time, run, say, wait_until
from modbus_peer import Counters

UNITS = 8


def arguments(parser):
    parser.add_argument("--daemon-kills", type=int, default=20)
    parser.add_argument("--pg-kills", type=int, default=3)
    parser.add_argument("--pg-stops", type=int, default=2)
    parser.add_argument("--stop-seconds", type=float, default=3)


def trouble_postgres(scene, done):
    """The second thread: kills and holds PostgreSQL while the first kills the daemon."""
    o = scene.options
    acts = ["kill"] * o.pg_kills + ["hold"] * o.pg_stops
    scene.random.shuffle(acts)
    pauses = [scene.random.uniform(0.3, 3) for _ in acts]
    try:
        for act, pause in zip(acts, pauses):
            pass_time(pause)
            if act == "kill":
                scene.cluster.kill()
                scene.cluster.restart()
            else:
                scene.cluster.signal_all(signal.SIGSTOP)
                pass_time(o.stop_seconds)
                scene.cluster.signal_all(signal.SIGCONT)
            done.append(act)
    except (Failed, OSError) as e:
        done.append("failed: %s" % e)


def shown_values(daemon):
    """What a viewer saw: by then it must be durable."""
    status, body = daemon.get("/api/v1/points?limit=1000", timeout=2)
    if status != 200:
        return {}
    return {p["id"]: p["value"] for p in body["points"] if p["quality"] == "good" and p["value"] is not None}


def campaign(scene, counters, shown, second):
    """At least so many kills, and for as long as PostgreSQL is being troubled."""
    instants = random.Random(scene.options.seed + 1)
    kills = polled = 0
    while kills < scene.options.daemon_kills or second.is_alive():
        delay = instants.uniform(0, 2.5)
        kills += 1
        counters.run += 1
        before = counters.count()
        daemon = scene.start()
        pass_time(delay)
        shown.append(shown_values(daemon))
        check(daemon.running(), "the daemon ended by itself: " + daemon.words()[-3000:])
        daemon.kill()
        polled += counters.count() > before
    say("%d kills of the daemon, %d of them after it had read" % (kills, polled))
    return kills


def check_point(point, served, rows, durable):
    """rows: what PostgreSQL has.  Gives how many served values were lost before the journal."""
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
    return len(run_of) - len(set(good)), marks


def main(scene):
    scene.own_cluster()
    counters = Counters(scene.port + 1)
    scene.configure(Counters.plant(scene.port + 1, UNITS, slots=2), database="  answer_within: 2s\n")
    scene.migrate()
    done, shown = [], []
    second = threading.Thread(target=trouble_postgres, args=(scene, done))
    second.start()
    kills = campaign(scene, counters, shown, second)
    second.join()
    check(not [d for d in done if d.startswith("failed")], str(done))
    say("%d kills and %d holds of %g s of PostgreSQL" % (done.count("kill"), done.count("hold"),
                                                          scene.options.stop_seconds))
    counters.run += 1
    before = counters.count()
    daemon = scene.start().wait_ready()
    wait_until(lambda: counters.count() > before + 10, 30, "reads after the last kill")
    wait_until(lambda: daemon.part("database")[0] == "ok", 60, "the database is back")
    undelivered = lambda: daemon.metric("capnuoc_journal_undelivered_entries")
    wait_until(lambda: undelivered() is not None and undelivered() < 200, 60,
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
    lost = marks = total = 0
    for (unit, slot), served in counters.served.items():
        point = "w.d%d.c%d" % (unit, slot)
        l, m = check_point(point, served, stored[point], durable.get(point, set()))
        lost, marks, total = lost + l, marks + m, total + len(served)
    say("%d values served, %d stored, %d were on their way to the journal when the daemon was killed; "
        "%d marks of interruption; %d pictures shown" % (total, total - lost, lost, marks, sum(map(bool, shown))))
    check(lost <= (kills + 1) * len(counters.served) * 30, "more was lost than a journal's group can hold")


run(main, arguments)
