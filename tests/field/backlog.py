"""After an outage the values of now arrive within 2 s while what was journalled meanwhile drains behind them, also into a
database that takes half a second for a commit, and through kill -9 of both; every value arrives once.
"""
import signal
import time

from harness import check, pass_time, run, say, wait_until
from modbus_peer import Counters

UNITS, LATE_MS = 8, 2000

# A COPY that takes its time, as over a slow line.
SLOW = """CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.42); RETURN NULL; END $$;
GRANT USAGE ON SCHEMA public TO PUBLIC; GRANT EXECUTE ON FUNCTION public.slow() TO PUBLIC;
CREATE TRIGGER slow BEFORE INSERT ON capnuoc.reading FOR EACH STATEMENT EXECUTE FUNCTION public.slow();"""


def arguments(parser):
    parser.add_argument("--outage-seconds", type=float, default=8)
    parser.add_argument("--kills", type=int, default=1)


def outage(scene, seconds):
    scene.cluster.kill(signal.SIGINT)
    pass_time(seconds)
    scene.cluster.restart()


def waiting(scene):
    rows = scene.sql("SELECT count(*), coalesce(sum(upto - seq), 0) FROM capnuoc.delivery_backlog")
    return int(rows[0][0]), int(rows[0][1])


def age_of_the_newest(scene):
    """Of what can be read now, by the clock of now."""
    rows = scene.sql("SELECT (extract(epoch FROM clock_timestamp() - max(at)) * 1000)::bigint FROM capnuoc.reading"
                     " WHERE quality = 2")
    return int(rows[0][0])


def watch(scene, daemon):
    """How old the newest stored value is while a backlog drains: (ages, most that waited)."""
    ages, most = [], 0
    end = time.monotonic() + 120
    while True:
        stretches, entries = waiting(scene)
        if stretches == 0:
            return ages, most
        most = max(most, entries)
        ages.append(age_of_the_newest(scene))
        check(time.monotonic() < end, "the backlog does not drain: %d entries; %s" % (entries, daemon.part("database")))


def main(scene):
    scene.own_cluster()
    counters = Counters(scene.port + 1)
    scene.configure(Counters.plant(scene.port + 1, UNITS), database="  answer_within: 3s\n")
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: int(scene.sql("SELECT count(*) FROM capnuoc.reading")[0][0]) > 50, 60, "first rows")
    scene.sql(SLOW)

    outage(scene, scene.options.outage_seconds)
    wait_until(lambda: waiting(scene)[0] > 0, 30, "a backlog", every=0.01)
    wait_until(lambda: age_of_the_newest(scene) < LATE_MS, 10, "the first value of now")
    ages, most = watch(scene, daemon)
    say("%d entries waited; the newest value was at most %d ms old, seen %d times" % (most, max(ages), len(ages)))
    check(most > 100 and len(ages) > 5, "the backlog was not there long enough to say anything")
    check(max(ages) < LATE_MS, "a value of now came %d ms late" % max(ages))

    for _ in range(scene.options.kills):
        outage(scene, 4)
        wait_until(lambda: waiting(scene)[0] > 0, 30, "a backlog", every=0.01)
        pass_time(scene.random.uniform(0, 1.5))
        daemon.kill()
        scene.cluster.kill()
        scene.cluster.restart()
        daemon = scene.start().wait_ready()
    scene.sql("DROP TRIGGER slow ON capnuoc.reading")
    counters.silent = True
    wait_until(lambda: daemon.metric("capnuoc_delivery_backlog_entries") == 0 and waiting(scene)[0] == 0 and
               daemon.metric("capnuoc_journal_undelivered_entries") < 20, 60, "all delivered")
    daemon.stop()
    scene.compare_with_journal()


run(main, arguments)
