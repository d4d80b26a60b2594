"""Two servers: a primary and an asynchronous standby that is behind when the primary dies for good.  The standby is
promoted, the cursors have gone back, and the daemon, told both addresses once, delivers again from there: everything
that the journal keeps is in the new primary, once; a write to what is no primary any more makes it look elsewhere.
"""
import os
import signal
import subprocess

from harness import Cluster, check, run, say, wait_until
from modbus_peer import Counters

UNITS = 4


def tool(name):
    base = "/usr/lib/postgresql"
    for version in sorted(os.listdir(base), key=float, reverse=True):
        path = os.path.join(base, version, "bin", name)
        if os.path.exists(path):
            return path
    return name


class Standby(Cluster):
    """A copy of a cluster that follows it, on the socket folder of its own."""

    def __init__(self, primary, folder):
        self.folder, self.data = folder, os.path.join(folder, "data")
        self.env = dict(primary.env, PGHOST=folder, PGDATA=self.data)
        os.makedirs(folder, 0o700)
        env = dict(os.environ, PGPASSWORD=primary.env["SUPERUSER_PASSWORD"])
        self.do([tool("pg_basebackup"), "-D", self.data, "-R", "-c", "fast", "-h", primary.env["PGHOST"],
                 "-p", primary.env["PGPORT"], "-U", primary.env["SUPERUSER_USER"], "-w"], env)
        self.do([tool("pg_ctl"), "-D", self.data, "-w", "-l", os.path.join(folder, "log"), "-o",
                 "-k '%s' -p %s -c listen_addresses='' -c fsync=off" % (folder, primary.env["PGPORT"]), "start"], env)

    def do(self, command, env=None):
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/")
        check(done.returncode == 0, "%s: %s" % (command[0], done.stdout.decode()[-1500:]))

    def promote(self):
        self.do([tool("pg_ctl"), "-D", self.data, "-w", "promote"])

    def remove(self):
        subprocess.run([tool("pg_ctl"), "-D", self.data, "-m", "immediate", "stop"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)


def cursor(cluster, scene):
    rows = cluster.psql("SELECT seq FROM capnuoc.delivery_cursor WHERE lane = 2", scene.database)
    return int(rows[0][0]) if rows else 0


def main(scene):
    scene.own_cluster()
    first = scene.cluster
    counters = Counters(scene.port + 1)
    second = Standby(first, scene.path("standby"))
    scene.at_end.append(second.remove)
    scene.configure(Counters.plant(scene.port + 1, UNITS), database="  answer_within: 2s\n")
    with open(scene.config_path, encoding="utf-8") as f:
        text = f.read()
    # the standby stands first: it must be passed over while it is one
    text = text.replace("host=%s" % first.env["PGHOST"], "host=%s,%s target_session_attrs=read-write" %
                        (second.env["PGHOST"], first.env["PGHOST"]))
    scene.write("daemon.yaml", text)
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: cursor(first, scene) > 50, 60, lambda: "delivered; database: %s" % (daemon.part("database"),))

    wait_until(lambda: cursor(second, scene) > 0, 30, "the standby follows")
    # cut off: what the primary takes from now on is lost with it
    second.psql("ALTER SYSTEM SET primary_conninfo = ''", "postgres")
    second.psql("SELECT pg_reload_conf()", "postgres")
    wait_until(lambda: second.psql("SELECT count(*) FROM pg_stat_wal_receiver", "postgres")[0][0] == "0", 30,
               "the standby receives no more")
    received = cursor(first, scene)
    wait_until(lambda: cursor(first, scene) > received + 40, 60, "the primary is ahead of what was received")
    ahead = cursor(first, scene)
    first.kill(signal.SIGKILL)
    second.promote()
    wait_until(lambda: second.psql("SELECT pg_is_in_recovery()", "postgres")[0][0] == "f", 30, "promoted")
    back = cursor(second, scene)
    say("the primary was at entry %d; the cursor of the new one is at %d" % (ahead, back))
    scene.cluster = second
    wait_until(lambda: cursor(second, scene) > ahead + 20 and
               second.psql("SELECT count(*) FROM capnuoc.delivery_backlog", scene.database)[0][0] == "0", 60,
               lambda: "delivered to the new primary; database: %s" % (daemon.part("database"),))
    check(daemon.running(), "the daemon ended")

    # the new primary turns read-only under the daemon: said, and over as soon as it is
    second.psql("ALTER SYSTEM SET default_transaction_read_only = on", "postgres")
    second.psql("SELECT pg_reload_conf()", "postgres")
    wait_until(lambda: "read-only" in daemon.part("database")[1], 30, lambda: "said: %s" % (daemon.part("database"),))
    subprocess.run(["sed", "-i", "/default_transaction_read_only/d", os.path.join(second.data, "postgresql.auto.conf")],
                   check=True)
    os.kill(second.postmaster(), signal.SIGHUP)
    wait_until(lambda: daemon.part("database")[0] == "ok", 30, lambda: "well again: %s" % (daemon.part("database"),))
    counters.silent = True
    wait_until(lambda: daemon.metric("capnuoc_journal_undelivered_entries") < 20, 30, "all delivered")
    daemon.stop()
    scene.compare_with_journal()


run(main)
