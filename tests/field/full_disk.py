"""The journal cannot grow: said in words, reading goes on, nothing durable is lost, and what could not be kept is
counted in a gap event afterwards.

The disk is a small file system of the daemon's own where the machine allows that.  Elsewhere a limit on the size of its
files stands in: it can be set and lifted on a running process without rights, and SQLite meets it at the same write.
"""
import os
import resource
import shutil
import signal
import subprocess
import sys

from harness import EVENT_GAP, GOOD, SKIPPED, check, run, say, wait_until
from modbus_peer import Counters

UNITS, SLOTS = 16, 120
HERE = os.path.dirname(os.path.abspath(__file__))


class Limit:
    """The stand-in."""

    def __init__(self, scene):
        self.scene, self.daemon = scene, None

    def start(self, room):
        """The log goes through a pipe, which has no size; a write beyond the limit is an error, not a signal."""
        copier = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=open(self.scene.log_path, "ab"))
        size = resource.RLIM_INFINITY if room else 0

        def before():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        self.daemon = self.scene.start(stderr=copier.stdin, restore_signals=False, preexec_fn=before)
        copier.stdin.close()
        self.scene.at_end.append(copier.wait)
        return self.daemon

    def set(self, size):
        resource.prlimit(self.daemon.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def fill(self):
        self.set(4096)

    def make_room(self):
        self.set(resource.RLIM_INFINITY)

    def keep(self):
        pass


class Disk:
    """The real thing.  It goes with its processes, so its journal is copied before the end can be compared."""

    def __init__(self, scene):
        self.scene, self.folder = scene, scene.path("journal")
        os.makedirs(self.folder, exist_ok=True)

    def start(self, room):
        prefix = (sys.executable, os.path.join(HERE, "on_small_disk.py"), self.folder, "256m" if room else "4k")
        daemon = self.scene.start(prefix=prefix)
        if room:
            daemon.wait_ready()
            self.root = os.open("/proc/%d/root%s" % (daemon.pid, self.folder), os.O_RDONLY | os.O_DIRECTORY)
        return daemon

    def inside(self, name):
        return "/proc/self/fd/%d/%s" % (self.root, name)

    def fill(self):
        with open(self.inside("filler"), "wb", buffering=0) as f:
            try:
                while f.write(b"x" * 4096):
                    pass
            except OSError:
                pass

    def make_room(self):
        os.unlink(self.inside("filler"))

    def keep(self):
        for name in os.listdir(self.inside("")):
            if os.path.isfile(self.inside(name)):
                shutil.copy(self.inside(name), self.folder)


def small_disk_possible(scene):
    os.makedirs(scene.path("journal"), exist_ok=True)
    done = subprocess.run([sys.executable, os.path.join(HERE, "on_small_disk.py"), scene.path("journal"), "4k",
                           "/bin/true"], stderr=subprocess.PIPE)
    if done.returncode == SKIPPED:
        say("a limit of file size stands in for the disk: " + done.stderr.decode().strip())
    return done.returncode == 0


def failing(daemon):
    return daemon.part("journal")[0] == "down"


def trouble(disk, daemon, counters, what, until):
    disk.fill()
    wait_until(lambda: failing(daemon), 30, lambda: "%s: /readyz says it; it says %s" % (what, daemon.part("journal")))
    text = daemon.part("journal")[1]
    check("not written" in text and "disk" in text, "%s: /readyz says \"%s\"" % (what, text))
    before = counters.count()
    wait_until(lambda: counters.count() > before + 10, 30, "%s: reading goes on" % what)
    until()
    check("journal not written" in daemon.words(), "%s: nothing in the log" % what)
    disk.make_room()
    wait_until(lambda: not failing(daemon), 30, "%s: written again" % what)
    goal = counters.count()
    wait_until(lambda: counters.count() > goal + 5, 30, "%s: reading goes on afterwards" % what)
    say("%s: \"%s\"" % (what, text))


def main(scene):
    scene.use_database()
    counters = Counters(scene.port + 1)
    scene.configure(Counters.plant(scene.port + 1, UNITS, SLOTS))
    scene.migrate()
    disk = Disk(scene) if scene.options.way != "limit" and small_disk_possible(scene) else Limit(scene)

    daemon = disk.start(room=False)
    code = daemon.process.wait(60)
    words = wait_until(lambda: "journal" in daemon.words() and daemon.words(), 10, "words about the journal")
    check(code == 1, "with no room for a journal the daemon ended with %d: %s" % (code, words))
    say("no room at start: " + words.strip().splitlines()[-1])

    daemon = disk.start(room=True).wait_ready()
    wait_until(lambda: counters.count() > 5, 30, "first reads")
    trouble(disk, daemon, counters, "full for a moment", lambda: None)
    check(daemon.metric("capnuoc_readings_lost_journal_total") == 0, "a moment already lost readings")
    trouble(disk, daemon, counters, "full for long",
            lambda: wait_until(lambda: (daemon.metric("capnuoc_readings_lost_journal_total") or 0) > 5000, 120,
                               "more readings than the journal's queue takes", every=0.2))
    check("journal full" in daemon.words(), "the loss is not in the log")
    counters.silent = True
    undelivered = lambda: daemon.metric("capnuoc_journal_undelivered_entries")
    wait_until(lambda: undelivered() is not None and undelivered() < 100, 120, "delivered", every=0.3)
    daemon.stop()
    disk.keep()

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


run(main, lambda parser: parser.add_argument("--way", choices=("auto", "limit"), default="auto"))
