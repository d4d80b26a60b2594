"""The face under strain: the present beside nginx serving the same bytes, a thousand idle streams, a thousand slow clients,
a reload and the end with all of them open.  Prints its figures; only what must never happen fails."""
import http.client
import itertools
import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import threading
import time

from harness import Skipped, check, pass_time, run, say, wait_until
from modbus_peer import Peer, reply

POINTS, STREAMS = 300, 1000
TICKS = os.sysconf("SC_CLK_TCK")


def need(program):
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/bin")
    if not found:
        raise Skipped("no %s here" % program)
    return found


def wires(port):
    points = ",\n".join("          { id: p%03d, name: Điểm đo %d, unit: bar, holding: %d, type: u16 }" % (i, i, i)
                        for i in range(POINTS))
    return ("  - id: w\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
            "      - { id: meter, site: site, unit: 1, every: 1s, points: [\n%s ] }\n" % (port, points))


def spent(pid):
    """Seconds of processor time of a process."""
    with open("/proc/%d/stat" % pid, encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


# ---- the present, beside nginx

def wrk(program, url, headers=()):
    done = subprocess.run([program, "-t2", "-c32", "-d6s", *[x for h in headers for x in ("-H", h)], url],
                          stdout=subprocess.PIPE, text=True, check=True)
    check("Non-2xx" not in done.stdout, done.stdout)
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", done.stdout).group(1))


def nginx(scene, body):
    root = scene.path("nginx")
    os.makedirs(os.path.join(root, "www"))
    with open(os.path.join(root, "www", "points.json"), "wb") as f:
        f.write(body)
    conf = scene.write("nginx/nginx.conf", (
        "daemon off; worker_processes 1; pid %(r)s/pid; error_log %(r)s/error.log;\n"
        "events { worker_connections 1024; }\n"
        "http { access_log off; default_type application/json; sendfile on; tcp_nopush on; keepalive_requests 1000000;\n"
        "  client_body_temp_path %(r)s/b; proxy_temp_path %(r)s/p; fastcgi_temp_path %(r)s/f; uwsgi_temp_path %(r)s/u;\n"
        "  scgi_temp_path %(r)s/s; server { listen 127.0.0.1:%(p)d; root %(r)s/www; } }\n") % {"r": root, "p": scene.port + 2})
    process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", need("nginx"), "-c", conf, "-p", root],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    scene.at_end.append(process.kill)
    wait_until(lambda: socket.socket().connect_ex(("127.0.0.1", scene.port + 2)) == 0, 10, "nginx answers")
    return process


def beside_nginx(scene, daemon, program):
    link = http.client.HTTPConnection("127.0.0.1", scene.http_port, timeout=10)
    link.request("GET", "/api/v1/points?limit=300", headers={"Authorization": "Bearer " + scene.token})
    body = link.getresponse().read()
    server = nginx(scene, body)
    ratios = []
    for _ in range(3):
        ours = wrk(program, "http://127.0.0.1:%d/api/v1/points?limit=300" % scene.http_port,
                   ["Authorization: Bearer " + scene.token])
        theirs = wrk(program, "http://127.0.0.1:%d/points.json" % (scene.port + 2))
        ratios.append(ours / theirs)
    server.terminate()
    say("present of %d points, %d bytes: requests/s ÷ nginx with the same bytes: %s (median %.2f)" %
        (POINTS, len(body), " ".join("%.2f" % r for r in ratios), sorted(ratios)[1]))


# ---- streams

class Streams:
    def __init__(self, scene, count):
        self.sockets = []
        for _ in range(count):
            s = socket.create_connection(("127.0.0.1", scene.http_port), 10)
            s.sendall(("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n" %
                       scene.token).encode())
            self.sockets.append(s)
        self.ended = threading.Event()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        """Takes what comes, as browsers do."""
        waiting = selectors.DefaultSelector()
        for s in self.sockets:
            s.setblocking(False)
            waiting.register(s, selectors.EVENT_READ)
        while waiting.get_map():
            for key, _ in waiting.select(1):
                try:
                    if key.fileobj.recv(1 << 16) == b"":
                        waiting.unregister(key.fileobj)
                except BlockingIOError:
                    pass
                except OSError:
                    waiting.unregister(key.fileobj)
        self.ended.set()


def cost_of_streams(daemon, what, seconds=20):
    before, at = spent(daemon.pid), time.monotonic()
    pass_time(seconds)
    percent = 100 * (spent(daemon.pid) - before) / (time.monotonic() - at)
    say("%s: %.1f %% of a core" % (what, percent))
    return percent


# ---- slow clients

def slowest_answer(daemon, until):
    worst, n = 0.0, 0
    while not until():
        at = time.monotonic()
        status, _ = daemon.get("/api/v1/session", timeout=20)
        worst, n = max(worst, time.monotonic() - at), n + 1
        check(status == 200, "an honest client got %s" % status)
        pass_time(0.05)
    return worst, n


def slow_clients(scene, daemon, program, how, what):
    attack = subprocess.Popen([program, "-c", "1000", *how, "-i", "2", "-r", "300", "-l", "25", "-x", "20", "-p", "3",
                               "-u", "http://127.0.0.1:%d/api/v1/session" % scene.http_port],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    worst, n = slowest_answer(daemon, lambda: attack.poll() is not None)
    say("1,000 slow %s: %d honest requests answered, the slowest after %d ms" % (what, n, worst * 1000))
    check(worst < 1, "an honest client waited %.1f s" % worst)


def main(scene):
    tools = {name: need(name) for name in ("wrk", "nginx", "slowhttptest")}
    scene.use_database()
    turn = itertools.count()
    silent = threading.Event()

    def answer(link, request):
        if not silent.is_set():
            link.send(reply(request, [(next(turn) + i) % 60000 for i in range(request.quantity)]))
    peer = Peer(scene.port + 1, answer)
    scene.configure(wires(scene.port + 1), http=", connections: 2000, connections_each: 0, requests_per_minute: 0")
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: daemon.get("/api/v1/points/p299")[0] == 200, 30, "points are read")
    beside_nginx(scene, daemon, tools["wrk"])
    alone = cost_of_streams(daemon, "no stream, %d points read every second" % POINTS)
    streams = Streams(scene, STREAMS)
    wait_until(lambda: (daemon.metric("capnuoc_stream_readers") or 0) >= STREAMS, 60, "all streams are open")
    cost_of_streams(daemon, "%d streams, %d points read every second" % (STREAMS, POINTS))
    silent.set()  # nothing is read any more, so nothing changes
    wait_until(lambda: daemon.get("/api/v1/points/p299")[1].get("quality") == "bad", 60, "points have no value")
    idle = cost_of_streams(daemon, "%d idle streams" % STREAMS, 30)
    say("%d idle streams cost %.1f %% of a core" % (STREAMS, idle - alone))
    slow_clients(scene, daemon, tools["slowhttptest"], ["-H"], "headers")
    slow_clients(scene, daemon, tools["slowhttptest"], ["-B", "-s", "4000", "-t", "POST"], "bodies")
    os.kill(daemon.pid, signal.SIGHUP)
    wait_until(lambda: daemon.get("/healthz")[0] == 200, 10, "answers after a reload")
    check((daemon.metric("capnuoc_stream_readers") or 0) >= STREAMS * 0.99, "a reload ended streams")
    at = time.monotonic()
    daemon.stop()
    check(streams.ended.wait(10), "a stream was not ended")
    say("stopped with %d streams open in %.1f s, exit code 0" % (STREAMS, time.monotonic() - at))
    peer.close()


if __name__ == "__main__":
    run(main, ports=3)
