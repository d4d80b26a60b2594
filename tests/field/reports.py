"""Reports over a simulated month: every figure of both kinds is recomputed here, by questions of our own to the tables, and
agrees to the last digit, in JSON and in CSV; what was issued stays byte by byte, is seen by whom it concerns, and can be
changed by nobody."""
import base64
import csv
import datetime
import hashlib
import http.client
import io
import json
import math
import os
import subprocess
import threading
import time

from contract import ask, tokens
from harness import TREE, Failed, check, pass_time, run, say, wait_until
from modbus_peer import Peer, reply

QCVN = os.path.join(TREE, "config", "standards", "qcvn-01-1-2018.yaml")
HOUR, MINUTE = 3600000, 60000
KILLS = 8
CLASSES = ["service_network", "distribution_main", "transmission_main", "plant_equipment", "source_loss", "power_supply",
           "water_quality", "telemetry", "security", "safety"]
LIMITS = {0: 12 * HOUR, 1: 24 * HOUR, 2: 24 * HOUR, 3: 24 * HOUR}
CONFIRMED, CAUSE_FOUND, APPROVED, RECLASSIFIED, WAIVED, MEASURE = 8, 9, 11, 21, 29, 31
TARGETS = (13, 14, 15)
CAUSES = ["not_said", "burst", "leakage", "valve", "third_party", "road_works", "landslide", "flood", "drought", "pollution",
          "mains_away", "electrical", "pump", "treatment", "instrument", "telemetry", "operation", "sabotage", "no_fault", "other"]
MEASURES = ["not_said", "valves", "rota", "tankers", "interconnection", "flushing", "bottled", "other"]
DUTIES = ["partner_supplier", "local_authority", "people", "report_handled", "report_beyond_control", "report_large_effect",
          "cdc", "health_department", "police", "traffic_authority", "temporary_supply", "other_supply", "written_record", "assess", "sample", "isolate"]
VN = datetime.timezone(datetime.timedelta(hours=7))


# ---------------------------------------------------------------- the world

def wires(port, name, site, points):
    return ("wires:\n  - id: %s\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
            "      - { id: %s-meter, site: %s, unit: 1, every: 1s, points: [\n%s ] }\n" % (name, port, name, site, points))


def point(name, address, unit, at, parameter):
    return ("          { id: %s, name: \"Điểm <%s>\", unit: %s, holding: %d, type: u16, scale: 0.01, at: %s, parameter: %s },\n"
            % (name, name, unit, address, at, parameter))


def configure(scene):
    scene.configure("", more="report: { place: Lai Châu, organ: Sở thử, to: \"Sở Xây dựng; UBND tỉnh\", copies: CDC tỉnh, "
                    "signer: Giám đốc }\n")
    scene.write("areas.yaml", "areas:\n" + "".join(
        "  - { id: \"%s\", name: %s, kind: commune, from: 2025-07-01 }\n" % pair for pair in (("01", "Xã Một"), ("02", "Xã Hai"))))
    for number, (supplier, site, area) in enumerate((("s", "site", "01"), ("s2", "site2", "02"))):
        mark = "ab"[number]
        scene.write("plant%d.yaml" % number,
                    "supplier: { id: %s, name: Cấp nước %s }\nsystem: { id: t%d, name: Hệ thống %d }\n"
                    "sites:\n  - { id: %s, name: Trạm %s, kind: treatment_plant, location: [22.39, 103.45], area: \"%s\" }\n"
                    % (supplier, supplier, number, number, site, site, area) +
                    wires(scene.port + 1 + number, mark, site,
                          point(mark + ".chlorine", 104, "mg/L", "treated", "free_chlorine") +
                          point(mark + ".turbidity", 105, "NTU", "network", "turbidity") +
                          point(mark + ".ph", 106, '"-"', "tap", "ph") +
                          point(mark + ".raw", 107, "NTU", "raw", "turbidity")))
    with open(scene.config_path, encoding="utf-8") as f:
        text = f.read()
    operator = scene.token[::-1]
    scene.secret("operator.token", operator)
    scene.write("daemon.yaml", text.replace("plants: [ plant.yaml ]", "plants: [ plant0.yaml, plant1.yaml ]\n"
                                            "areas: [ areas.yaml ]\nstandards: [ %s ]" % QCVN)
                .replace("viewer_token_file:", "operator_token_file: operator.token, viewer_token_file:"))
    return operator


def period():
    """The local month before the last: it has ended, whatever day it is."""
    first = datetime.datetime.now(VN).date().replace(day=1)
    last = (first - datetime.timedelta(days=1)).replace(day=1) - datetime.timedelta(days=1)
    return last.replace(day=1), last


def ms_of(day):
    return int(datetime.datetime(day.year, day.month, day.day, tzinfo=VN).timestamp() * 1000)


# ---------------------------------------------------------------- a month of incidents

PLACES = {("site", ""): ("s", "01"), ("site2", ""): ("s2", "02"), ("nowhere", ""): (None, None),
          ("site", "zone"): ("s", "01"), ("site2", "zone"): ("s2", "01"), ("nowhere", "zone"): ("s2", "01")}


def at(ms):
    return "NULL" if ms is None else "timestamptz 'epoch' + %d * interval '1 millisecond'" % ms


