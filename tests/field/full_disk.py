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

from harness import EVENT_GAP, GOOD, SKIPPED, Skipped, check, run, say, wait_until
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


def takes_all_again(daemon, counters):
    """Room on the disk is not yet room in the queue: what the silence of all devices says would be lost and told, too,
    and is no value that was served."""
    lost = lambda: sum(daemon.metric("capnuoc_readings_lost_%s_total" % place) or 0 for place in ("journal", "inbox"))

    def a_round_without_loss():
        before, goal = lost(), counters.count()
        wait_until(lambda: counters.count() > goal + 5, 30, "reading goes on")
        return lost() == before
    wait_until(a_round_without_loss, 60, "the queue has room again")


def with_ballast(scene, disk, daemon, counters):
    """The disk fills: commits go on in the ballast's place, and afterwards there is one again."""
    size = lambda: os.stat(disk.inside("ballast")).st_size if os.path.exists(disk.inside("ballast")) else 0
    whole = size()
    check(whole == 8 << 20, "the ballast has %d bytes" % whole)
    disk.fill()
    wait_until(lambda: daemon.part("journal")[0] == "degraded", 60, lambda: "said: %s" % (daemon.part("journal"),))
    text = daemon.part("journal")[1]
    check("ballast" in text and size() == 0, "said \"%s\", the ballast has %d bytes" % (text, size()))
    commits = daemon.metric("capnuoc_journal_commits_total")
    before = os.stat(disk.inside("journal.db")).st_size
    wait_until(lambda: daemon.metric("capnuoc_journal_commits_total") > commits + 40, 60, "commits go on")
    check(daemon.part("journal")[0] == "degraded", "in the ballast's place: %s" % (daemon.part("journal"),))
    grown = os.stat(disk.inside("journal.db")).st_size - before
    check(grown < 6 << 20, "the file grew by %d bytes on a full disk" % grown)
    say("\"%s\"; the file grew by %d bytes in 40 commits" % (text, grown))
    disk.make_room()
    wait_until(lambda: daemon.part("journal")[0] == "ok" and size() == whole, 60, "a ballast again")
    counters.silent = True
    undelivered = lambda: daemon.metric("capnuoc_journal_undelivered_entries")
    wait_until(lambda: undelivered() is not None and undelivered() < 100, 120, "delivered", every=0.3)
    daemon.stop()
    check(scene.sql("SELECT count(*) FROM capnuoc.event WHERE kind = %d" % EVENT_GAP)[0][0] == "0",
          "readings that were delivered in time are told as lost")


def main(scene):
    scene.use_database()
    counters = Counters(scene.port + 1)
    scene.configure(Counters.plant(scene.port + 1, UNITS, SLOTS), journal=", ballast: %s" % scene.options.ballast)
    scene.migrate()
    disk = Disk(scene) if scene.options.way != "limit" and small_disk_possible(scene) else Limit(scene)
    if scene.options.ballast != "0B" and isinstance(disk, Limit):
        raise Skipped("no file system of our own, and a limit of file size takes no notice of a ballast")

    daemon = disk.start(room=False)
    code = daemon.process.wait(60)
    words = wait_until(lambda: "journal" in daemon.words() and daemon.words(), 10, "words about the journal")
    check(code == 1, "with no room for a journal the daemon ended with %d: %s" % (code, words))
    say("no room at start: " + words.strip().splitlines()[-1])

    daemon = disk.start(room=True).wait_ready()
    wait_until(lambda: counters.count() > 5, 30, "first reads")
    if scene.options.ballast != "0B":
        return with_ballast(scene, disk, daemon, counters)
    trouble(disk, daemon, counters, "full for a moment", lambda: None)
    check(daemon.metric("capnuoc_readings_lost_journal_total") == 0, "a moment already lost readings")
    trouble(disk, daemon, counters, "full for long",
            lambda: wait_until(lambda: (daemon.metric("capnuoc_readings_lost_journal_total") or 0) > 5000, 120,
                               "more readings than the journal's queue takes", every=0.2))
    check("journal full" in daemon.words(), "the loss is not in the log")
    takes_all_again(daemon, counters)
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


def arguments(parser):
    parser.add_argument("--way", choices=("auto", "limit"), default="auto")
    parser.add_argument("--ballast", default="0B")


run(main, arguments)
