"""The journal cannot grow: said in words, reading goes on, nothing durable is lost, and what could not be kept is
counted in a gap event afterwards.

A limit on the size of the daemon's files stands in for a full disk: it can be set and lifted on a running process
without rights, and SQLite meets it at the same write.
"""
import resource
import signal
import subprocess

from harness import EVENT_GAP, GOOD, check, run, say, wait_until
from modbus_peer import Counters

UNITS, SLOTS = 16, 120


def limit(daemon, size):
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def start(scene, size=resource.RLIM_INFINITY):
    """Its log goes through a pipe, which has no size; a write beyond the limit is an error, not a signal."""
    copier = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=open(scene.log_path, "ab"))

    def before():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    daemon = scene.start(stderr=copier.stdin, restore_signals=False, preexec_fn=before)
    copier.stdin.close()
    scene.at_end.append(copier.wait)
    return daemon


def failing(daemon):
    return daemon.part("journal")[0] == "down"


def fill(scene, daemon, counters, what, until):
    limit(daemon, 4096)
    wait_until(lambda: failing(daemon), 30, lambda: "%s: /readyz says it; it says %s" % (what, daemon.part("journal")))
    text = daemon.part("journal")[1]
    check("not written" in text and len(text) > len("not written: "), "%s: /readyz says \"%s\"" % (what, text))
    before = counters.count()
    wait_until(lambda: counters.count() > before + 10, 30, "%s: reading goes on" % what)
    until()
    check("journal not written" in daemon.words(), "%s: nothing in the log" % what)
    limit(daemon, resource.RLIM_INFINITY)
    wait_until(lambda: not failing(daemon), 30, "%s: written again" % what)
    goal = counters.count()
    wait_until(lambda: counters.count() > goal + 5, 30, "%s: reading goes on afterwards" % what)
    say("%s: \"%s\"" % (what, text))


def main(scene):
    scene.use_database()
    counters = Counters(scene.port + 1)
    scene.configure(Counters.plant(scene.port + 1, UNITS, SLOTS))
    scene.migrate()

    daemon = start(scene, 0)
    code = daemon.process.wait(60)
    words = wait_until(lambda: "journal" in daemon.words() and daemon.words(), 10, "words about the journal")
    check(code == 1, "with no room for a journal the daemon ended with %d" % code)
    say("no room at start: " + words.strip().splitlines()[-1])

    daemon = start(scene).wait_ready()
    wait_until(lambda: counters.count() > 5, 30, "first reads")
    fill(scene, daemon, counters, "full for a moment", lambda: None)
    check(daemon.metric("capnuoc_readings_lost_journal_total") == 0, "a moment already lost readings")
    fill(scene, daemon, counters, "full for long",
         lambda: wait_until(lambda: (daemon.metric("capnuoc_readings_lost_journal_total") or 0) > 5000, 120,
                            "more readings than the journal's queue takes", every=0.2))
    check("journal full" in daemon.words(), "the loss is not in the log")
    counters.silent = True
    undelivered = lambda: daemon.metric("capnuoc_journal_undelivered_entries")
    wait_until(lambda: undelivered() is not None and undelivered() < 100, 120, "delivered", every=0.3)
    daemon.stop()

    stored = scene.stored()
    served = lost = 0
    for (unit, slot), values in counters.served.items():
        good = [int(v) for _, v, quality, _ in stored["w.d%d.c%d" % (unit, slot)] if quality == GOOD]
        check(good == sorted(set(good)), "w.d%d.c%d: order or doubles" % (unit, slot))
        last = good[-1]
        served += last
        lost += last - len(good)
    gaps = scene.sql("SELECT number, text FROM capnuoc.event WHERE kind = %d ORDER BY seq" % EVENT_GAP)
    told = sum(float(number) for number, _ in gaps)
    say("%d values served, %d lost, %d told of in %d gap events" % (served, lost, told, len(gaps)))
    check(lost > 5000 and told == lost, "%d lost, %d told: %s" % (lost, told, gaps[:3]))
    scene.compare_with_journal()


run(main)