def one_incident(r, number, start):
    cls = r.choice([0, 1, 2, 3, 3, 6, 7])
    length = int(r.choice([0.5, 0.9, 1.1, 2]) * LIMITS.get(cls, 24 * HOUR) * r.random())
    members, facts, duties = [], [], []
    for n in range(r.choice([1, 1, 1, 2, 3])):
        begun = start + (0 if n == 0 else r.randrange(HOUR))
        repaired = begun + r.randrange(length + 1) if r.random() < 0.99 else None
        recorded = None if repaired is None else repaired + r.randrange(10 * MINUTE)
        way = r.random()
        restored = None if repaired is None else repaired + r.randrange(20 * MINUTE) if way < 0.9 else \
            repaired + 40 * MINUTE if way < 0.95 else None
        agreed = None if repaired is None or r.random() < 0.5 else repaired + r.randrange(HOUR)
        members.append((number * 10 + n, cls if n == 0 else r.choice([cls, 7]), r.random() < 0.8, r.random() < 0.1, begun,
                        repaired, recorded, agreed, restored, r.choice(["site", "site2", "nowhere"]),
                        r.choice(["", "", "zone"])))
    for kind, chance in ((CAUSE_FOUND, 0.7), (CAUSE_FOUND, 0.2), (APPROVED, 0.3), (APPROVED, 0.1), (RECLASSIFIED, 0.2),
                         (MEASURE, 0.4), (MEASURE, 0.2)):
        if r.random() < chance:
            code = r.randrange(len(CAUSES)) if kind == CAUSE_FOUND else r.randrange(len(MEASURES)) if kind == MEASURE else 0
            facts.append((len(facts) + 1, kind, code, start + r.randrange(60 * HOUR), 0, "x"))
    for m in members:
        if m[3]:  # loosened: once said why, once as a class that is no longer one, once not said
            detail, note = ((1, "ống %d, 'cấp I'" % m[0]), (0, "x"), (2, ""))[m[0] % 3]
            facts.append((len(facts) + 1, CONFIRMED, 0, start + HOUR, detail, note))
    for duty in r.sample(range(len(DUTIES)), r.randrange(4)):
        due = start + 30 * MINUTE
        done = due + r.randrange(-20 * MINUTE, 60 * MINUTE) if r.random() < 0.8 else None
        duties.append((duty, due, done, done is not None and r.random() < 0.1))
    return cls, members, facts, duties


def fill_incidents(scene, first, last):
    r, begin, end = scene.random, ms_of(first), ms_of(last + datetime.timedelta(days=1))
    rows = {"incident": [], "incident_member": [], "incident_fact": [], "incident_duty": []}
    for number in range(1, 161):
        start = r.choice([begin, end - 1, begin - 1, end] if number < 9 else [r.randrange(begin, end)])
        cls, members, facts, duties = one_incident(r, number, start)
        node, drill, merged = r.choice(["n1", "n2"]), r.random() < 0.05, "77" if r.random() < 0.05 else "NULL"
        rows["incident"].append(
            "('%s', %d, 1, %s, %s, %s, %s, %d, %s, %d, true, 3, 1, false, %s, false, false, %s, %d, 0, %s, 10, 3, 0, 0, false)" %
            (node, number, at(start), at(start), at(start), at(start + LIMITS.get(cls, 24 * HOUR)), LIMITS.get(cls, 24 * HOUR),
             cls in LIMITS, cls, drill, merged, r.randrange(3), at(start + HOUR if r.random() < 0.1 else None)))
        rows["incident_member"] += [
            "('%s', %d, %d, 1, NULL, NULL, %d, 5, %s, %s, false, 0, NULL, '%s', '%s', %s, %s, NULL, %s, %s, %s, %s)" %
            (node, m[0], number, m[1], m[2], m[3], m[9], m[10], at(m[4]), at(m[4]), at(m[5]), at(m[6]), at(m[7]), at(m[8]))
            for m in members]
        rows["incident_fact"] += ["('%s', %d, %d, %d, 2, %d, %d, NULL, %s, %s, 'ai', '%s')" %
                                  (node, number, f[0], f[1], f[4], f[2], at(f[3]), at(f[3]), f[5].replace("'", "''"))
                                  for f in facts]
        rows["incident_duty"] += ["('%s', %d, %d, 1, %s, %s, %s, NULL, %s, '')" %
                                  (node, number, d[0], at(start), at(d[1]), at(d[2]), d[3]) for d in duties]
    scene.sql("INSERT INTO capnuoc.zone (id, system, name, area, node) VALUES ('zone', 't1', 'Khu vực', '01', 'n1');\n" +
              "\n".join("INSERT INTO capnuoc.%s VALUES %s;" % (table, ",\n".join(lines)) for table, lines in rows.items()))


def whole(value):
    return None if value is None else int(value)


