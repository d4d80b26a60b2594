"""The portal under load: 50 requests a second for --seconds, each of the five bodies in turn, while 300 points are polled
every second.  Every answer must be whole and no point may lose a reading; how long answers took, and how old the present was
with and without them, is printed."""
import datetime
import json
import threading
import time

from contract import tokens
from harness import check, pass_time, run, say, wait_until
from modbus_peer import Peer, reply
from portal import KINDS, QCVN, get

POINTS, WIRES, RATE = 300, 3, 50


def wires(first):
    text = ""
    for w in range(WIRES):
        points = ",\n".join("          { id: w%d.p%03d, name: Clo dư, unit: mg/L, holding: %d, type: u16, scale: 0.01, at: tap,"
                            " parameter: free_chlorine }" % (w, i, 100 + i) for i in range(POINTS // WIRES))
        text += ("  - id: w%d\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
                 "      - { id: meter%d, site: site, unit: 1, every: 1s, points: [\n%s ] }\n" % (w, first + w, w, points))
    return text


class Clock:
    """How old the oldest reading of the present is, looked at ten times a second until stopped."""

    def __init__(self, scene, token):
        self.scene, self.token, self.ages, self.bad = scene, token, [], 0
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.look)
        self.thread.start()

    def look(self):
        while not self.stopping.wait(0.1):
            _, _, body = get(self.scene, "/api/v1/points?limit=1000", self.token)
            now = time.time()
            points = json.loads(body)["points"]
            self.bad += sum(p["quality"] != "good" for p in points)
            self.ages.append(now - min(stamp(p["at"]) for p in points))

    def stop(self):
        self.stopping.set()
        self.thread.join()
        return sorted(self.ages)


def stamp(text):
    return datetime.datetime.fromisoformat(text).timestamp()


def share(values, p):
    return values[min(len(values) - 1, int(len(values) * p))]


def load(scene, token, seconds):
    took, wrong, lock = [], [], threading.Lock()
    begin = time.monotonic()

    def ask(n):
        due = begin + n / RATE
        pass_time(max(0.0, due - time.monotonic()))
        status, head, body = get(scene, "/api/v1/portal/" + KINDS[n % len(KINDS)], token)
        with lock:
            took.append(time.monotonic() - due)
            if status != 200 or not body.endswith(b"}") or "Capnuoc-Seal" not in head:
                wrong.append(status)

    def worker(first, step):
        for n in range(first, RATE * seconds, step):
            ask(n)

    workers = [threading.Thread(target=worker, args=(i, 10)) for i in range(10)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    check(not wrong, "%d answers were not whole: %s" % (len(wrong), wrong[:5]))
    return sorted(took), time.monotonic() - begin


def told(what, ages):
    say("%s: the oldest of %d points was %.2f s old at the median, %.2f s at p99, %.2f s at most" %
        (what, POINTS, share(ages, 0.5), share(ages, 0.99), ages[-1]))


def main(scene):
    scene.use_database()
    peers = [Peer(scene.port + 1 + w, lambda link, request: link.send(reply(request, [50] * request.quantity)))
             for w in range(WIRES)]
    scene.configure(wires(scene.port + 1), http=", requests_per_minute: 0")
    with open(scene.config_path, encoding="utf-8") as f:
        text = f.read()
    scene.write("daemon.yaml", text.replace("plants:", "standards: [ %s ]\nplants:" % QCVN))
    scene.migrate()
    daemon = scene.start().wait_ready()
    _, made = tokens(scene)
    wait_until(lambda: all(p["quality"] == "good" for p in daemon.get("/api/v1/points?limit=1000")[1]["points"]), 60,
               "%d good points" % POINTS)
    clock = Clock(scene, scene.token)
    pass_time(scene.options.seconds)
    alone = clock.stop()
    told("nobody pulls", alone)
    clock = Clock(scene, scene.token)
    took, lasted = load(scene, made["agency"], scene.options.seconds)
    loaded = clock.stop()
    told("%d requests a second" % RATE, loaded)
    say("with them the oldest is %.2f times as old at the median, %.2f times at p99" %
        tuple(share(loaded, p) / share(alone, p) for p in (0.5, 0.99)))
    check(clock.bad == 0, "%d times a point was not good" % clock.bad)
    say("%d requests in %.1f s (%.1f a second): %.1f ms at the median, %.1f ms at p99, %.1f ms at most, from when it was due" %
        (len(took), lasted, len(took) / lasted, 1e3 * share(took, 0.5), 1e3 * share(took, 0.99), 1e3 * took[-1]))
    daemon.stop()
    for peer in peers:
        peer.close()


def options(parser):
    parser.add_argument("--seconds", type=int, default=20)


if __name__ == "__main__":
    run(main, options, ports=1 + WIRES)
