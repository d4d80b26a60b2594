"""Ten million readings wait in the journal because PostgreSQL is away; then they drain while 400 wires go on being read
each second and their values of now arrive on time.  Everything the journal has is in PostgreSQL afterwards, once.

Prints how late the values of now were, rows a second, and a bare COPY into the same table in the same run.
"""
import collections
import os
import signal
import time

from harness import check, run, say, unpack, wait_until
from nine_hundred import REGISTERS, field, plant

CYCLE_MS, LATE_MS = 1000, 2000
WATCHED = 30  # points, each of another wire
COPIED = 2000000


def arguments(parser):
    parser.add_argument("--registers", required=True, help="the field: tests/bench/registers.c")
    parser.add_argument("--wires", type=int, default=400)
    parser.add_argument("--readings", type=int, default=10000000)


def outage(scene, daemon, readings):
    scene.cluster.kill(signal.SIGINT)
    first = daemon.metric("capnuoc_readings_total")
    began = time.monotonic()
    wait_until(lambda: (daemon.metric("capnuoc_readings_total") or 0) - first >= readings, 120 + readings / 1000,
               lambda: "%d readings; the journal: %s" % (readings, daemon.part("journal")), every=0.5)
    say("%d readings journalled in %.0f s" % (readings, time.monotonic() - began))
    scene.cluster.restart()


def waiting(scene):
    rows = scene.sql("SELECT count(*), coalesce(sum(upto - seq), 0) FROM capnuoc.delivery_backlog")
    return int(rows[0][0]), int(rows[0][1])