class Counted:
    """What stands in the tables, asked for plainly and counted here."""

    def __init__(self, scene, first, last, now, supplier=None, places=None):
        begin, end = ms_of(first), ms_of(last + datetime.timedelta(days=1))
        ms = "(extract(epoch FROM %s) * 1000)::bigint"
        self.all, self.drills = {}, 0
        for node, number, start, due, cls, control, large, drill, merged in scene.sql(
                "SELECT node, incident, %s, %s, class, controllability, large_since IS NOT NULL, drill, merged_into"
                "  FROM capnuoc.incident" % (ms % "start_at", ms % "due_at"), "reader"):
            if begin <= int(start) < end and merged is None:
                self.all[node, number] = dict(start=int(start), due=int(due), cls=int(cls), control=int(control),
                                              large=large == "t", drill=drill == "t", members=[], facts=[], duties=[])
        for node, number, *rest in scene.sql(
                "SELECT node, incident, class, confirmed, loosened, %s, %s, %s, %s, %s, site, zone FROM capnuoc.incident_member" %
                tuple(ms % c for c in ("start_at", "repaired_at", "claimed_at", "repair_confirmed_at", "restored_at")), "reader"):
            if (node, number) in self.all:
                self.all[node, number]["members"].append(
                    dict(cls=int(rest[0]), confirmed=rest[1] == "t", loosened=rest[2] == "t", start=int(rest[3]),
                         repaired=whole(rest[4]), told=whole(rest[5]), agreed=whole(rest[6]), restored=whole(rest[7]),
                         place=(places or (lambda site, zone: PLACES[site, zone]))(rest[8], rest[9])))
        for node, number, kind, code, claimed, detail, note in scene.sql(
                "SELECT node, incident, kind, code, %s, detail, note FROM capnuoc.incident_fact ORDER BY recorded_at, fact" %
                (ms % "claimed_at"), "reader"):
            if (node, number) in self.all:
                self.all[node, number]["facts"].append((int(kind), int(code), int(claimed), int(detail), note))
        for node, number, duty, due, done, waived in scene.sql(
                "SELECT node, incident, duty, %s, %s, waived FROM capnuoc.incident_duty" % (ms % "due_at", ms % "done_at"), "reader"):
            if (node, number) in self.all:
                told = any(f[0] == WAIVED and f[3] == int(duty) for f in self.all[node, number]["facts"])
                if waived == "t" and int(duty) in TARGETS and not told:
                    continue  # void: owed no more
                self.all[node, number]["duties"].append((int(duty), int(due), whole(done), waived == "t"))
        if supplier is not None:
            self.all = {k: i for k, i in self.all.items() if any(m["place"][0] == supplier for m in i["members"])}
        self.drills = sum(i["drill"] for i in self.all.values())
        self.all = {k: i for k, i in self.all.items() if not i["drill"]}
        for i in self.all.values():
            self.judge(i, now)

    @staticmethod
    def judge(i, now):
        """The rule of docs/incidents.md, from its words."""
        legal = [m for m in i["members"] if m["cls"] in LIMITS]
        start = min((m["start"] for m in legal), default=None)
        for m in i["members"]:
            sure = m["repaired"] is not None and (
                m["agreed"] is not None or (m["restored"] is not None and m["restored"] <= m["repaired"] + 30 * MINUTE) or
                now < m["told"] + 30 * MINUTE)
            m["doubtful"] = m["repaired"] is not None and not sure
            by_readings = m["restored"] is not None and m["repaired"] is not None and m["restored"] <= m["repaired"] + 30 * MINUTE
            late = m["agreed"] is not None and m["told"] is not None and m["agreed"] >= m["told"] + 30 * MINUTE
            ended = m["agreed"] if late and not by_readings else m["repaired"]
            m["end"] = m["restored"] if not sure else min(ended, m["restored"] if m["restored"] is not None else ended)
        ways = [("running" if now <= start + LIMITS[m["cls"]] else "no") if m["end"] is None else
                ("yes" if m["end"] <= start + LIMITS[m["cls"]] else "no") for m in legal]
        i["on_time"] = "no_limit" if not ways else "no" if "no" in ways else "running" if "running" in ways else "yes"
        i["unconfirmed"] = any(m["doubtful"] and m["restored"] is None for m in i["members"])
        i["end"] = max(m["end"] for m in i["members"]) if all(m["end"] is not None for m in i["members"]) else None

    def group(self, chosen):
        list_ = [i for i in self.all.values() if chosen(i)]
        took = sorted(i["end"] - i["start"] for i in list_ if i["end"] is not None)
        ways = [i["on_time"] for i in list_]
        yes, no = ways.count("yes"), ways.count("no")
        limited = len(ways) - ways.count("no_limit")
        first_approved = [next((f[2] for f in i["facts"] if f[0] == APPROVED), None) for i in list_]
        kinds = [{f[0] for f in i["facts"]} for i in list_]

        def figure(value, part, of):
            coverage = part / of if of else None
            return {"value": value() if coverage is not None and coverage >= 0.9 else None, "coverage": coverage}

        return {"incidents": len(list_), "with_limit": limited, "on_time": yes, "late": no, "running": ways.count("running"),
                "share_on_time": figure(lambda: yes / (yes + no), yes + no, limited),
                "unconfirmed": sum(i["unconfirmed"] for i in list_), "reclassified": sum(RECLASSIFIED in k for k in kinds),
                "loosened": sum(any(m["loosened"] for m in i["members"]) for i in list_),
                "approved": sum(APPROVED in k for k in kinds),
                "approved_late": sum(a is not None and a > i["due"] for a, i in zip(first_approved, list_)),
                "large": sum(i["large"] for i in list_), "repaired": len(took),
                "mean_repair": figure(lambda: sum(took) / (len(took) * HOUR), len(took), len(list_)),
                "p90_repair": figure(lambda: took[math.ceil(len(took) * 0.9 - 1e-9) - 1] / HOUR, len(took), len(list_))}


def rows_of(body, section):
    return {row["key"]: {k: v for k, v in row.items() if k not in ("key", "name")} for row in body[section]["rows"]}


def same(there, here, what):
    check(there == here, "%s: the report says %s, the tables %s" % (what, there, here))
    return sum(isinstance(v, (int, float, dict)) for row in here.values() for v in row.values())


