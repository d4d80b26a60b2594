"""What the whole-program tests stand on: a folder of their own, a database of their own, the daemon as a
process, and waiting for conditions instead of for time.

A test is a script with a main(scene).  It prints what it measured, one figure a line, and fails by raising Failed.
"""
import argparse
import contextlib
import csv
import http.client
import io
import json
import os
import random
import secrets
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time

GOOD, UNCERTAIN, BAD = 2, 1, 0
REASONS = ["none", "never_read", "no_answer", "no_connection", "exception", "bad_answer", "sentinel", "not_finite",
           "implausible", "stale", "time_uncertain", "stopped", "bad_digit", "inexact", "unknown_state", "busy",
           "not_valid", "wire_fault", "clipped", "frozen", "forced"]
EVENT_GAP = 7
SKIPPED = 77
TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PG_SH = os.path.join(TREE, "tests", "fixture", "pg.sh")


class Failed(Exception):
    pass


class Skipped(Exception):
    pass


def check(right, text):
    if not right:
        raise Failed(text)


def say(text):
    print(text, flush=True)


def wait_until(condition, seconds, what, every=0.03):
    """Gives what `condition` gave once it is true; fails after the deadline, saying what was awaited."""
    end = time.monotonic() + seconds
    while True:
        got = condition()
        if got:
            return got
        if time.monotonic() > end:
            raise Failed("%s: not within %g s" % (what() if callable(what) else what, seconds))
        threading.Event().wait(every)


def pass_time(seconds):
    """For tests whose subject is time itself: a campaign's random instants, a server held for 20 s."""
    threading.Event().wait(seconds)


# ---------------------------------------------------------------- PostgreSQL

