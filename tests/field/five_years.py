"""Five years of many points, made in the database and asked over HTTP: what each question takes, beside the same asked of
the readings themselves; bytes a reading; and that no plan touches a partition outside of what was asked.

    five_years.py ... --points 2000 --years 5      the whole of it: some 40 GB; by default 100 points

Hours, days and a month of minutes are made up; readings are packed by the program's own functions for the first day and
copied from there, a minute apart.  Today and yesterday are raw.  All rows lie in the order in which they would have come.
"""
import concurrent.futures
import csv
import datetime
import json
import os
import signal
import statistics
import time
import urllib.parse

from harness import check, run, say, wait_until

LOCAL = datetime.timezone(datetime.timedelta(hours=7))
A_DAY = 1440
TRIES = 5
csv.field_size_limit(1 << 26)  # a plan is one field


def iso(day):
    return day.isoformat()


def midnight(day):
    return "%s 00:00+07" % iso(day)


def plant(count):
    """One wire nobody answers on: the present is empty, the past is asked."""
    text = ["  - id: w\n    tcp: \"127.0.0.1:1\"\n    devices:\n"]
    for first in range(0, count, 100):
        points = ",\n".join("          { id: p%d, name: P, unit: bar, holding: %d, type: u16 }" % (i, i - first)
                            for i in range(first, min(count, first + 100)))
        text.append("      - { id: d%d, unit: %d, site: site, every: 1h, points: [\n%s ] }\n" %
                    (first // 100, 1 + first // 100, points))
    return "".join(text)


# ---------------------------------------------------------------- the past

# A day's curve with a sensor's noise on it, in tenths.
WAVE = "round(3000 + 1000 * sin(%s / 13750.0 + point_key %% 97) + 20 * random()) / 10"
FILLERS = 2
# While filled and while asked; nothing of it is what the questions are about.
SERVER = {"shared_buffers": "1GB", "max_wal_size": "8GB", "full_page_writes": "off", "work_mem": "128MB",
          "maintenance_work_mem": "512MB", "checkpoint_timeout": "30min"}


def set_server(scene):
    for name, value in SERVER.items():
        scene.cluster.psql("ALTER SYSTEM SET %s = '%s'" % (name, value), "postgres")
    scene.cluster.kill(signal.SIGINT)
    scene.cluster.restart()


def months(first, last):
    """(begin, end) of the days from first to before last, month by month."""
    while first < last:
        after = min(last, (first.replace(day=1) + datetime.timedelta(days=32)).replace(day=1))
        yield first, after
        first = after


def days(first, last):
    for d in range((last - first).days):
        yield first + datetime.timedelta(days=d), first + datetime.timedelta(days=d + 1)


def side_by_side(what, act, scene, spans):
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(FILLERS) as pool:
        for done in [pool.submit(act, scene, *span) for span in spans]:
            done.result()
    say("  %s: %.0f s" % (what, time.monotonic() - began))


def fill_rolled(scene, table, step, first, last):
    ms = {"minute": 60000, "hour": 3600000, "day": 86400000}[table]
    scene.sql("INSERT INTO capnuoc.%s (point_key, at, n, sum, min, max, first, last, good_ms, uncertain_ms)"
              "  SELECT point_key, at, %d, v * %d, v - 1, v + 1, v, v, %d, 0"
              "    FROM capnuoc.point CROSS JOIN generate_series('%s'::timestamptz, '%s'::timestamptz - interval '1 ms',"
              "         '%s') AS at CROSS JOIN LATERAL (SELECT %s AS v) AS made ORDER BY at, point_key" %
              (table, ms // 60000, ms, ms, midnight(first), midnight(last), step,
               WAVE % "extract(epoch FROM at)"))


def fill_raw(scene, day):
    scene.sql("SELECT capnuoc.make_reading_day('%s')" % iso(day))
    scene.sql("SET capnuoc.in_order = on; INSERT INTO capnuoc.reading (point_key, at, value, quality, reason)"
              "  SELECT point_key, at + (point_key %% 50) * interval '1 ms', %s, 2, 0"
              "    FROM capnuoc.point CROSS JOIN generate_series('%s'::timestamptz, '%s'::timestamptz - interval '1 ms',"
              "         '1 minute') AS at" %
              (WAVE % "extract(epoch FROM at)", midnight(day), midnight(day + datetime.timedelta(days=1))))


def pack_first(scene, day):
    fill_raw(scene, day)
    after = day + datetime.timedelta(days=1)
    last_day = last_key = "NULL"
    while True:
        row = scene.sql("SELECT * FROM capnuoc.pack_step('%s', %s, %s, 200000)" % (iso(after), last_day, last_key))[0]
        if row[0] is None:
            break
        last_day, last_key = "'%s'" % row[0], row[1]
    scene.sql("SELECT capnuoc.drop_empty_day('%s')" % iso(after))


def copy_packed(scene, origin, first, last):
    """The days from first to before last, of the day that is packed."""
    scene.sql("INSERT INTO capnuoc.packed SELECT point_key, begins + d * interval '1 day', base, first_ms, last_ms, every_ms,"
              "  digits, code, step_lo, step_hi, delta_lo, delta_hi, singles, doubles, codes"
              "  FROM capnuoc.packed CROSS JOIN generate_series(%d, %d) AS d WHERE begins >= '%s' AND begins < '%s'"
              "  ORDER BY d, point_key, begins" %
              ((first - origin).days, (last - origin).days - 1, midnight(origin),
               midnight(origin + datetime.timedelta(days=1))))


def fill_packed(scene, first, last):
    pack_first(scene, first)
    for month, _ in months(first, last):
        scene.sql("SELECT capnuoc.make_packed_month('%s')" % iso(month.replace(day=1)))
    side_by_side("packed days", lambda *span: copy_packed(span[0], first, *span[1:]), scene,
                 months(first + datetime.timedelta(days=1), last))


def fill_hours(scene, first, last):
    fill_rolled(scene, "hour", "1 hour", first, last)


def fill_minutes(scene, first, last):
    scene.sql("SELECT capnuoc.make_minute_day('%s')" % iso(first))
    fill_rolled(scene, "minute", "1 minute", first, last)


def fill(scene, years):
    today = datetime.datetime.now(LOCAL).date()
    raw = today - datetime.timedelta(days=1)
    first = today.replace(year=today.year - years)
    began = time.monotonic()
    fill_packed(scene, first, raw)
    fill_raw(scene, raw)
    fill_raw(scene, today)
    fill_rolled(scene, "day", "1 day", first, today)
    side_by_side("hours", fill_hours, scene, months(first, today))
    side_by_side("minutes", fill_minutes, scene, days(today - datetime.timedelta(days=30), today))
    scene.sql("SELECT capnuoc.make_minute_day('%s')" % iso(today))
    scene.sql("DELETE FROM capnuoc.dirty_hour; UPDATE capnuoc.node SET seen = now()")
    scene.sql("VACUUM ANALYZE")
    say("filled in %.0f s" % (time.monotonic() - began))
    return first, today


def sizes(scene, first, today):
    points = int(scene.sql("SELECT count(*) FROM capnuoc.point")[0][0])
    packed, rolled = (int(scene.sql("SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c"
                                    " WHERE c.relnamespace = 'capnuoc'::regnamespace AND c.relkind = 'r' AND %s" % which)[0][0])
                      for which in ("c.relname LIKE 'packed\\_%'", "(c.relname IN ('hour', 'day'))"))
    readings = points * A_DAY * ((today - first).days - 1)
    check(packed > 0, "nothing is packed")
    whole = int(scene.sql("SELECT pg_database_size(current_database())")[0][0])
    say("%d points: %.1f GB; %.2f bytes a reading packed (%.1f GB of %.2e readings), hours and days %.1f GB" %
        (points, whole / 1e9, packed / readings, packed / 1e9, readings, rolled / 1e9))


# ---------------------------------------------------------------- questions

def at(day, hours=0):
    return (datetime.datetime.combine(day, datetime.time(), LOCAL) + datetime.timedelta(hours=hours)).isoformat()


def ask(daemon, path, **query):
    times = []
    for _ in range(TRIES):
        began = time.monotonic()
        status, body = daemon.get(path + "?" + urllib.parse.urlencode(query), timeout=120)
        times.append(time.monotonic() - began)
        check(status == 200, "%s: %s %s" % (path, status, str(body)[:300]))
    return statistics.median(times) * 1000, body


def resident_kb(daemon, what):
    with open("/proc/%d/status" % daemon.pid) as f:
        return next(int(line.split()[1]) for line in f if line.startswith(what))


def export(daemon, first, last):
    """Every reading of a span as a table: bytes, rows, and by how much the daemon's peak of memory grew."""
    before, began, rows, size = resident_kb(daemon, "VmHWM"), time.monotonic(), -1, 0
    with daemon.open("/api/v1/points/p7/series?" + urllib.parse.urlencode(
            {"rows": "all", "format": "csv", "from": at(first), "to": at(last)}), timeout=120) as reply:
        while True:
            chunk = reply.read(1 << 16)
            if not chunk:
                break
            rows, size = rows + chunk.count(b"\n"), size + len(chunk)
    return rows, size, resident_kb(daemon, "VmHWM") - before, time.monotonic() - began


def exported(scene, daemon, key, first, last):
    rows, size, grown_kb, took = export(daemon, first, last)
    stored = int(scene.sql("SELECT count(*) FROM capnuoc.reading_all(%s, '%s', '%s')" % (key, at(first), at(last)))[0][0])
    check(rows == stored and rows > 0, "exported %d readings of %d" % (rows, stored))
    check(grown_kb < size / 1024 / 4 or grown_kb < 8192, "the export of %d bytes took %d kB of memory" % (size, grown_kb))
    say("every reading of a point in %d days as a table: %d rows, %.1f MB in %.1f s; the daemon's peak of memory grew by %.1f MB" %
        ((last - first).days, rows, size / 1e6, took, grown_kb / 1024))


def naive(scene, key, first, last, buckets):
    """The same of the readings themselves, as one would write it."""
    began = time.monotonic()
    scene.sql("SELECT width_bucket(extract(epoch FROM at), extract(epoch FROM '%s'::timestamptz),"
              "  extract(epoch FROM '%s'::timestamptz), %d) AS b, min(value), max(value), avg(value)"
              "  FROM capnuoc.reading_all(%s, '%s', '%s') GROUP BY b ORDER BY b" %
              (midnight(first), midnight(last), buckets, key, midnight(first), midnight(last)), "reader")
    return (time.monotonic() - began) * 1000


def touched(scene, sql):
    """The tables that a plan really read."""
    found = set()

    def walk(node):
        if "Relation Name" in node and node.get("Actual Loops", 0) > 0:
            found.add(node["Relation Name"])
        for child in node.get("Plans", []):
            walk(child)

    rows = scene.sql("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, "reader")
    plan = json.loads("\n".join(row[0] for row in rows))[0]
    walk(plan["Plan"])
    say("  planned in %.0f ms, done in %.0f ms" % (plan["Planning Time"], plan["Execution Time"]))
    return found


def query(name, *values):
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    with open(os.path.join(top, "sql", "queries", name + ".sql"), encoding="utf-8") as f:
        sql = "".join(line for line in f if not line.startswith("--"))
    for i in range(len(values), 0, -1):
        sql = sql.replace("$%d" % i, values[i - 1])
    return sql


def long_ago(first, today):
    """Three years of five, packed whatever the span."""
    return first + (today - first) * 2 // 5


def plans(scene, key, first, today):
    day = long_ago(first, today)
    quote = "'%s'".__mod__
    found = touched(scene, query("series_raw", key, quote(midnight(day - datetime.timedelta(days=1))), quote(midnight(day)),
                                 quote(midnight(day + datetime.timedelta(days=1))), "2001"))
    near = {"packed_" + iso(day + datetime.timedelta(days=d))[:7].replace("-", "") for d in (-2, -1, 0, 1)}
    strange = {t for t in found if t.startswith(("packed_", "reading_2", "minute_")) and t not in near}
    check(not strange, "a day long ago reads %s" % sorted(strange))
    year = today - datetime.timedelta(days=365)
    begin = quote(midnight(year))
    found = touched(scene, query("series_rolled", key, begin, quote(midnight(today)), begin, begin, str(9 * 3600000),
                                 "7200000", "3600000"))
    near = {"packed_" + iso(year - datetime.timedelta(days=d))[:7].replace("-", "") for d in (0, 1)}
    strange = {t for t in found if t.startswith(("packed_", "reading_2")) and t not in near}
    check(not strange, "a year of hours reads %s" % sorted(strange))
    say("plans: a year reads %s" % sorted(found))


def main(scene):
    scene.own_cluster()
    scene.configure(plant(scene.options.points))
    scene.migrate()
    daemon = scene.start().wait_ready(120)
    wait_until(lambda: scene.sql("SELECT count(*) FROM capnuoc.point")[0][0] == str(scene.options.points), 60, "the points")
    daemon.stop(60)
    set_server(scene)
    first, today = fill(scene, scene.options.years)
    sizes(scene, first, today)
    daemon = scene.start().wait_ready(120)
    key = scene.sql("SELECT point_key FROM capnuoc.point WHERE id = 'p7'")[0][0]
    year, month = today - datetime.timedelta(days=365), today - datetime.timedelta(days=30)
    took, body = ask(daemon, "/api/v1/points/p7/series", **{"from": at(year), "to": at(today), "buckets": 1000})
    check(body["resolution"] == "hour" and 700 <= len(body["buckets"]) <= 1000, "a year: %s" % str(body)[:200])
    say("a year in 1,000 buckets: %.0f ms; of the readings themselves %.0f ms: ratio %.0f" %
        (took, *(lambda n: (n, n / took))(naive(scene, key, year, today, 1000))))
    for name, day in (("yesterday", today - datetime.timedelta(days=1)), ("a day of %s" % long_ago(first, today).year, long_ago(first, today))):
        took, body = ask(daemon, "/api/v1/points/p7/series",
                         **{"from": at(day), "to": at(day, 24), "buckets": 2000})
        check(body["kind"] == "raw" and len(body["samples"]) >= A_DAY, "a raw day: %s" % str(body)[:200])
        say("%s, raw: %.0f ms" % (name, took))
    many = min(50, scene.options.points)
    points = ",".join("p%d" % i for i in range(many))
    took, body = ask(daemon, "/api/v1/series", points=points, **{"from": at(month), "to": at(today), "buckets": 400})
    check(len(body["series"]) == many, "many points: %s" % str(body)[:200])
    say("%d points over a month: %.0f ms" % (many, took))
    took, _ = ask(daemon, "/api/v1/points", limit=1000)
    say("the present, 1,000 points: %.0f ms" % took)
    exported(scene, daemon, key, first, today)
    plans(scene, key, first, today)
    daemon.stop(60)


def arguments(parser):
    parser.add_argument("--points", type=int, default=100)
    parser.add_argument("--years", type=int, default=5)


run(main, arguments)