def incidents_agree(scene, body, first, last, supplier=None, places=None):
    now = int(datetime.datetime.fromisoformat(body["generated_at"]).timestamp() * 1000 + 0.5)
    counted = Counted(scene, first, last, now, supplier, places)
    # figures are there and are left out, both: it is rows like these that they are of
    known = [row[name]["value"] is not None for section in ("by_class", "total") for row in body[section]["rows"]
             for name in ("mean_repair", "p90_repair", "share_on_time")]
    check(places or (any(known) and not all(known)), "the month has no figure that is known, or none that is not")
    every = list(counted.all.values())
    figures = same(rows_of(body, "total"), {"total": counted.group(lambda i: True)}, "total")
    groups = {"by_class": {name: counted.group(lambda i, n=n: i["cls"] == n) for n, name in enumerate(CLASSES)},
              "by_supplier": {s or "unknown": counted.group(lambda i, s=s: any(m["place"][0] == s for m in i["members"]))
                              for s in (("s", "s2", None) if supplier is None else (supplier,))},
              "by_area": {a or "unknown": counted.group(lambda i, a=a: any(m["place"][1] == a for m in i["members"]))
                          for a in (("01", "02", None) if supplier is None else ("01", "02"))}}
    for section, of in groups.items():
        figures += same(rows_of(body, section), {k: v for k, v in of.items() if v["incidents"] > 0}, section)
    last_cause = [next((f[1] for f in reversed(i["facts"]) if f[0] == CAUSE_FOUND), None) for i in every]
    causes = {"not_found" if c is None else CAUSES[c]: {"incidents": last_cause.count(c), "share": last_cause.count(c) / len(every)}
              for c in set(last_cause)}
    figures += same(rows_of(body, "causes"), causes, "causes")
    control = [i["control"] for i in every]
    figures += same(rows_of(body, "controllability"),
                    {("unknown", "controllable", "beyond_control")[c]: {"incidents": control.count(c),
                                                                       "share": control.count(c) / len(every)}
                     for c in set(control)}, "controllability")
    measures = [[f[1] for f in i["facts"] if f[0] == MEASURE] for i in every]
    figures += same(rows_of(body, "measures"),
                    {MEASURES[k]: {"incidents": sum(k in m for m in measures), "times": sum(m.count(k) for m in measures)}
                     for k in {k for m in measures for k in m}}, "measures")
    duties = {}
    for duty, due, done, waived in (d for i in every for d in i["duties"]):
        row = duties.setdefault(DUTIES[duty], {"owed": 0, "in_time": 0, "late": 0, "waived": 0, "overdue": 0, "open": 0})
        row["owed"] += 1
        row["waived" if waived else "in_time" if done is not None and done <= due else "late" if done is not None
            else "overdue" if now > due else "open"] += 1
    there = rows_of(body, "duties")
    for row in there.values():
        check(row.pop("source"), "a duty without its source")
    figures += same(there, duties, "duties")
    why = {"%s/%s" % key: "; ".join(f[4] for f in i["facts"] if f[0] in (CONFIRMED, RECLASSIFIED) and f[3] != 0 and f[4])
           for key, i in counted.all.items() if any(m["loosened"] for m in i["members"])}
    check({k: row["reason"] or "" for k, row in rows_of(body, "loosened").items()} == why,
          "longer limits: the report says %s, the tables %s" % (body["loosened"]["rows"], why))
    check(places or any(why.values()), "nobody said why a limit is longer")
    figures += same(rows_of(body, "drills"), {"drills": {"drills": counted.drills}}, "drills")
    check(len(body["list"]["rows"]) == len(every), "the list has %d of %d" % (len(body["list"]["rows"]), len(every)))
    return figures


# ---------------------------------------------------------------- a month of water

def fill_water(scene, first, last):
    """Minutes as a node tells them, with silences; hours and days are made by the house's own function."""
    begin, end = ms_of(first), ms_of(last + datetime.timedelta(days=1))
    keys = {name: int(key) for name, key in scene.sql("SELECT id, point_key FROM capnuoc.point")}
    gone = {"b.turbidity": 0.3, "b.chlorine": 0.09}
    days = (last - first).days + 1
    scene.sql("".join("SELECT capnuoc.make_minute_day(DATE '%s' + %d);" % (first, n) for n in range(-1, days + 1)), "maintenance")
    for name, key in keys.items():
        scene.sql("""
            SELECT setseed(%f);
            INSERT INTO capnuoc.minute (point_key, at, n, sum, min, max, first, last, good_ms, uncertain_ms, within_ms,
                                        outside_ms, unjudged_ms)
            SELECT %d, at, 1, v * good + v * doubt, v, v + random(), v, v, good, doubt, within, outside, unjudged
              FROM (SELECT at, v, good, doubt, w AS within, least(o, good + doubt - w) AS outside,
                           greatest(0, least(u, good + doubt - w - least(o, good + doubt - w))) AS unjudged
                      FROM (SELECT timestamptz 'epoch' + ms * interval '1 millisecond' AS at, random() * 3 AS v,
                                   50000 + (random() * 8000)::int AS good, (random() * 2000)::int AS doubt,
                                   (random() * 50000)::int AS w, (random() * 9000)::int AS o, 9000000 AS u, random() AS lot
                              FROM generate_series(%d, %d, 60000) AS ms) AS one
                     WHERE lot >= %f) AS minutes;
            INSERT INTO capnuoc.dirty_hour SELECT point_key, date_trunc('hour', at), false FROM capnuoc.minute
             WHERE point_key = %d GROUP BY 1, 2 ON CONFLICT DO NOTHING""" %
                  (scene.random.random(), key, begin - HOUR, end + HOUR - 1, gone.get(name, 0.002), key))
    # the daemon rolls up as well: what it has in hand is passed over here, and made only when it commits
    wait_until(lambda: int(scene.sql("SELECT capnuoc.roll_up(3000)", "maintenance")[0][0]) == 0 and
               scene.sql("SELECT NOT EXISTS (SELECT FROM capnuoc.dirty_hour)")[0][0] == "t", 120, "hours and days")