class Cluster:
    """A throw-away PostgreSQL as tests/fixture/pg.sh describes it."""

    def __init__(self, env_file, folder=None):
        self.env_file, self.folder = env_file, folder
        self.read()

    @classmethod
    def own(cls, folder, number):
        """One that a test may kill: made now, removed by remove()."""
        done = subprocess.run([PG_SH, "start", folder, str(number)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        check(done.returncode == 0, "the test's PostgreSQL did not start: " + done.stdout.decode())
        return cls(os.path.join(folder, "env"), folder)

    def read(self):
        with open(self.env_file, encoding="utf-8") as f:
            self.env = dict(line.rstrip("\n").split("=", 1) for line in f if "=" in line)

    def psql(self, sql, database, role="superuser"):
        """Rows as lists of strings, None for null.  Raises Failed with PostgreSQL's words."""
        env = dict(os.environ, PGPASSWORD=self.env[role.upper() + "_PASSWORD"], PGTZ="UTC", PGCONNECT_TIMEOUT="10")
        done = subprocess.run(["psql", "-X", "-q", "-w", "-v", "ON_ERROR_STOP=1", "--csv", "-t", "-P", "null=\\N",
                               "-h", self.env["PGHOST"], "-p", self.env["PGPORT"],
                               "-U", self.env[role.upper() + "_USER"], "-d", database],
                              input=sql, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        if done.returncode != 0:
            raise Failed("psql: " + done.stderr.strip())
        return [[None if cell == "\\N" else cell for cell in row] for row in csv.reader(io.StringIO(done.stdout))]

    def postmaster(self):
        with open(os.path.join(self.env["PGDATA"], "postmaster.pid"), encoding="utf-8") as f:
            return int(f.readline())

    def processes(self):
        """The postmaster first, then its children: only what hangs on our own data folder."""
        master = self.postmaster()
        try:
            with open("/proc/%d/task/%d/children" % (master, master), encoding="ascii") as f:
                return [master] + [int(pid) for pid in f.read().split()]
        except OSError:
            return [master]

    def signal_all(self, number):
        for pid in self.processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def kill(self, number=signal.SIGKILL):
        master = self.postmaster()
        os.kill(master, number)
        wait_until(lambda: not lives(master), 30, "PostgreSQL gone")

    def restart(self):
        done = subprocess.run([PG_SH, "restart", self.folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        check(done.returncode == 0, "PostgreSQL did not start again: " + done.stdout.decode())
        self.read()

    @staticmethod
    def stop(folder):
        subprocess.run([PG_SH, "stop", folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def remove(self):
        self.stop(self.folder)


def lives(pid):
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def is_free(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


# ---------------------------------------------------------------- the daemon

class Daemon:
    def __init__(self, scene, prefix=(), **popen):
        self.scene = scene
        self.log = open(scene.log_path, "ab")
        self.log_from = self.log.tell()
        popen.setdefault("stderr", self.log)
        # setpriv: it ends with us, however we end
        command = ["setpriv", "--pdeathsig", "KILL", *prefix, scene.program, "--config", scene.config_path]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, **popen)
        self.pid = self.process.pid

    def running(self):
        return self.process.poll() is None

    def words(self):
        """What this process has logged."""
        self.log.flush()
        with open(self.scene.log_path, "rb") as f:
            f.seek(self.log_from)
            return f.read().decode("utf-8", "replace")

    def get(self, path, timeout=10):
        """(status, parsed JSON or text); (0, why) when nobody answers."""
        link = http.client.HTTPConnection("127.0.0.1", self.scene.http_port, timeout=timeout)
        try:
            link.request("GET", path, headers={"Authorization": "Bearer " + self.scene.token})
            answer = link.getresponse()
            body = answer.read().decode()
            if "json" in answer.getheader("Content-Type", ""):
                return answer.status, json.loads(body)
            return answer.status, body
        except (OSError, http.client.HTTPException, ValueError) as e:
            return 0, str(e)
        finally:
            link.close()

    @contextlib.contextmanager
    def open(self, path, timeout=10):
        """The reply of a GET, to be read piece by piece."""
        link = http.client.HTTPConnection("127.0.0.1", self.scene.http_port, timeout=timeout)
        try:
            link.request("GET", path, headers={"Authorization": "Bearer " + self.scene.token})
            reply = link.getresponse()
            check(reply.status == 200, "%s: %d %s" % (path, reply.status, "" if reply.status == 200 else reply.read()))
            yield reply
        finally:
            link.close()

    def part(self, name):
        """One part of /readyz: (state, text)."""
        _, body = self.get("/readyz")
        for part in body.get("parts", []) if isinstance(body, dict) else []:
            if part["name"] == name:
                return part["state"], part["text"]
        return "unknown", str(body)

    def metric(self, name):
        _, text = self.get("/metrics")
        for line in str(text).splitlines():
            if line.startswith(name + " ") or line.startswith(name + "{"):
                return float(line.rsplit(" ", 1)[1])
        return None

    def wait_ready(self, seconds=60):
        def up():
            check(self.running(), "the daemon ended: " + self.words()[-2000:])
            return self.get("/healthz")[0] == 200
        wait_until(up, seconds, lambda: "daemon answers; its log: " + self.words()[-1500:])
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def stop(self, seconds=60):
        """An orderly end: everything delivered, exit code 0."""
        self.process.terminate()
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed("the daemon did not end within %g s of SIGTERM: %s" % (seconds, self.words()[-1500:]))
        check(code == 0, "the daemon ended with %d: %s" % (code, self.words()[-3000:]))
        self.log.close()


# ---------------------------------------------------------------- one test's world

class Scene:
    def __init__(self, options):
        self.options = options
        self.name = options.name
        self.program = options.capnuocd
        self.locks = []
        self.port = self.take_ports(options.port, options.ports)  # the first of the test's own
        self.http_port = self.port
        self.random = random.Random(options.seed)
        self.folder = os.path.join(options.work, "%s-%d" % (self.name, self.port))
        self.clear_remains()
        self.config_path = self.path("daemon.yaml")
        self.log_path = self.path("daemon.log")
        self.journal_path = self.path("journal", "journal.db")
        self.token = secrets.token_urlsafe(32)
        self.secret("viewer.token", self.token)
        self.cluster = None
        self.database = None
        self.at_end = []

    def take_ports(self, first, count):
        """The block from `first` on, or one a few hundred higher when someone else is testing on this machine."""
        for base in range(first, first + 1000, 100):
            if self.lock("ports-%d" % base) and all(is_free(port) for port in range(base, base + count)):
                return base
        raise Failed("no free ports from %d on" % first)

    def lock(self, what):
        """A name that one process on this machine can have, until it ends."""
        s = socket.socket(socket.AF_UNIX)
        try:
            s.bind("\0capnuoc-field-" + what)
        except OSError:
            s.close()
            return False
        self.locks.append(s)
        return True

    def clear_remains(self):
        """Of a run of this test that was ended by force."""
        if os.path.exists(self.path("pg")):
            Cluster.stop(self.path("pg"))
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder, 0o700)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def secret(self, name, text):
        fd = os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(fd, (text + "\n").encode())
        os.close(fd)
        return self.path(name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    # ---- database

    def use_database(self, cluster=None):
        """An empty database of the owner's in the fixture's cluster, or in one of our own."""
        if cluster is None:
            if not os.path.exists(self.options.pg_env):
                raise Skipped("no PostgreSQL: %s is not there" % self.options.pg_env)
            cluster = Cluster(self.options.pg_env)
        self.cluster = cluster
        self.database = "field_%s_%d" % (self.name.replace("-", "_"), os.getpid())
        cluster.psql("CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'" % self.database,
                     "postgres", "owner")
        if cluster.folder is None:
            self.at_end.append(lambda: cluster.psql("DROP DATABASE IF EXISTS %s WITH (FORCE)" % self.database,
                                                    "postgres"))

    def own_cluster(self):
        cluster = Cluster.own(self.path("pg"), self.port + 9)
        self.at_end.append(cluster.remove)
        self.use_database(cluster)

    def sql(self, text, role="superuser"):
        return self.cluster.psql(text, self.database, role)

    # ---- configuration

    def configure(self, wires, journal="", database="", http="", incidents="", more=""):
        """wires: text of the plant file's list; each line begins with two blanks."""
        self.write("plant.yaml", "supplier: { id: s, name: Cấp nước thử }\nsystem: { id: t, name: Hệ thống thử }\n"
                   "sites:\n  - { id: site, name: Trạm thử, kind: treatment_plant, location: [22.39, 103.45] }\n"
                   "wires:\n" + wires)
        env = self.cluster.env
        logins = "".join("  %s: { user: %s, password_file: %s }\n" %
                         (role, env[role.upper() + "_USER"],
                          self.secret(role + ".password", env[role.upper() + "_PASSWORD"]))
                         for role in ("owner", "maintenance", "writer", "reader"))
        self.write("daemon.yaml",
                   "node: { id: %s }\nplants: [ plant.yaml ]\n"
                   "journal: { folder: journal, max_size: 1GiB, keep_delivered: 24h%s }\n"
                   "database:\n  connect: \"host=%s port=%s dbname=%s\"\n%s%s"
                   "http: { listen: \"127.0.0.1:%d\", viewer_token_file: viewer.token%s }\nlog: { level: info }\n%s" %
                   ("field-" + self.name, journal, env["PGHOST"], env["PGPORT"], self.database, database, logins,
                    self.http_port, http, ("incidents: { %s }\n" % incidents if incidents else "") + more))

    def migrate(self):
        done = subprocess.run([self.program, "--config", self.config_path, "--migrate"], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        check(done.returncode == 0, "migration: " + done.stdout.decode())

    def start(self, prefix=(), **popen):
        daemon = Daemon(self, prefix, **popen)
        self.at_end.append(lambda: daemon.kill() if daemon.running() else None)
        return daemon

    # ---- what was stored

    def stored(self):
        """{point: [(ms, value or None, quality, reason) in order of time]} as PostgreSQL has it."""
        rows = {}
        for point, at, value, quality, reason in self.sql(
                "SELECT p.id, (extract(epoch FROM r.at) * 1000)::bigint, r.value, r.quality, r.reason"
                "  FROM capnuoc.reading r JOIN capnuoc.point p USING (point_key) ORDER BY p.id, r.at", "reader"):
            rows.setdefault(point, []).append((int(at), None if value is None else float(value), int(quality),
                                               REASONS[int(reason)]))
        return rows

    def journalled(self):
        """(readings, events) that the journal's file holds, in order of their sequence.
        readings: (seq, key, ms, value or None, quality, reason); events: (seq, item, kind, ms, number, subject, text)."""
        readings, events = [], []
        for seq, body in self.journal("SELECT seq, body FROM events ORDER BY seq") + \
                self.journal("SELECT seq, body FROM live ORDER BY seq"):
            for item, what in enumerate(unpack(body)):
                if what[0] == "reading":
                    readings.append((seq,) + what[1:])
                else:
                    events.append((seq, item) + what[1:])
        return readings, events

    def journal(self, sql):
        link = sqlite3.connect(self.journal_path)
        try:
            return link.execute(sql).fetchall()
        finally:
            link.close()

    def compare_with_journal(self):
        """After an orderly end: PostgreSQL has what the journal has, row by row and once, and stands where it stands."""
        readings, events = self.journalled()
        rows = self.sql("SELECT point_key, (extract(epoch FROM at) * 1000)::bigint, value, quality, reason"
                        "  FROM capnuoc.reading")
        there = sorted(((int(k), int(at), None if v is None else float(v), int(q), REASONS[int(r)])
                        for k, at, v, q, r in rows), key=str)
        here = sorted((r[1:] for r in readings), key=str)
        check(len(there) == len(set(there)), "%d rows stand twice" % (len(there) - len(set(there))))
        check(here == there, "journal has %d readings, PostgreSQL %d; only in the journal: %s; only in PostgreSQL: %s" %
              (len(here), len(there), sorted(set(here) - set(there), key=str)[:5],
               sorted(set(there) - set(here), key=str)[:5]))
        there = [(int(s), int(i), int(k), subject, text) for s, i, k, subject, text in self.sql(
            "SELECT seq, item, kind, subject, text FROM capnuoc.event WHERE item >= 0 ORDER BY seq, item")]
        here = [(e[0], e[1], e[2], e[5], e[6]) for e in events]
        check([e[0] for e in here] == [e[0] for e in there] and
              [e[2:] for e in here] == [e[2:] for e in there],
              "events differ: journal %d, PostgreSQL %d" % (len(here), len(there)))
        epoch = self.journal("SELECT value FROM meta WHERE name = 'epoch'")[0][0]
        marks = [(lane, epoch, high) for lane, high in self.journal("SELECT lane, high FROM lane ORDER BY lane")]
        cursors = [tuple(map(int, row)) for row in self.sql(
            "SELECT lane, epoch, seq FROM capnuoc.delivery_cursor ORDER BY lane")]
        check(marks == cursors, "cursors: journal %s, PostgreSQL %s" % (marks, cursors))
        check(self.sql("SELECT count(*) FROM capnuoc.quarantine WHERE settled IS NULL")[0][0] == "0",
              "something was set aside")
        check(self.sql("SELECT count(*) FROM capnuoc.delivery_backlog")[0][0] == "0", "some of the past still waits")
        say("journal and PostgreSQL: %d readings, %d events, the same; cursors %s" %
            (len(readings), len(events), [c[2] for c in cursors]))
        return readings, events

    def clean(self, failed):
        for act in reversed(self.at_end):
            try:
                act()
            except (Failed, OSError) as e:
                say("cleaning up: %s" % e)
        if failed and os.path.exists(self.log_path):
            with open(self.log_path, "rb") as f:
                say("---- end of the daemon's log (%s)" % self.log_path)
                say(f.read()[-4000:].decode("utf-8", "replace"))
        if not failed:
            shutil.rmtree(self.folder, ignore_errors=True)


def unpack(body):
    """The items of a journal body, as src/model/lane.c writes them."""
    at = 0
    while at < len(body):
        kind = body[at]
        at += 1
        if kind == 1:
            key, ms, value, quality, reason = struct.unpack_from("<qqdBB", body, at)
            at += 26
            yield "reading", key, ms, None if value != value else value, quality, REASONS[reason]
        elif kind == 2:
            event, ms, number = struct.unpack_from("<Bqd", body, at)
            at += 17
            texts = []
            for _ in range(2):
                n = body[at]
                texts.append(body[at + 1:at + 1 + n].decode())
                at += 1 + n
            yield "event", event, ms, None if number != number else number, texts[0], texts[1]
        elif kind in (4, 5):  # minutes and what must be counted again: their length comes first
            at += 1 + body[at]
        elif kind in (6, 7, 9, 50):  # acts, steps of alarms, modes, measures: likewise, in two bytes
            at += 2 + struct.unpack_from("<H", body, at)[0]
        elif kind in (40, 41):  # shifts and entries of their log, likewise
            at += 2 + struct.unpack_from("<H", body, at)[0]
        elif kind in (20, 42):  # incidents and hand-over sheets, their length in four
            at += 4 + struct.unpack_from("<I", body, at)[0]
        elif kind == 21:  # what is to be sent
            at += 1 + body[at]
        elif kind == 23:  # letters
            at += 1 + body[at] + 20
            for _ in range(2):
                at += 1 + body[at]
        elif kind == 22:  # who called
            at += 24
            for _ in range(2):
                at += 1 + body[at]
        else:
            raise Failed("a journal entry is not readable: item type %d" % kind)


class Held:
    """Report by exception, expanded: the value that holds at a time is the last one stored."""

    def __init__(self, rows):
        self.rows = rows

    def at(self, ms):
        low, high = 0, len(self.rows)
        while low < high:
            middle = (low + high) // 2
            if self.rows[middle][0] <= ms:
                low = middle + 1
            else:
                high = middle
        return self.rows[low - 1] if low > 0 else None


def run(main, arguments=None, ports=2):
    """arguments: adds the test's own options to the parser.  ports: how many it listens on, the daemon's included."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", default=os.path.splitext(os.path.basename(sys.argv[0]))[0])
    parser.add_argument("--capnuocd", required=True)
    parser.add_argument("--pg-env", default="")
    parser.add_argument("--work", default="/tmp")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    if arguments is not None:
        arguments(parser)
    options = parser.parse_args()
    options.name = options.name.replace("_", "-")
    options.ports = ports
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    if os.geteuid() == 0:
        sys.exit("The daemon refuses to run as root, and so does its test: run ./test, which takes an account.")
    if options.seed == 0:
        options.seed = random.SystemRandom().randrange(1, 1 << 31)
    say("seed %d" % options.seed)
    os.makedirs(options.work, exist_ok=True)
    begin = time.monotonic()
    scene, failed = None, True
    try:
        scene = Scene(options)
        main(scene)
        failed = False
        say("passed in %.1f s" % (time.monotonic() - begin))
    except Skipped as e:
        failed = False
        say("skipped: %s" % e)
        sys.exit(SKIPPED)
    except Failed as e:
        say("FAILED: %s" % e)
        sys.exit(1)
    finally:
        if scene is not None:
            scene.clean(failed)
