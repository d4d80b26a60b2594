"""Configurations change under polling: points come, go, are renamed and rescaled, again and again.  A wire that
does not change keeps its connection and its cycles; no value is ever shown or stored for a point, or under a
meaning, that it was not read for."""
import os
import signal
import socket
import subprocess
import threading

from harness import check, run, say, wait_until
from modbus_peer import Peer, reply

STEADY_EVERY_MS = 200
PLACES = 24


class Device:
    """Register a holds 1000 + a."""

    def __init__(self, port):
        self.requests = 0
        self.peer = Peer(port, self.answer)

    def answer(self, link, request):
        self.requests += 1
        link.send(reply(request, [1000 + request.address + i for i in range(request.quantity)]))


def ask_control(scene, line):
    """(said ok, the whole text).  Through the open folder: a socket's name may not be long."""
    folder = os.open(scene.path("journal"), os.O_PATH | os.O_DIRECTORY)
    try:
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(60)
            s.connect("/proc/self/fd/%d/control" % folder)
            s.sendall((line + "\n").encode())
            text = b""
            while True:
                got = s.recv(65536)
                if not got:
                    break
                text += got
    finally:
        os.close(folder)
    return text.startswith(b"ok"), text.decode()


class Plant:
    """Place n of the moving wire is a point with a name and a scale, or none."""

    def __init__(self, scene, steady, moving):
        self.scene, self.steady, self.moving = scene, steady, moving
        self.places = {n: ["m.%d" % n, "m.%d" % n, "bar"] for n in range(PLACES)}
        self.units = {}  # first id -> unit
        self.renamings = 0

    def change(self):
        """One to four things at a time."""
        random = self.scene.random
        for _ in range(random.randint(1, 4)):
            n = random.randrange(PLACES)
            here = self.places.get(n)
            what = random.choice(["remove", "rename", "rescale"]) if here else "add"
            if what == "add":
                self.places[n] = ["m.%d" % n, "m.%d" % n, "bar"]
            elif what == "remove":
                del self.places[n]
            elif what == "rename":
                self.renamings += 1
                here[0] = "m.%d.r%d" % (n, self.renamings)
            else:
                here[2] = "kPa" if here[2] == "bar" else "bar"

    def wires(self):
        text = ("  - id: steady\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
                "      - { id: s, site: site, unit: 1, every: %dms, points: [ { id: steady.0, name: Một, unit: bar, "
                "holding: 0, type: u16 } ] }\n" % (self.steady, STEADY_EVERY_MS))
        points = ""
        for n in self.scene.random.sample(sorted(self.places), len(self.places)):  # their order changes, too
            name, first, unit = self.places[n]
            points += ("          - { id: %s, %sname: Điểm, unit: %s, holding: %d, type: u16, scale: %s }\n" %
                       (name, "was: %s, " % first if name != first else "", unit, n, 1 if unit == "bar" else 100))
        if points:
            text += ("  - id: moving\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
                     "      - id: m\n        site: site\n        unit: 1\n        every: 100ms\n        points:\n%s" %
                     (self.moving, points))
        return text

    def write(self):
        self.scene.configure(self.wires())



def values(daemon):
    status, body = daemon.get("/api/v1/points?limit=1000")
    if status == 503:
        return {}  # before the first picture
    check(status == 200, "points: %s" % (body,))
    return {p["id"]: p for p in body["points"]}


def every_value_is_right(daemon, plant):
    """Any point that has a value has the right one.  True: all have; None: another configuration is shown."""
    shown = values(daemon)
    wanted = {name: unit for name, _, unit in plant.places.values()} | {"steady.0": "bar"}
    for name, point in shown.items():
        place = int(name.split(".")[1])
        want = (1000 + place) * (1 if point["unit"] == "bar" else 100)
        check(point["quality"] != "good" or point["value"] == want, "%s shows %s %s, holds %s" %
              (name, point["value"], point["unit"], want))
    if {name: point["unit"] for name, point in shown.items()} != wanted:
        return None  # the new picture is shown when its record is durable
    return all(p["quality"] == "good" for p in shown.values())


def wire(daemon, name):
    _, body = daemon.get("/api/v1/wires")
    return next(w for w in body["wires"] if w["id"] == name)


def stored_under_its_meaning(scene):
    """Every good row agrees with the version of its point that was in force."""
    wrong = scene.sql(
        "SELECT p.id, r.at, r.value, v.unit FROM capnuoc.reading r JOIN capnuoc.point p USING (point_key)"
        "  JOIN LATERAL (SELECT unit FROM capnuoc.point_version v WHERE v.point_key = r.point_key"
        "                 AND v.from_at <= r.at ORDER BY v.from_at DESC LIMIT 1) v ON true"
        " WHERE r.quality = 2 AND p.id <> 'steady.0'"
        "   AND r.value <> (1000 + substring(p.id FROM 'm[.]([0-9]+)')::int) * CASE v.unit WHEN 'bar' THEN 1 ELSE 100 END",
        "reader")
    check(not wrong, "stored under another meaning: %s" % wrong[:5])


