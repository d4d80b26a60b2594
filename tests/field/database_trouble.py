"""PostgreSQL absent, held still, of another schema version, read-only, closed to us, with no connection left, with its
table locked, with commits that take longer than we wait: /readyz says so in words, reading
goes on, nothing is lost, and everything is delivered afterwards."""
import os
import re
import signal
import subprocess
import threading

from harness import GOOD, check, run, say, wait_until
from modbus_peer import Counters

UNITS = 4


def in_trouble(scene, daemon, counters, what, pattern, seconds=45):
    """The database part says something that fits, and reading goes on meanwhile."""
    wait_until(lambda: daemon.part("database")[0] != "ok" and re.search(pattern, daemon.part("database")[1], re.I),
               seconds, lambda: "%s: /readyz says it; it says %s" % (what, daemon.part("database")))
    before = counters.count()
    wait_until(lambda: counters.count() > before + 10, 20, "%s: reading goes on" % what)
    check(daemon.get("/healthz")[0] == 200, "%s: /healthz" % what)
    say("%s: \"%s\"" % (what, daemon.part("database")[1]))


def delivered(scene, daemon, counters, what):
    goal = counters.count()

    def there():
        rows = scene.sql("SELECT max(value) FROM capnuoc.reading JOIN capnuoc.point USING (point_key)"
                         " WHERE id = 'w.d1.c0'")
        return rows[0][0] is not None and float(rows[0][0]) >= goal
    wait_until(there, 60, lambda: "%s: delivered afterwards; database: %s" % (what, daemon.part("database")), every=0.3)
    wait_until(lambda: daemon.part("database")[0] == "ok", 30, "%s: /readyz is content again" % what)


def disconnect(scene):
    scene.cluster.psql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '%s'"
                       % scene.database, "postgres")


def no_connection_left(scene, daemon, counters):
    scene.cluster.psql("ALTER DATABASE %s CONNECTION LIMIT 0" % scene.database, "postgres")
    disconnect(scene)
    in_trouble(scene, daemon, counters, "no connection left", r"too many connections")
    scene.cluster.psql("ALTER DATABASE %s CONNECTION LIMIT -1" % scene.database, "postgres")
    delivered(scene, daemon, counters, "no connection left")


def locked(scene, daemon, counters):
    """Somebody holds the table, as an untended migration does."""
    holder = threading.Thread(target=scene.sql, args=("BEGIN; LOCK TABLE capnuoc.reading; SELECT pg_sleep(6); COMMIT",))
    holder.start()
    try:
        in_trouble(scene, daemon, counters, "table locked", r"lock timeout|no answer|statement timeout")
    finally:
        holder.join()
    delivered(scene, daemon, counters, "table locked")


def slow_commits(scene, daemon, counters):
    """A commit of 2 s, for a daemon that waits 1 s: what became of it is never known
    from the answer, only from the cursor."""
    scene.sql("CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$;"
              "GRANT USAGE ON SCHEMA public TO PUBLIC; GRANT EXECUTE ON FUNCTION public.slow() TO PUBLIC;"
              "CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON capnuoc.delivery_cursor DEFERRABLE INITIALLY DEFERRED"
              " FOR EACH ROW EXECUTE FUNCTION public.slow()")
    in_trouble(scene, daemon, counters, "a commit of 2 s", r"no answer|timeout")
    scene.sql("DROP TRIGGER slow ON capnuoc.delivery_cursor")
    delivered(scene, daemon, counters, "a commit of 2 s")


