"""Two nodes with different wires in one database: each serves the other's points live, says whose they are, and shows
them as old when the other is gone; a clock that is an hour off is seen.
"""
import copy
import http.client
import json
import os
import subprocess
import threading
import time

from harness import Scene, check, run, say, wait_until
from modbus_peer import Counters

SILENT_AFTER = 3  # seconds
# a look each second, one answer of the database, one look that came just before
BOUND = SILENT_AFTER + SILENT_AFTER / 2 + 2
EVENT_NODE_SILENT, EVENT_NODE_CLOCK = 10, 12


class Node:
    def __init__(self, scene, wire, units, slots):
        self.scene, self.wire, self.units, self.slots = scene, wire, units, slots
        self.id = "field-" + scene.name
        self.counters = Counters(scene.port + 1)
        self.daemon = None
        self.write()

    def write(self):
        s = self.scene
        s.configure(Counters.plant(s.port + 1, self.units, self.slots, wire=self.wire))
        for name, changes in (("plant.yaml", (("id: site,", "id: %s-site," % self.wire), ("id: s,", "id: %s-s," % self.wire),
                                              ("id: t,", "id: %s-t," % self.wire),
                                              ("site: site\n", "site: %s-site\n" % self.wire))),
                              ("daemon.yaml", (("http:", "others: { silent_after: %ds }\nhttp:" % SILENT_AFTER),))):
            with open(s.path(name), encoding="utf-8") as f:
                text = f.read()
            for old, new in changes:
                check(old in text, "%s has no %s" % (name, old))
                text = text.replace(old, new)
            s.write(name, text)

    def points(self):
        return {"%s.d%d.c%d" % (self.wire, unit, slot) for unit in range(1, self.units + 1) for slot in range(self.slots)}

    def start(self):
        self.daemon = self.scene.start().wait_ready()

    def get(self, path):
        return self.daemon.get(path)

    def shown(self, query=""):
        status, body = self.get("/api/v1/points?limit=1000" + query)
        return {p["id"]: p for p in body["points"]} if status == 200 else {}


def shows_both(node, both):
    shown = node.shown()
    return set(shown) == set().union(*(n.points() for n in both)) and all(
        p["quality"] == "good" and p["node"] == n.id for n in both for p in (shown[i] for i in n.points()))


def why_not(node, both):
    shown = node.shown()
    return "%s shows %d points, %d good, nodes %s; %s" % (
        node.id, len(shown), sum(p["quality"] == "good" for p in shown.values()),
        sorted({str(p["node"]) for p in shown.values()}), node.daemon.part("nodes"))


def both_serve_all(both):
    for node in both:
        wait_until(lambda n=node: shows_both(n, both), 40, lambda n=node: why_not(n, both))


def values_are_live(a, b):
    """What a shows of b moves, and is what b's device said."""
    name = "%s.d1.c0" % b.wire
    first = a.shown()[name]["value"]
    seen = []
    for _ in range(3):
        last = seen[-1] if seen else first
        begin = time.monotonic()
        wait_until(lambda v=last: a.shown()[name]["value"] > v, 10, "the other's point moves")
        seen.append(a.shown()[name]["value"])
        say("the other's value moved after %.2f s" % (time.monotonic() - begin))
    said = {v for v, _, _ in b.counters.values(1, 0)}
    check(set(seen) <= said, "shown and never said: %s" % (set(seen) - said))


def one_point(a, b):
    name = "%s.d1.c0" % b.wire
    status, body = a.get("/api/v1/points/" + name)
    check(status == 200 and body["node"] == b.id and body["unit"] == "lần", "one point: %s" % body)
    check(a.get("/api/v1/points/nothing")[0] == 404, "a point that nobody has")
    theirs = a.shown("&site=%s-site" % b.wire)
    check(set(theirs) == b.points(), "by site: %d of %d" % (len(theirs), len(b.points())))
    paged, path = [], "/api/v1/points?limit=97"
    while path:
        body = a.get(path)[1]
        paged += [p["id"] for p in body["points"]]
        path = body["next"] and "/api/v1/points?limit=97&next=" + body["next"]
    check(len(paged) == len(set(paged)) and set(paged) == a.points() | b.points(), "pages: %d" % len(paged))


def stream(a, b):
    """A change of the other's point arrives, with whose it is."""
    link = http.client.HTTPConnection("127.0.0.1", a.scene.http_port, timeout=10)
    link.request("GET", "/api/v1/stream", headers={"Authorization": "Bearer " + a.scene.token})
    answer = link.getresponse()
    check(answer.status == 200, "stream: %d" % answer.status)
    kind, full = None, set()
    end = time.monotonic() + 20
    while time.monotonic() < end:
        line = answer.readline().decode().rstrip("\n")
        if line.startswith("event: "):
            kind = line[7:]
        elif line.startswith("data: "):
            points = json.loads(line[6:])["points"]
            if kind == "full":
                full = {p["id"] for p in points}
            elif any(p.get("node") == b.id for p in points):
                check(full == a.points() | b.points(), "the stream began with %d points" % len(full))
                check(all(("node" in p) == (p["id"] in b.points()) for p in points), "whose the points are")
                link.close()
                return
    check(False, "no change of the other's points in the stream")