def watched(scene, wires):
    step = max(1, wires // WATCHED)
    ids = ",".join("'w%d.r0'" % i for i in range(0, wires, step))
    return ",".join(row[0] for row in scene.sql("SELECT point_key FROM capnuoc.point WHERE id IN (%s)" % ids))


def late_ms(scene, keys):
    """Behind its cycle, of the watched point whose newest value is oldest."""
    rows = scene.sql("SELECT (extract(epoch FROM clock_timestamp() - min(newest)) * 1000)::bigint FROM"
                     " (SELECT coalesce(max(r.at), '-infinity') AS newest FROM unnest(ARRAY[%s]::bigint[]) AS k (key)"
                     "   LEFT JOIN LATERAL (SELECT at FROM capnuoc.reading WHERE point_key = k.key AND"
                     "     at > now() - interval '1 minute' ORDER BY at DESC LIMIT 1) AS r ON true GROUP BY key) AS n"
                     " WHERE newest > '-infinity' HAVING count(*) = %d" % (keys, keys.count(",") + 1))
    return int(rows[0][0]) - CYCLE_MS if rows else None


def on_time(scene, daemon, keys):
    late = lambda: late_ms(scene, keys)
    wait_until(lambda: (lambda ms: ms is not None and ms < LATE_MS)(late()), 60,
               lambda: "values on time: %s ms behind; database: %s" % (late(), daemon.part("database")))


def drain(scene, daemon, keys, readings):
    began = time.monotonic()
    wait_until(lambda: waiting(scene)[0] > 0, 60, "a backlog", every=0.01)
    connected = time.monotonic()
    on_time(scene, daemon, keys)
    say("values of now %.1f s after PostgreSQL was back" % (time.monotonic() - began))
    lates, end = [], time.monotonic() + 120 + readings / 5000
    while waiting(scene)[0] > 0:
        lates.append(late_ms(scene, keys))
        check(lates[-1] is not None, "a point had no value for a minute")
        check(time.monotonic() < end, "it does not drain: %s; %s" % (waiting(scene), daemon.part("database")))
    check(len(lates) > 5 or readings < 5000000, "the backlog was not there long enough to say anything")
    return time.monotonic() - connected, lates


def sums_of_journal(scene):
    """{key: [how many, sum of ms, sum of values]}"""
    sums = collections.defaultdict(lambda: [0, 0, 0.0])
    for table in ("events", "live"):
        for (body,) in scene.journal("SELECT body FROM %s ORDER BY seq" % table):
            for item in unpack(body):
                if item[0] == "reading":
                    of = sums[item[1]]
                    of[0] += 1
                    of[1] += item[2]
                    of[2] += item[3] or 0
    return sums


def compare(scene):
    here = sums_of_journal(scene)
    there = {int(key): [int(n), int(ms), float(v)] for key, n, ms, v in scene.sql(
        "SELECT point_key, count(*), sum((extract(epoch FROM at) * 1000)::bigint), coalesce(sum(value), 0)"
        "  FROM capnuoc.reading GROUP BY point_key")}
    wrong = [key for key in set(here) | set(there) if here.get(key) != there.get(key)]
    check(not wrong, "%d points differ: journal %s, PostgreSQL %s" %
          (len(wrong), here.get(wrong[0]) if wrong else None, there.get(wrong[0]) if wrong else None))
    check(scene.sql("SELECT count(*) FROM capnuoc.quarantine")[0][0] == "0", "something was set aside")
    total = sum(n for n, _, _ in here.values())
    say("journal and PostgreSQL: %d readings of %d points, the same" % (total, len(here)))
    return total


def save_rows(scene, count):
    path = scene.path("rows")
    scene.sql("\\copy (SELECT point_key, at, value, quality, reason FROM capnuoc.reading ORDER BY at LIMIT %d) TO '%s' (FORMAT binary)" %
              (count, path))
    return path


def bare_copy(scene, path, count, table):
    """Rows a second of rows that were saved."""
    scene.sql("CHECKPOINT")
    began = time.monotonic()
    scene.sql("SET capnuoc.in_order = on;\n\\copy %s (point_key, at, value, quality, reason) FROM '%s' (FORMAT binary)" %
              (table, path), "owner")
    return count / (time.monotonic() - began)


def bare_beside(scene, path, count):
    """Into a table made like the partitions, while everything else goes on as it did when the journal drained."""
    scene.sql("CREATE TABLE capnuoc.beside (LIKE capnuoc.reading INCLUDING ALL)", "owner")
    return bare_copy(scene, path, count, "capnuoc.beside")


def main(scene):
    o = scene.options
    scene.own_cluster()
    _, port = field(scene, o.registers)
    scene.configure(plant(o.wires, port))
    scene.migrate()
    daemon = scene.start().wait_ready(120)
    wait_until(lambda: (daemon.metric("capnuoc_readings_total") or 0) >= 3 * o.wires * REGISTERS, 120, "first cycles")
    wait_until(lambda: int(scene.sql("SELECT count(*) FROM capnuoc.point")[0][0]) == o.wires * REGISTERS, 60, "the catalogue")
    keys = watched(scene, o.wires)
    on_time(scene, daemon, keys)
    outage(scene, daemon, o.readings)
    took, lates = drain(scene, daemon, keys, o.readings)
    live = took * o.wires * REGISTERS
    rate = (o.readings + live) / took
    say("drained in %.0f s: %.0f rows/s, %.0f of them values of now" % (took, rate, live / took))
    say("values of now: at most %d ms behind their cycle, seen %d times" % (max(lates, default=0), len(lates)))
    count = min(o.readings, COPIED)
    path = save_rows(scene, count)
    beside = bare_beside(scene, path, count) + o.wires * REGISTERS
    say("bare COPY beside the same field and its live values: %.0f rows/s with these; drained / bare: %.2f" % (beside, rate / beside))
    daemon.stop(180)
    compare(scene)
    scene.sql("TRUNCATE capnuoc.reading")
    bare = bare_copy(scene, path, count, "capnuoc.reading")
    os.unlink(path)
    say("bare COPY, with nothing beside it: %.0f rows/s; drained / bare: %.2f" % (bare, rate / bare))
    check(max(lates, default=0) < LATE_MS, "a value of now came %d ms late" % max(lates, default=0))


run(main, arguments, ports=2)