def water_agrees(scene, body, first, last, supplier=None):
    begin, end = ms_of(first), ms_of(last + datetime.timedelta(days=1))
    length = end - begin
    figures, sums = 0, {}
    there = rows_of(body, "points")
    names = [n for n in ("a.chlorine", "a.turbidity", "a.ph", "b.chlorine", "b.turbidity", "b.ph")
             if supplier is None or n.startswith({"s": "a", "s2": "b"}[supplier])]
    check(set(there) == set(names), "points: %s" % sorted(there))
    for name in names:
        total, least, most, held, ways, days, order = 0.0, math.inf, -math.inf, 0, [0, 0, 0], set(), {}
        for ms, s, low, high, good, doubt, *verdicts in scene.sql(
                "SELECT (extract(epoch FROM m.at) * 1000)::bigint, m.sum, m.min, m.max, good_ms, uncertain_ms, within_ms,"
                "       outside_ms, unjudged_ms FROM capnuoc.minute m JOIN capnuoc.point p USING (point_key)"
                " WHERE p.id = '%s' AND m.at >= %s AND m.at < %s ORDER BY m.at" % (name, at(begin), at(end)), "reader"):
            day, hour = (int(ms) - begin) // (24 * HOUR), (int(ms) - begin) // HOUR
            # added up as they are stored: minutes to hours, hours to days, days to the month
            hours = order.setdefault(day, {})
            hours[hour] = hours[hour] + float(s) if hour in hours else float(s)
            least, most = min(least, float(low)), max(most, float(high))
            held += int(good) + int(doubt)
            ways = [w + int(v) for w, v in zip(ways, verdicts)]
            days.add(day)
        day_sums = []
        for hours in order.values():
            of_day = None
            for value in hours.values():
                of_day = value if of_day is None else of_day + value
            day_sums.append(of_day)
        total = None
        for value in day_sums:
            total = value if total is None else total + value
        coverage, numbers = sum(ways) / length, held / length
        row = there[name]
        sums.setdefault(row["parameter"], []).append(ways)

        def figure(value, known):
            return {"value": value if known >= 0.9 else None, "coverage": known}

        here = {"days": len(days), "within": figure(ways[0] / length, coverage), "outside": figure(ways[1] / length, coverage),
                "not_judged": figure(ways[2] / length, coverage), "unknown": 1 - coverage, "min": figure(least, numbers),
                "mean": figure(None if row["parameter"] == "ph" else total / held, numbers), "max": figure(most, numbers)}
        figures += same({name: {k: row[k] for k in here}}, {name: here}, name)
    check(there.get("b.turbidity", {"min": {"value": None}})["min"]["value"] is None, "a figure of too little")
    for parameter, list_ in sums.items():
        whole_ms, ways = length * len(list_), [sum(w) for w in zip(*list_)]
        coverage = sum(ways) / whole_ms
        here = {"points": len(list_), "unknown": 1 - coverage}
        here.update((n, {"value": w / whole_ms if coverage >= 0.9 else None, "coverage": coverage})
                    for n, w in zip(("within", "outside", "not_judged"), ways))
        figures += same({parameter: rows_of(body, "by_parameter")[parameter]}, {parameter: here}, parameter)
    chlorine = [r for r in body["limits"]["rows"] if r["key"] == "free_chlorine"]
    check(len(chlorine) == 1 and chlorine[0]["set"] == "qcvn-01-1-2018" and chlorine[0]["in_force"] is False and
          "01/07/2025" in chlorine[0]["note"] and chlorine[0]["row"] and "0,2" in chlorine[0]["limit"], "%s" % chlorine)
    check("xét nghiệm" in body["laboratory"]["words"], "of samples nothing is said")
    return figures


# ---------------------------------------------------------------- the face

def get(scene, path, token):
    link = http.client.HTTPConnection("127.0.0.1", scene.http_port, timeout=40)
    try:
        link.request("GET", path, headers={"Authorization": "Bearer " + token})
        answer = link.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        link.close()


def csv_agrees(text, body):
    """Each cell of JSON's tables is a line of CSV, the same to the last digit."""
    lines = list(csv.DictReader(io.StringIO(text.decode(), newline="")))
    cells = {(line["section"], line["key"], line["figure"]): line for line in lines}
    check(len(cells) == len(lines), "lines stand twice")
    count = 0
    for section, of in body.items():
        for row in of["rows"] if isinstance(of, dict) and "rows" in of else []:
            for column in of["columns"]:
                value, line = row[column["name"]], cells[section, row["key"], column["name"]]
                coverage = None
                if isinstance(value, dict):
                    value, coverage = value["value"], value["coverage"]
                    check(line["formula"] == column["formula"] and line["source"] == column["source"], "%s" % line)
                wanted = "" if value is None else {True: "true", False: "false"}[value] if isinstance(value, bool) else value
                got = float(line["value"]) if isinstance(wanted, (int, float)) else line["value"]
                check(got == wanted and (float(line["coverage"]) if line["coverage"] else None) == coverage,
                      "%s %s %s: CSV %s, JSON %s" % (section, row["key"], column["name"], line, value))
                count += 1
    return count


def figures_are_explained(body):
    for section, of in body.items():
        for column in of["columns"] if isinstance(of, dict) and "columns" in of else []:
            texts = [column["formula"], column["formula_en"], column["source"]]
            check(all(texts) or not any(texts), "%s: half explained: %s" % (section, column))
            row = of["rows"][0] if of["rows"] else {}
            check(all(texts) or not isinstance(row.get(column["name"]), (dict, float)), "%s: no formula: %s" % (section, column))


def page_is_official(html, body):
    text = html.decode()
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "BÁO CÁO", "Kính gửi:", "./.",
                  "Nơi nhận:", "Như trên", "Lưu: VT", "Lai Châu, ngày ", "/BC-", "size:A4", "UBND tỉnh.", body["title"]):
        check(words in text, "the page does not say %r" % words)
    check("<script" not in text and "Điểm <" not in text, "text became markup")


def previews(scene, operator, first, last):
    query = "from=%s&to=%s" % (first, last)
    for kind, agrees in (("incidents", incidents_agree), ("water-quality", water_agrees)):
        for supplier in (None, "s", "s2"):
            path = "/api/v1/reports/preview?kind=%s&%s%s" % (kind, query, "" if supplier is None else "&supplier=" + supplier)
            status, text, _ = get(scene, path, operator)
            check(status == 200, "%s: %d %s" % (path, status, text[:300]))
            body = json.loads(text)
            check(body["version"] is None and body["ended"] is True and body["supplier"] == supplier, "%s" % text[:300])
            figures = agrees(scene, body, first, last, supplier)
            figures_are_explained(body)
            status, html, head = get(scene, path + "&format=html", operator)
            check(status == 200 and head["Content-Disposition"].startswith("inline; "), "html: %d" % status)
            check("; sandbox; " in head["Content-Security-Policy"] and "script" not in head["Content-Security-Policy"], str(head))
            page_is_official(html, body)
            check("BẢN XEM TRƯỚC" in html.decode(), "a preview does not say so")
            say("%s of %s: %d figures, recomputed from the tables, agree to the last digit" %
                (kind, supplier or "all", figures))


