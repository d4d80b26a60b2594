"""More than 1,024 descriptors: glibc ends a process that waits with select() on one above; a wire must not.

1. 1,100 already open at the start: no low one is left for a wire, which is said in words, and nothing is started.
2. 1,100 taken after the start: wires go on, also through a new connection.
"""
import os
import resource
import socket
import subprocess
import sys

from harness import Failed, check, run, say, wait_until
from modbus_peer import Counters

MANY = 1100
TAKE_ALL = ("import os, sys\n"
            "for _ in range(%d): os.set_inheritable(os.open('/dev/null', os.O_RDONLY), True)\n"
            "os.execv(sys.argv[1], sys.argv[1:])" % MANY)


def refuses(scene):
    daemon = scene.start(prefix=(sys.executable, "-c", TAKE_ALL))
    try:
        code = daemon.process.wait(60)
    except subprocess.TimeoutExpired:
        raise Failed("with no low descriptor the daemon went on: " + daemon.words())
    words = daemon.words()
    check(code == 1, "with no low descriptor the daemon ended with %d: %s" % (code, words))
    check("descriptors below 1024" in words, "it did not say so: " + words)
    say("at start: " + words.strip().splitlines()[-1])


def goes_on(scene, counters):
    daemon = scene.start().wait_ready()
    wait_until(lambda: counters.count() > 3, 20, "first reads")
    visitors = []
    for _ in range(MANY):
        s = socket.create_connection(("127.0.0.1", scene.http_port), timeout=10)
        s.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        visitors.append(s)
    open_now = lambda: len(os.listdir("/proc/%d/fd" % daemon.pid))
    wait_until(lambda: open_now() > MANY, 20, lambda: "%d descriptors in the daemon" % open_now())
    before, links = counters.count(), counters.peer.accepted
    counters.peer.hang_up()
    wait_until(lambda: counters.peer.accepted > links and counters.count() > before + 20, 30,
               "reads on a new connection while %d descriptors are open" % open_now())
    say("%d descriptors open; the wire reconnected and read on" % open_now())
    check(open_now() > MANY, "the daemon let go of the visitors too early for this test")
    check(daemon.running(), "the daemon ended: " + daemon.words()[-2000:])
    for s in visitors:
        s.close()
    daemon.stop()


def main(scene):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    check(hard >= 4096, "the hard limit of open files is only %d" % hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    scene.use_database()
    counters = Counters(scene.port + 1)
    scene.configure(Counters.plant(scene.port + 1, 1), http=", connections: 3000")
    scene.migrate()
    refuses(scene)
    goes_on(scene, counters)
    good = [v for _, v, quality, _ in scene.stored()["w.d1.c0"] if quality == 2]
    check(good == sorted(set(good)) and len(good) > 20, "values stored: %s" % good[:10])
    scene.compare_with_journal()


run(main)
