"""What happens to PostgreSQL while the daemon is killed: each for a while, and over when it returns."""
import os
import signal
import subprocess
import sys
import tempfile

from harness import pass_time, say

SLOW = """CREATE OR REPLACE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS
 $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$;
GRANT USAGE ON SCHEMA public TO PUBLIC; GRANT EXECUTE ON FUNCTION public.slow() TO PUBLIC;
CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON capnuoc.delivery_cursor DEFERRABLE INITIALLY DEFERRED
 FOR EACH ROW EXECUTE FUNCTION public.slow()"""


def kill(scene, _):
    scene.cluster.kill()
    scene.cluster.restart()


def hold(scene, seconds):
    """Held still, and alive."""
    scene.cluster.signal_all(signal.SIGSTOP)
    pass_time(seconds)
    scene.cluster.signal_all(signal.SIGCONT)


def disconnect(scene):
    scene.cluster.psql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '%s'"
                       % scene.database, "postgres")


def lock(scene, seconds):
    """Somebody holds the table, as an untended migration does."""
    scene.sql("BEGIN; LOCK TABLE capnuoc.reading; SELECT pg_sleep(%f); COMMIT" % seconds)


def of_database(scene, seconds, begin, end):
    scene.cluster.psql("ALTER DATABASE %s %s" % (scene.database, begin), "postgres")
    disconnect(scene)
    pass_time(seconds)
    scene.cluster.psql("ALTER DATABASE %s %s" % (scene.database, end), "postgres")
    disconnect(scene)


def read_only(scene, seconds):
    of_database(scene, seconds, "SET default_transaction_read_only = on", "RESET default_transaction_read_only")


def no_connection(scene, seconds):
    of_database(scene, seconds, "CONNECTION LIMIT 0", "CONNECTION LIMIT -1")


def slow_commit(scene, seconds):
    """What became of a commit that takes longer than the daemon waits is known from the cursor only."""
    scene.sql(SLOW)
    pass_time(seconds)
    scene.sql("DROP TRIGGER slow ON capnuoc.delivery_cursor")


def full_disk(scene, seconds):
    """That of the readings; the log of PostgreSQL is on another, so that it goes on living."""
    filler = os.path.join(small_disk(), "filler")
    with open(filler, "wb", buffering=0) as f:
        try:
            while f.write(b"x" * (1 << 20)):
                pass
        except OSError:
            pass
    pass_time(seconds)
    os.unlink(filler)


# ---------------------------------------------------------------- a disk that can be filled

HERE = os.path.dirname(os.path.abspath(__file__))
MOUNTED = "CAPNUOC_SMALL_DISK"  # the folder, in the environment of what runs above it
SIZE = "3g"


def on_a_small_disk():
    """Begins this program again with a file system of its own, where one asks for troubles and the machine has them."""
    arguments = sys.argv[1:]
    if MOUNTED in os.environ or "--troubles" not in arguments:
        return
    folder = tempfile.mkdtemp(prefix="capnuoc-small.")
    wrap = [sys.executable, os.path.join(HERE, "on_small_disk.py"), folder, SIZE]
    if subprocess.run(wrap + ["/bin/true"]).returncode != 0:
        os.rmdir(folder)
        return
    done = subprocess.run(wrap + [sys.executable, "-B"] + sys.argv, env=dict(os.environ, **{MOUNTED: folder}))
    os.rmdir(folder)
    sys.exit(done.returncode)


def small_disk():
    return os.environ.get(MOUNTED)


def give_small_disk(scene):
    """The database goes there, PostgreSQL's log of changes not."""
    if small_disk() is None:
        say("no disk that can be filled: PostgreSQL's is never full")
        return
    folder = os.path.join(small_disk(), "readings")
    os.makedirs(folder, 0o700)
    scene.cluster.psql("CREATE TABLESPACE small LOCATION '%s'" % folder, "postgres")
    scene.cluster.psql("ALTER DATABASE %s SET TABLESPACE small" % scene.database, "postgres")


# ----------------------------------------------------------------

ACTS = {"kill": kill, "hold": hold, "lock": lock, "read-only": read_only, "no connection": no_connection,
        "slow commit": slow_commit, "full disk": full_disk}


def possible():
    """Beside kills and holds."""
    return [act for act in ACTS if act not in ("kill", "hold") and (act != "full disk" or small_disk() is not None)]