def ctl(scene, *words):
    done = subprocess.run([os.path.join(os.path.dirname(scene.program), "capnuocctl"), *words],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return done.returncode, done.stdout, done.stderr


def refusals(scene, daemon, plant):
    with open(scene.path("plant.yaml"), "a", encoding="utf-8") as f:
        f.write("  - { id: broken, tcp: nowhere, devices: [] }\n")
    said, text = ask_control(scene, "reload An")
    check(not said and "plant.yaml:" in text and "nowhere" in text, "a mistake was not refused: " + text)
    said, text = ask_control(scene, "reload")
    check(not said, "a reload without a name: " + text)
    code, out, err = ctl(scene, "reload", "--config", scene.config_path, "--by", "An")
    check(code == 1 and out == "" and "nowhere" in err, "capnuocctl on a mistake: %s %s" % (code, err))
    code, out, err = ctl(scene, "reload", "--config", scene.config_path)
    check(code == 2 and "--by NAME is missing" in err, "capnuocctl without a name: %s %s" % (code, err))
    code, out, err = ctl(scene, "diff", "--config", scene.path("none.yaml"))
    check(code == 1 and "none.yaml" in err, "capnuocctl without a file: %s %s" % (code, err))
    code, out, err = ctl(scene, "forget", "--config", scene.config_path, "steady")
    check(code == 0 and err == "forgotten\n", "to forget: %s %s" % (code, err))
    code, out, err = ctl(scene, "forget", "--config", scene.config_path, "steady", "nobody")
    check(code == 1 and 'has no device "nobody"' in err, "a device that is not there: %s %s" % (code, err))
    code, out, err = ctl(scene, "forget", "--config", scene.config_path, "nowhere")
    check(code == 1 and 'no wire "nowhere"' in err, "a wire that is not there: %s %s" % (code, err))
    code, out, err = ctl(scene, "forget", "--config", scene.config_path)
    check(code == 2 and "WIRE [DEVICE]" in err, "to forget nothing: %s %s" % (code, err))
    said, text = ask_control(scene, "delete everything")
    check(not said, "nonsense: " + text)
    plant.write()
    with open(scene.config_path, "a", encoding="utf-8") as f:
        f.write("# a remark changes nothing\n")
    code, out, err = ctl(scene, "diff", "--config", scene.config_path)
    check(code == 0 and "nothing changes" in out, "a remark: %s %s" % (out, err))
    with open(scene.config_path, encoding="utf-8") as f:
        daemon_file = f.read()
    scene.write("daemon.yaml", daemon_file.replace("level: info", "level: debug"))
    said, text = ask_control(scene, "reload An")
    check(not said and "restart" in text, "a setting that needs a restart: " + text)
    plant.write()


def by_signal(scene, daemon, plant, versions):
    plant.change()
    plant.places[0] = ["m.0", "m.0", "bar"]
    plant.write()
    said, text = ask_control(scene, "diff")
    check(said, text)
    if "nothing changes" in text:
        del plant.places[0]
        plant.write()
    os.kill(daemon.pid, signal.SIGHUP)
    newest = lambda: daemon.get("/api/v1/config-versions?limit=1")[1]["versions"][0]
    wait_until(lambda: newest()["id"] == str(versions + 1), 20, "a signal reloads")
    check(newest()["author"] == "system", "a signal counts as system")


def meanings_wait(scene):
    """What points mean cannot be written for a while: configurations come faster than the database takes them."""
    holder = threading.Thread(target=scene.sql, args=(
        "BEGIN; LOCK TABLE capnuoc.point_version; SELECT pg_sleep(5); COMMIT",))
    holder.start()
    return holder


def main(scene):
    scene.use_database()
    steady, moving = Device(scene.port + 1), Device(scene.port + 2)
    plant = Plant(scene, steady.peer.port, moving.peer.port)
    plant.write()
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: every_value_is_right(daemon, plant), 20, "all points have their values")
    before = wire(daemon, "steady")
    applied = 0
    for n in range(scene.options.reloads):
        if n == scene.options.reloads // 3:
            holder = meanings_wait(scene)
        plant.change()
        plant.write()
        said, text = ask_control(scene, "reload Nguyễn An")
        check(said, "reload %d: %s" % (n, text))
        applied += "applied" in text
        now = wire(daemon, "steady")
        check(now["transactions"] >= before["transactions"], "the steady wire began anew")
        if n % 10 == 9:
            wait_until(lambda: every_value_is_right(daemon, plant), 20, "all points have their values again")
        else:
            wait_until(lambda: every_value_is_right(daemon, plant) is not None, 20, "the new points are shown")
    holder.join()
    now = wire(daemon, "steady")
    check(now["reconnects"] == 0 and steady.peer.accepted == 1, "the steady wire was connected %d times" %
          steady.peer.accepted)
    check(now["overruns"] == before["overruns"], "the steady wire lost %d cycles" % (now["overruns"] - before["overruns"]))
    check(now["timeouts"] == 0, "the steady wire timed out")
    refusals(scene, daemon, plant)
    by_signal(scene, daemon, plant, applied + 1)
    wait_until(lambda: every_value_is_right(daemon, plant), 20, "all points have their values at the end")
    check(daemon.metric("capnuoc_readings_lost_inbox_total") == 0, "readings were lost")
    say("%d reloads, %d applied; steady wire: %d requests on one connection, no overrun; counted out: %d" %
        (scene.options.reloads, applied, now["transactions"], daemon.metric("capnuoc_readings_retired_total")))
    daemon.stop()
    scene.compare_with_journal()
    stored_under_its_meaning(scene)
    rows = scene.sql("SELECT version, author, difference FROM capnuoc.config_version ORDER BY version", "reader")
    check(len(rows) == applied + 2, "versions in the database: %d of %d" % (len(rows), applied + 2))
    check([r[1] for r in rows] == ["start"] + ["Nguyễn An"] * applied + ["system"], "authors")
    again = scene.start().wait_ready()
    check(again.get("/api/v1/config-versions?limit=1")[1]["versions"][0]["id"] == str(applied + 2),
          "a start with the same configuration is no new version")
    again.stop()


run(main, lambda p: p.add_argument("--reloads", type=int, default=60), ports=3)
