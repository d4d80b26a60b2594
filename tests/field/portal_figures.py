"""Figures of the portal and of a report, recomputed from the tables by questions of our own: a month of incidents that people tell
through the API, with causes, measures, duties and repairs late and in time; and the day's water of points that are within,
outside and silent."""
import datetime
import json

from contract import QCVN, tokens
from harness import check, run, say, wait_until
from incidents import TOKEN, Office
from modbus_peer import Peer, reply
from reports import CAUSES, CLASSES, DUTIES, MEASURES, VN, get, incidents_agree

HOUR = 3600000
POINTS = {"a.within": 50, "a.outside": 500, "a.silent": None}


def wires(port):
    rows = "".join("          { id: %s, name: N, unit: mg/L, holding: %d, type: u16, scale: 0.01, at: treated, parameter: free_chlorine },\n"
                   % (name, 100 + 10 * n) for n, name in enumerate(POINTS))
    return ("  - id: w\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
            "      - { id: meter, site: site, unit: 1, every: 500ms, points: [\n%s ] }\n" % (port, rows))


def shown(link, request):
    words = [v for n, v in enumerate(POINTS.values()) for a in range(request.address, request.address + request.quantity)
             if a == 100 + 10 * n]
    if len(words) == 1 and words[0] is not None:
        link.send(reply(request, words))


def tell_a_month(scene, office):
    """Thirty incidents over the last thirty days, told afterwards as a clerk does from the book."""
    r, now = scene.random, datetime.datetime.now(datetime.timezone.utc)
    told = 0
    for _ in range(30):
        start = now - datetime.timedelta(minutes=r.randrange(60, 29 * 24 * 60))
        stamp = lambda hours: min(now, start + datetime.timedelta(hours=hours)).isoformat(timespec="milliseconds")
        cls = r.choice(CLASSES[:4] * 3 + CLASSES[4:7])
        status, made = office.post("/incidents", site="site", note="sổ", claimed_at=stamp(0), **{"class": cls}, drill=r.random() < 0.1)
        check(status in (200, 201), "%d %s" % (status, made))
        name, hours = made["id"], r.choice([2, 5, 11, 13, 20, 26, 40])
        told += 1
        if r.random() < 0.5:
            office.step(name, "confirm_class", **{"class": cls})
        if r.random() < 0.7:
            office.step(name, "cause", cause=r.choice(CAUSES[1:]), controllability=r.choice(["controllable", "beyond_control"]),
                        note="n", claimed_at=stamp(hours / 2))
        for _ in range(r.choice([0, 0, 1, 2])):
            status, body = office.post("/incidents/%s/measures" % name, measure=r.choice(MEASURES[1:]), claimed_at=stamp(1))
            check(status in (200, 201), "%d %s" % (status, body))
        if r.random() < 0.85:
            office.step(name, "repaired", claimed_at=stamp(hours))
            if r.random() < 0.8:
                office.step(name, "restored", claimed_at=stamp(hours))
        for duty in office.one(name)["duties"]:
            if duty.get("done_at") is None and r.random() < 0.5:
                status, body = office.post("/incidents/%s/duties" % name, duty=duty["duty"]["word"] if isinstance(duty["duty"], dict) else duty["duty"], claimed_at=stamp(0.5))
                check(status in (200, 201), "%d %s" % (status, body))
    return told


def ms(text):
    return None if text is None else round(datetime.datetime.fromisoformat(text).timestamp() * 1000)


def rows(scene, sql):
    return scene.sql(sql, "reader")


EPOCH = "(extract(epoch FROM %s) * 1000)::bigint"