def other_node(scene, operator, first, last):
    """Points that another node delivered into the same database: told when they were judged, else counted as left out."""
    before = json.loads(get(scene, "/api/v1/reports/preview?kind=water-quality&from=%s&to=%s&supplier=s" % (first, last), operator)[1])
    scene.sql("""
        INSERT INTO capnuoc.node SELECT (json_populate_record(n, '{"id": "far"}')).* FROM capnuoc.node n LIMIT 1;
        INSERT INTO capnuoc.point SELECT (json_populate_record(p, json_build_object('point_key', k, 'id', i, 'name', 'Xa ' || i,
               'node', 'far', 'site', t))).*
          FROM capnuoc.point p, (VALUES (1, 'far.judged', 'site'), (2, 'far.raw', 'site'), (3, 'far.theirs', 'site2')) v(k, i, t)
         WHERE p.id = 'a.chlorine';
        INSERT INTO capnuoc.day (point_key, at, n, sum, min, max, first, last, good_ms, uncertain_ms, within_ms, outside_ms, unjudged_ms)
        SELECT k, %s + d * interval '1 day', 9, 0.5 * 80000000, 0.25, 0.75 + d, 0.5, 0.5, 80000000, 0, (k <> 2)::int * 70000000,
               (k <> 2)::int * 9000000, (k = 2)::int * 80000000
          FROM generate_series(0, %d) d, generate_series(1, 3) k""" % (at(ms_of(first)), (last - first).days))
    status, text, _ = get(scene, "/api/v1/reports/preview?kind=water-quality&from=%s&to=%s&supplier=s" % (first, last), operator)
    check(status == 200, "%d %s" % (status, text[:300]))
    body = json.loads(text)
    check(rows_of(body, "other_nodes") == {"far": {"told": 1, "left_out": 1}} and rows_of(before, "other_nodes") == {},
          "%s" % body["other_nodes"])
    points, days = rows_of(body, "points"), (last - first).days + 1
    check(set(points) - set(rows_of(before, "points")) == {"far.judged"}, "points: %s" % sorted(points))
    row, length, known = points["far.judged"], days * 24 * HOUR, 79000000 / (24 * HOUR)
    wanted = {"node": "far", "site": "site", "at": None, "parameter": "free_chlorine", "days": days,
              "within": {"value": days * 70000000 / length, "coverage": days * 79000000 / length},
              "outside": {"value": days * 9000000 / length, "coverage": days * 79000000 / length},
              "mean": {"value": 0.5, "coverage": days * 80000000 / length}, "max": {"value": 0.75 + days - 1, "coverage": days * 80000000 / length}}
    check({k: row[k] for k in wanted} == wanted and known > 0.9, "%s, not %s" % (row, wanted))
    one = rows_of(body, "by_parameter")["free_chlorine"]["points"], rows_of(before, "by_parameter")["free_chlorine"]["points"]
    check(one[0] == one[1] + 1, "points of the parameter: %s" % (one,))
    _, html, _ = get(scene, "/api/v1/reports/preview?kind=water-quality&from=%s&to=%s&format=html" % (first, last), operator)
    check("máy far" in html.decode() and "Điểm do máy khác đọc" in html.decode(), "the page says nothing of the other node")
    say("another node's points: one told, one left out and counted, one of another supplier")


def refused(scene, operator, made, first, last):
    for query, wrong in (("kind=x&from=2026-01-01&to=2026-01-31", "kind"), ("kind=incidents&from=2026-02-30&to=2026-03-01", "from"),
                         ("kind=incidents&from=2026-03-02&to=2026-03-01", "from"), ("kind=incidents&from=2025-01-01&to=2026-12-31", "from"),
                         ("kind=incidents&from=2026-01-01", "to"), ("kind=incidents&from=2026-01-01&to=2026-01-31&supplier=x", "supplier"),
                         ("kind=incidents&from=2026-01-01&to=2026-01-31&format=pdf", "format")):
        status, text, _ = get(scene, "/api/v1/reports/preview?" + query, operator)
        check(status == 400 and json.loads(text)["field"] == wrong, "%s: %d %s" % (query, status, text))
    issue = {"kind": "incidents", "from": str(first), "to": str(last)}
    check(ask(scene, "POST", "/api/v1/reports", issue, Authorization="Bearer " + scene.token)[0] == 403, "a viewer issued one")
    check(ask(scene, "POST", "/api/v1/reports", issue, Authorization="Bearer " + made["agency"])[0] == 403, "an agency issued one")
    check(ask(scene, "POST", "/api/v1/reports", {**issue, "x": 1}, Authorization="Bearer " + operator)[0] == 400, "unknown field")
    check(ask(scene, "POST", "/api/v1/reports", {**issue, "supplier": "s2"}, Authorization="Bearer " + made["operator of one"])[0]
          == 400, "another's supplier")
    check(get(scene, "/api/v1/reports", made["agency of one"])[0] == 403, "of single sites only, and sees a supplier's report")


def issued_once(scene, token, wish):
    status, _, item = ask(scene, "POST", "/api/v1/reports", wish, Authorization="Bearer " + token)
    check(status == 201, "%s: %d %s" % (wish, status, item))
    texts = {}
    for form in ("json", "csv", "html"):
        status, texts[form], head = get(scene, "/api/v1/reports/%s.%s" % (item["id"], form), token)
        check(status == 200, "%s.%s: %d" % (item["id"], form, status))
        hash_ = hashlib.blake2b(texts[form], digest_size=32).hexdigest()
        check(hash_ == item["texts"][form]["hash"] and head["ETag"] == '"%s"' % hash_ and
              len(texts[form]) == item["texts"][form]["bytes"], "%s: hash" % form)
    body = json.loads(texts["json"])
    check(body["id"] == item["id"] and body["version"] == item["version"], "%s" % item)
    cells = csv_agrees(texts["csv"], body)
    page_is_official(texts["html"], body)
    check(item["id"] in texts["html"].decode() and "BẢN XEM TRƯỚC" not in texts["html"].decode(), "the page names itself")
    return item, texts, body, cells