def quarantine(scene, *words):
    done = subprocess.run([os.path.join(os.path.dirname(scene.program), "capnuocctl"), "quarantine", "--config",
                           scene.config_path, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return done.returncode, done.stdout, done.stderr


def refused_and_retried(scene, daemon, counters):
    """Values that the database will not have are set aside, and a person delivers them once it will."""
    scene.sql("ALTER TABLE capnuoc.reading ADD CONSTRAINT not_now CHECK (value < %d) NOT VALID" %
              (counters.count() + 20))
    aside = lambda: int(scene.sql("SELECT count(*) FROM capnuoc.quarantine WHERE settled IS NULL")[0][0])
    wait_until(lambda: aside() > 3, 60, "set aside")
    code, out, err = quarantine(scene, "list")
    check(code == 0 and "live/" in out and "not_now" in out, "the list: %d %s %s" % (code, out, err))
    check(quarantine(scene, "retry", "all")[0] == 2, "retried for nobody")
    check(quarantine(scene, "--by", "Thử", "discard", "live/1/1")[0] == 1, "discarded what is not there")
    scene.sql("ALTER TABLE capnuoc.reading DROP CONSTRAINT not_now")
    wait_until(lambda: quarantine(scene, "--by", "Thử", "retry", "all")[0] == 0 and aside() == 0, 30, "retried")
    delivered(scene, daemon, counters, "refused for a while")
    say("set aside and delivered by hand: %s" % out.splitlines()[0][:100])


def main(scene):
    scene.own_cluster()
    counters = Counters(scene.port + 1)
    scene.configure(Counters.plant(scene.port + 1, UNITS), database="  answer_within: 1s\n")
    scene.migrate()

    scene.cluster.kill(signal.SIGINT)
    daemon = scene.start().wait_ready()
    in_trouble(scene, daemon, counters, "absent at start", r"no such file|refused|connect|not running")
    scene.cluster.restart()
    delivered(scene, daemon, counters, "absent at start")

    scene.cluster.signal_all(signal.SIGSTOP)
    try:
        in_trouble(scene, daemon, counters, "held still", r"no answer|silent|time|within| ms|connect")
    finally:
        scene.cluster.signal_all(signal.SIGCONT)
    delivered(scene, daemon, counters, "held still")

    scene.sql("INSERT INTO capnuoc.schema_version (version, name, applied_at) VALUES (999, 'of tomorrow', now())")
    in_trouble(scene, daemon, counters, "another schema version", r"999|version")
    rows = scene.sql("SELECT count(*) FROM capnuoc.reading")
    before = counters.count()
    wait_until(lambda: counters.count() > before + 10, 20, "reading goes on")
    check(scene.sql("SELECT count(*) FROM capnuoc.reading") == rows, "rows arrived under another schema version")
    scene.sql("DELETE FROM capnuoc.schema_version WHERE version = 999")
    delivered(scene, daemon, counters, "another schema version")

    scene.cluster.psql("ALTER DATABASE %s SET default_transaction_read_only = on" % scene.database, "postgres")
    disconnect(scene)
    in_trouble(scene, daemon, counters, "read-only", r"read-only")
    scene.cluster.psql("ALTER DATABASE %s RESET default_transaction_read_only" % scene.database, "postgres")
    disconnect(scene)
    delivered(scene, daemon, counters, "read-only")

    scene.cluster.psql("ALTER ROLE capnuoc_writer NOLOGIN", "postgres")
    disconnect(scene)
    in_trouble(scene, daemon, counters, "closed to the writer", r"log ?in|permitted|password")
    scene.cluster.psql("ALTER ROLE capnuoc_writer LOGIN", "postgres")
    delivered(scene, daemon, counters, "closed to the writer")

    no_connection_left(scene, daemon, counters)
    locked(scene, daemon, counters)
    slow_commits(scene, daemon, counters)
    refused_and_retried(scene, daemon, counters)

    daemon.stop()
    stored = scene.stored()
    for (unit, slot), served in counters.served.items():
        good = [int(v) for _, v, quality, _ in stored["w.d%d.c%d" % (unit, slot)] if quality == GOOD]
        check(good == [v for v, _, _ in served][:len(good)] and len(good) >= len(served) - 1,
              "w.d%d.c%d: served %d values, stored %d" % (unit, slot, len(served), len(good)))
    say("every value served was stored, in order and once")
    scene.compare_with_journal()


run(main)