def incidents_of_the_portal(scene, token):
    """Row by row, and the sums of the summary."""
    def delivered():
        high = scene.journal("SELECT high FROM lane WHERE lane = 1")[0][0]
        cursor = scene.sql("SELECT seq FROM capnuoc.delivery_cursor WHERE lane = 1")
        return cursor and int(cursor[0][0]) >= high
    wait_until(delivered, 30, "all events in the database")
    _, text, _ = get(scene, "/api/v1/portal/incidents", token)
    there = {i["id"]: i for i in json.loads(text)["incidents"]}
    check(len(there) == int(rows(scene, "SELECT count(*) FROM capnuoc.incident")[0][0]), "the portal has %d" % len(there))
    figures = 0
    for number, start, due, cls, legal, confirmed, on_time, drill, large in rows(
            scene, "SELECT incident, %s, %s, class, legal, class_confirmed, on_time, drill, %s FROM capnuoc.incident" %
            (EPOCH % "start_at", EPOCH % "due_at", EPOCH % "large_since")):
        i = there[number]
        here = (int(start), int(due), CLASSES[int(cls)], legal == "t", confirmed == "t", drill == "t",
                None if large is None else int(large))
        said = (ms(i["start_at"]), ms(i["due_at"]), i["class"], i["legal"], i["class_confirmed"], i["drill"],
                ms(i["large_effect_since"]))
        check(here == said, "incident %s: the portal says %s, the tables %s" % (number, said, here))
        told = ("no_limit", "running", "yes", "no")[int(on_time)]
        check(i["on_time"] == told or told == "running", "incident %s: on time %s, %s" % (number, i["on_time"], told))
        duties = {DUTIES[int(d)]: (int(owed), None if done is None or waived == "t" else int(done), waived == "t")
                  for d, owed, done, waived in rows(
                      scene, "SELECT duty, %s, %s, waived FROM capnuoc.incident_duty WHERE incident = %s" %
                      (EPOCH % "due_at", EPOCH % "done_at", number))}
        check({d["duty"]: (ms(d["due_at"]), ms(d["done_at"]), d["waived"] or d["voided"]) for d in i["duties"]} == duties,
              "duties of %s: %s, %s" % (number, i["duties"], duties))
        measures = sorted(MEASURES[int(code)] for code, in rows(
            scene, "SELECT code FROM capnuoc.incident_fact WHERE kind = 31 AND incident = %s" % number))
        check(sorted(m["measure"] for m in i["measures"]) == measures, "measures of %s" % number)
        figures += len(here) + 1 + 3 * len(duties) + len(measures)
    status, text, _ = get(scene, "/api/v1/portal/summary", token)
    summary = json.loads(text)["incidents"]
    of = lambda what: int(rows(scene, "SELECT count(*) FROM capnuoc.incident i WHERE NOT drill AND merged_into IS NULL AND NOT closed"
                               " AND " + what)[0][0])
    late = lambda which: int(rows(
        scene, "SELECT count(*) FROM capnuoc.incident_duty d JOIN capnuoc.incident i USING (node, incident) WHERE NOT i.drill"
        " AND i.merged_into IS NULL AND NOT i.closed AND d.done_at IS NULL AND d.due_at < now() AND d.duty " + which)[0][0])
    here = {"open": of("true"), "class_unconfirmed": of("NOT class_confirmed"), "large_effect": of("large_since IS NOT NULL"),
            "duties_overdue": late("< 13"), "targets_overdue": late(">= 13")}
    check({k: summary[k] for k in here} == here, "summary: %s, %s" % (summary, here))
    return len(there), figures + len(here)


def water_of_the_portal(scene, token):
    """The day so far, from its minutes."""
    def two_minutes():
        _, text, _ = get(scene, "/api/v1/portal/water-quality", token)
        points = {p["id"]: p["today"] for p in json.loads(text)["points"]}
        until = ms(points["a.within"]["until"])
        of = rows(scene, "SELECT p.id, count(m.at), sum(good_ms + uncertain_ms), sum(within_ms), sum(outside_ms), sum(unjudged_ms)"
                  "  FROM capnuoc.point p JOIN capnuoc.minute m USING (point_key)"
                  " WHERE m.at < timestamptz 'epoch' + %d * interval '1 millisecond'"
                  "   AND m.at >= date_trunc('day', now() AT TIME ZONE 'UTC' + interval '7 hours') - interval '7 hours' GROUP BY 1" % until)
        found = {name: [int(v) for v in rest] for name, *rest in of}
        known = points["a.within"]["coverage"]
        if found.get("a.within", [0])[0] < 2 or found.get("a.outside", [0])[0] < 2 or not known:
            return None
        midnight = until - (until + 7 * HOUR) % (24 * HOUR)
        for name in ("a.within", "a.outside"):
            elapsed = ms(points[name]["until"]) - midnight
            if elapsed != until - midnight:
                return None  # the two are a minute apart: look again
            _, held, within, outside, unjudged = found[name]
            if points[name]["coverage"] != (within + outside + unjudged) / elapsed:
                return None  # a minute that is told and not delivered yet, or the other way
            check(points[name]["number_coverage"] == held / elapsed and points[name]["unknown"] == 1 - points[name]["coverage"],
                  "%s: %s, %s of %d" % (name, points[name], found[name], elapsed))
            check((outside == 0 and within > 0) if name == "a.within" else (within == 0 and outside > 0), "%s: %s" % (name, found))
        check(points["a.silent"]["coverage"] in (0, None), "%s" % points["a.silent"])
        return found
    return wait_until(two_minutes, 300, "two minutes of today, told and delivered", every=0.5)


def main(scene):
    scene.use_database()
    peer = Peer(scene.port + 1, shown)
    scene.secret("operator.token", TOKEN)
    scene.configure(wires(scene.port + 1), http=", operator_token_file: operator.token, requests_per_minute: 0")
    with open(scene.config_path, encoding="utf-8") as f:
        text = f.read()
    scene.write("daemon.yaml", text.replace("plants:", "standards: [ %s ]\nplants:" % QCVN))
    scene.migrate()
    scene.start().wait_ready()
    _, made = tokens(scene)
    office = Office(scene)
    told = tell_a_month(scene, office)
    count, figures = incidents_of_the_portal(scene, made["agency"])
    say("%d incidents told: %d in the portal, %d figures, the same in the tables" % (told, count, figures))
    today = datetime.datetime.now(VN).date()
    first = today - datetime.timedelta(days=31)
    status, text, _ = get(scene, "/api/v1/reports/preview?kind=incidents&from=%s&to=%s" % (first, today), TOKEN)
    check(status == 200, "%d %s" % (status, text[:300]))
    say("report of the same: %d figures agree" % incidents_agree(scene, json.loads(text), first, today, places=lambda s, z: ("s", None)))
    say("water of today: %s" % water_of_the_portal(scene, made["agency"]))
    peer.close()


if __name__ == "__main__":
    run(main)