def chained(scene, item, body):
    """The head that the report names is a row of the record of acts, and its own entry comes later."""
    def rows():
        return {row[0]: row for row in scene.sql("SELECT seq, encode(hash, 'hex'), action, subject, after FROM capnuoc.audit")}
    entry = wait_until(lambda: [r for r in rows().values() if r[2] == "report.issue" and r[3] == "report:" + item["id"]], 30,
                       "the entry of " + item["id"])[0]
    head = body["record_of_acts"]
    check(head == item["record_of_acts"] and head["seq"] is not None, "%s" % head)
    check(rows()[head["seq"]][1] == head["hash"], "the head that is named is no entry")
    check(int(entry[0]) > int(head["seq"]) and item["texts"]["json"]["hash"] in entry[4], "%s" % entry)


def nobody_changes(scene):
    for role, sql in (("owner", "UPDATE capnuoc.report SET issued_by = 'x'"), ("owner", "DELETE FROM capnuoc.report"),
                      ("owner", "TRUNCATE capnuoc.report"), ("writer", "UPDATE capnuoc.report SET issued_by = 'x'"),
                      ("writer", "DELETE FROM capnuoc.report"), ("writer", "SELECT count(*) FROM capnuoc.report"),
                      ("reader", "INSERT INTO capnuoc.report SELECT * FROM capnuoc.report"),
                      ("maintenance", "DELETE FROM capnuoc.report")):
        try:
            scene.sql(sql, role)
        except Failed:
            continue
        raise Failed("%s may %s" % (role, sql))


def issue(scene, operator, made, first, last):
    wish = {"kind": "incidents", "from": str(first), "to": str(last)}
    one, texts, body, cells = issued_once(scene, operator, wish)
    two, _, _, _ = issued_once(scene, operator, wish)
    own, _, own_body, _ = issued_once(scene, made["operator of one"], {**wish, "kind": "water-quality"})
    check((one["version"], two["version"], own["version"]) == (1, 2, 1) and own["supplier"] == "s" == own_body["supplier"],
          "versions: %s %s %s" % (one, two, own))
    chained(scene, one, body)
    chained(scene, own, own_body)
    check(get(scene, "/api/v1/reports/%s.json" % one["id"], scene.token)[1] == texts["json"], "not the bytes that were issued")
    pages, at_ = [], ""
    while at_ is not None:
        status, text, _ = get(scene, "/api/v1/reports?limit=2" + ("&next=" + at_ if at_ else ""), scene.token)
        check(status == 200, "%d %s" % (status, text))
        pages.append(json.loads(text)["items"])
        at_ = json.loads(text)["next"]
    check([[i["id"] for i in page] for page in pages] == [[own["id"], two["id"]], [one["id"]]], "%s" % pages)
    theirs = json.loads(get(scene, "/api/v1/reports", made["operator of one"])[1])["items"]
    check([i["id"] for i in theirs] == [own["id"]], "of one supplier: %s" % theirs)
    check(get(scene, "/api/v1/reports/%s.json" % one["id"], made["operator of one"])[0] == 404, "another's report")
    check(get(scene, "/api/v1/reports/nothing.json", operator)[0] == 404 and
          get(scene, "/api/v1/reports/%s.pdf" % one["id"], operator)[0] == 404, "there is none of that name")
    nobody_changes(scene)
    say("issued %s, %s, %s: hashes fit, %d cells of CSV are JSON's, in the chain, for ever" %
        (one["id"], two["id"], own["id"], cells))
    return one, texts