def stale(a, b):
    shown = a.shown()
    return all((shown[i]["quality"], shown[i]["reason"]) == ("uncertain", "stale") for i in b.points()) and all(
        shown[i]["quality"] == "good" for i in a.points())


def events(scene, kind, node):
    return scene.sql("SELECT subject, number, text FROM capnuoc.event WHERE kind = %d AND node = '%s' ORDER BY seq" %
                     (kind, node))


def killed_and_back(a, b):
    name = "%s.d2.c0" % b.wire
    wait_until(lambda: int(a.scene.sql("SELECT count(*) FROM capnuoc.reading r JOIN capnuoc.point p USING (point_key)"
                                       " WHERE p.id = '%s'" % name)[0][0]) > 10, 30, "its readings are delivered")
    b.daemon.kill()
    begin = time.monotonic()
    wait_until(lambda: stale(a, b), BOUND, lambda: "the points of a dead node are old: %s" % a.shown()[name])
    say("%.1f s after the kill the points of the other are old" % (time.monotonic() - begin))
    check(a.shown()[name]["value"] is not None, "an old value is still a value")
    state, text = a.daemon.part("nodes")
    check(state == "degraded" and b.id in text, "readyz: %s %s" % (state, text))
    check(a.get("/readyz")[0] == 200, "a dead neighbour is no reason not to serve")
    status, body = a.get("/api/v1/points/%s/series" % name)
    check(status == 200 and len(body.get("samples", body.get("buckets", []))) > 0, "series: %d %s" % (status, str(body)[:300]))
    wait_until(lambda: [e for e in events(a.scene, EVENT_NODE_SILENT, a.id) if e[0] == b.id], 10, "an event says so")
    b.start()
    both_serve_all((a, b))
    check(a.daemon.part("nodes")[0] == "ok", "readyz: %s" % (a.daemon.part("nodes"),))


def another_configuration(a, b):
    b.slots += 1
    b.write()
    done = subprocess.run([os.path.join(os.path.dirname(b.scene.program), "capnuocctl"), "reload", "--config",
                           b.scene.config_path, "--by", "An"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check(done.returncode == 0, done.stdout)
    both_serve_all((a, b))


def wrong_clock(a, both):
    """A third node, played here: its clock is an hour ahead."""
    stop = threading.Event()

    def beat():
        while not stop.wait(0.5):
            a.scene.sql("INSERT INTO capnuoc.node AS k (id, epoch, version, speaks, beat, told_at) VALUES ('far', 1, 'x', 9,"
                        " 1, clock_timestamp() + interval '1 hour') ON CONFLICT (id) DO UPDATE SET beat = k.beat + 1,"
                        " told_at = clock_timestamp() + interval '1 hour'")
    thread = threading.Thread(target=beat)
    thread.start()
    try:
        wait_until(lambda: "clock of far" in a.daemon.part("nodes")[1], 20, lambda: str(a.daemon.part("nodes")))
        state, text = a.daemon.part("nodes")
        check(state == "degraded" and ("3600 s ahead" in text or "3599 s ahead" in text), text)
        found = wait_until(lambda: events(a.scene, EVENT_NODE_CLOCK, a.id), 10, "an event says so")
        check(found[0][0] == "far" and 3590e3 < float(found[0][1]) < 3610e3, str(found))
        both_serve_all(both)
    finally:
        stop.set()
        thread.join()


def main(scene):
    scene.use_database()
    options = copy.copy(scene.options)
    options.name, options.port = scene.name + "-b", scene.port + 1000
    second = Scene(options)
    failed = [True]
    scene.at_end.append(lambda: second.clean(failed[0]))
    second.cluster, second.database = scene.cluster, scene.database
    a, b = Node(scene, "east", 10, 30), Node(second, "west", 3, 5)
    scene.migrate()
    a.start()
    wait_until(lambda: shows_both(a, (a,)), 30, lambda: why_not(a, (a,)))
    check(a.daemon.part("nodes") == ("ok", "no others"), "alone: %s" % (a.daemon.part("nodes"),))
    check(scene.sql("SELECT count(*) FROM capnuoc.node_present")[0][0] == "0", "pages that nobody reads are written")
    b.start()
    both_serve_all((a, b))
    values_are_live(a, b)
    one_point(a, b)
    stream(a, b)
    killed_and_back(a, b)
    another_configuration(a, b)
    wrong_clock(a, (a, b))
    for node in (a, b):
        node.daemon.stop()
    failed[0] = False
    sizes = scene.sql("SELECT node, count(*), max(length(body)) FROM capnuoc.node_present GROUP BY node ORDER BY node")
    say("pages: %s" % sizes)


run(main, ports=3)