def command_line(scene, item, texts, first, last):
    program = os.path.join(os.path.dirname(scene.program), "capnuocctl")

    def say_(*words):
        return subprocess.run([program, "report", "--config", scene.config_path, *words], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
    check(say_("list").stdout.decode().count("\n") == 4 and item["id"] in say_("list").stdout.decode(), "%s" % say_("list"))
    check(say_("list").stderr == b"3 reports\n", "%s" % say_("list"))
    for form in ("json", "csv", "html"):
        check(say_("print", item["id"], form).stdout == texts[form], "capnuocctl gives other bytes than were issued: " + form)
    done = say_("print", "nothing", "json")
    check(done.returncode != 0 and done.stdout == b"", "%s" % done)
    done = say_("preview", "water-quality", str(first), str(last), "json")
    check(json.loads(done.stdout)["kind"] == "water-quality", "%s" % done)
    done = say_("preview", "water-quality", str(last), str(first), "json")
    check(done.returncode != 0 and b"comes before its last" in done.stderr, "%s" % done)
    done = say_("preview", "water-quality", "2024-01-01", "2026-01-01", "json")
    check(done.returncode != 0 and b"400 days at most" in done.stderr, "%s" % done)


def as_many_as_it_holds(scene, operator):
    """Another month with 4,000 incidents is told, printed and in time; one more is refused, not cut."""
    def add(first, last):
        scene.sql("""
            INSERT INTO capnuoc.incident SELECT 'n1', n, 1, t, t, t, t + interval '1 day', 86400000, true, 3, true, 3, 1, false,
                   false, true, false, NULL, 0, 0, NULL, 0, 0, 0, 0, false
              FROM (SELECT n, timestamptz '2024-03-10 00:00+07' + (n - 100000) * interval '1 minute' AS t FROM generate_series(%d, %d) n) x;
            INSERT INTO capnuoc.incident_member SELECT 'n1', n * 4 + k, n, 1, NULL, NULL, 3, 5, true, false, false, 0, NULL, 'site', '',
                   t, t, NULL, t + interval '5 hours', t + interval '5 hours', NULL, t + interval '5 hours'
              FROM (SELECT n, timestamptz '2024-03-10 00:00+07' + (n - 100000) * interval '1 minute' AS t FROM generate_series(%d, %d) n) x,
                   generate_series(0, 3) k;
            INSERT INTO capnuoc.incident_fact SELECT 'n1', n, k, %d, 2, 0, 1, NULL, now(), now(), 'ai', 'x'
              FROM generate_series(%d, %d) n, generate_series(1, 10) k""" % (first, last, first, last, MEASURE, first, last))
    query = "/api/v1/reports/preview?kind=incidents&from=2024-03-01&to=2024-03-31&format="
    add(100001, 104000)
    for form in ("json", "csv", "html"):
        begin = time.monotonic()
        status, text, _ = get(scene, query + form, operator)
        check(status == 200, "%s of 4,000: %d %s" % (form, status, text[:300]))
        say("4,000 incidents as %s: %d kB in %.2f s" % (form, len(text) // 1000, time.monotonic() - begin))
    add(104001, 104001)
    status, text, _ = get(scene, query + "json", operator)
    check(status == 400 and json.loads(text)["field"] == "from", "4,001: %d %s" % (status, text[:300]))


def killed_while_it_issues(scene, daemon, operator, first, last):
    """A report is there whole or not at all, the same version never twice, and never without its entry in the record of acts."""
    wish = {"kind": "incidents", "from": str(first), "to": str(last), "supplier": "s2"}
    begin = time.monotonic()
    issued_once(scene, operator, wish)
    takes = time.monotonic() - begin
    stored = lambda: int(scene.sql("SELECT count(*) FROM capnuoc.report WHERE supplier = 's2'", "reader")[0][0])
    for turn in range(KILLS):
        before = stored()
        def send():
            try:
                ask(scene, "POST", "/api/v1/reports", wish, Authorization="Bearer " + operator)
            except (OSError, http.client.HTTPException):
                pass
        asking = threading.Thread(target=send)
        asking.start()
        if turn % 2 == 0:
            pass_time(scene.random.random() * takes)
        else:  # just when it is stored
            wait_until(lambda: stored() > before, 30, "a report in the database", every=0.001)
        daemon.kill()
        asking.join()
        daemon = scene.start().wait_ready()
        wait_until(lambda: get(scene, "/api/v1/reports", operator)[0] == 200, 30, "the list after a kill")
    rows = scene.sql("SELECT version, encode(json, 'base64'), encode(json_hash, 'hex') FROM capnuoc.report WHERE supplier = 's2'"
                     " ORDER BY version", "reader")
    for n, (version, text, hash_) in enumerate(rows):
        check(int(version) == n + 1, "versions: %s" % [row[0] for row in rows])
        check(hashlib.blake2b(base64.b64decode(text), digest_size=32).hexdigest() == hash_, "version %s is not whole" % version)
    wait_until(lambda: int(scene.sql("SELECT seq FROM capnuoc.delivery_cursor WHERE lane = 1")[0][0]) >=
               scene.journal("SELECT high FROM lane WHERE lane = 1")[0][0], 30, "all acts in the database")
    acts = scene.sql("SELECT action, subject, after FROM capnuoc.audit WHERE action LIKE 'report.%'")
    said = lambda action, version, hash_: [a for a in acts if a[0] == action and a[1].endswith("-s2-v%s" % version) and hash_ in a[2]]
    for version, _, hash_ in rows:
        check(said("report.prepare", version, hash_), "version %s is stored, and nothing says who issued it" % version)
    finished = sum(bool(said("report.issue", version, hash_)) for version, _, hash_ in rows)
    say("killed %d times while it issued: %d reports, each whole and on record, %d of them as stored" % (KILLS, len(rows), finished))
    check(len(rows) > KILLS // 2, "%d reports are stored" % len(rows))
    return daemon


def database_away(scene, operator, first, last):
    scene.sql("ALTER DATABASE %s CONNECTION LIMIT 0; SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
              " WHERE datname = '%s' AND pid <> pg_backend_pid()" % (scene.database, scene.database))
    wish = {"kind": "incidents", "from": str(first), "to": str(last)}
    status, _, body = ask(scene, "POST", "/api/v1/reports", wish, Authorization="Bearer " + operator)
    check(status == 503 and "type" in body, "without a database: %d %s" % (status, body))


def main(scene):
    scene.use_database()
    peers = [Peer(scene.port + n, lambda link, request: link.send(reply(request, [50] * request.quantity))) for n in (1, 2)]
    operator = configure(scene)
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: daemon.part("database")[0] == "ok" and len(scene.sql("SELECT 1 FROM capnuoc.point")) == 8, 30, "the points")
    wait_until(lambda: scene.sql("SELECT seen FROM capnuoc.node WHERE seen IS NOT NULL"), 30, "a node that was seen")
    _, made = tokens(scene)
    first, last = period()
    fill_incidents(scene, first, last)
    fill_water(scene, first, last)
    previews(scene, operator, first, last)
    refused(scene, operator, made, first, last)
    item, texts = issue(scene, operator, made, first, last)
    if scene.options.keep:
        for form, text in texts.items():
            with open(os.path.join(scene.options.keep, item["id"] + "." + form), "wb") as f:
                f.write(text)
        for kind in ("incidents", "water-quality"):
            with open(os.path.join(scene.options.keep, kind + ".html"), "wb") as f:
                f.write(get(scene, "/api/v1/reports/preview?kind=%s&from=%s&to=%s&format=html" % (kind, first, last), operator)[1])
    if scene.options.ctl:
        command_line(scene, item, texts, first, last)
    as_many_as_it_holds(scene, operator)
    other_node(scene, operator, first, last)
    killed_while_it_issues(scene, daemon, operator, first, last)
    database_away(scene, operator, first, last)
    for peer in peers:
        peer.close()


def options(parser):
    parser.add_argument("--keep", default="", help="folder for the texts, to be looked at")
    parser.add_argument("--ctl", type=int, default=1)


if __name__ == "__main__":
    run(main, options, ports=3)
