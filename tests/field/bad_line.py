"""Half of the wires over a bad line, 800 ms and one packet in ten lost each way: the other half notices nothing, and the bad
half never gives a wrong value.

The line is a pair of virtual Ethernet cards in each of two network namespaces with this program between them, so that the
kernel's own TCP meets real delay and real loss.  (tc netem does the same, but is not in every kernel.)  Needs user
namespaces; no rights.
"""
import array
import asyncio
import fcntl
import heapq
import multiprocessing
import os
import random
import select
import socket
import struct
import subprocess
import sys
import time

from harness import SKIPPED, check, pass_time, run, say, wait_until

WIRES = 20  # of each half
PORT = 5020
FAR = 1000  # a second block of the same length, far away
GOOD_HOST, BAD_HOST = "127.2.0.%d", "10.99.1.%d"
ANSWER_WITHIN_S = 4
INSIDE = "CAPNUOC_BAD_LINE_INSIDE"
NAMESPACE = ["unshare", "--user", "--net", "--map-current-user", "--keep-caps"]


# ---------------------------------------------------------------- namespaces

def move_inside():
    """Runs this program again in a network of its own."""
    if os.geteuid() == 0 or INSIDE in os.environ:  # root is told by the harness
        return
    try:
        able = subprocess.run(NAMESPACE + ["true"], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        able = False
    if not able:
        print("skipped: no user namespaces")
        sys.exit(SKIPPED)
    os.environ[INSIDE] = "1"
    os.execvp(NAMESPACE[0], NAMESPACE + [sys.executable, "-B"] + sys.argv)


def ip(*words):
    subprocess.run(("ip",) + words, check=True)


def whole_checksums(card):
    """Makes the kernel finish what it sends: nobody else does it on this way."""
    value = array.array("I", [0x17, 0])  # ETHTOOL_STXCSUM: off
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, 0x8946, struct.pack("16sP", card.encode(), value.buffer_info()[0]))  # SIOCETHTOOL


def lay_end(addresses):
    """A card `line` with these addresses of one net; gives what comes out of it at the back."""
    ip("link", "add", "line", "type", "veth", "peer", "name", "back")
    for card in ("line", "back"):
        with open("/proc/sys/net/ipv6/conf/%s/disable_ipv6" % card, "w", encoding="ascii") as f:
            f.write("1")
    whole_checksums("line")
    for address in addresses:
        ip("addr", "add", address + "/16", "dev", "line")
    ip("link", "set", "back", "up")
    ip("link", "set", "line", "up")
    back = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))  # ETH_P_ALL
    back.bind(("back", 3))
    back.setblocking(False)
    return back


# ---------------------------------------------------------------- devices

async def device(reader, writer):
    """Holding register a holds the seconds since the epoch and a, modulo 65536: a number says when it was asked."""
    try:
        while True:
            transaction, _, _, unit, function, address, count = struct.unpack(">HHHBBHH", await reader.readexactly(12))
            now = int(time.time())
            data = b"".join(struct.pack(">H", (now + address + i) & 0xFFFF) for i in range(count))
            writer.write(struct.pack(">HHHBBB", transaction, 0, 3 + len(data), unit, function, len(data)) + data)
            await writer.drain()
    except (asyncio.IncompleteReadError, OSError):
        pass
    finally:
        writer.close()


async def serve(ready):
    server = await asyncio.start_server(device, "0.0.0.0", PORT, backlog=100)
    ready()
    async with server:
        await server.serve_forever()


def far_end(fd):
    """In a namespace of its own: gives its end of the line away, and serves."""
    with socket.socket(fileno=fd) as s:
        end = lay_end([BAD_HOST % (i + 1) for i in range(WIRES)])

        def ready():
            socket.send_fds(s, [b"x"], [end.fileno()])
            end.close()

        asyncio.run(serve(ready))


# ---------------------------------------------------------------- the line

class Line:
    """Carries frames between the backs of two cards; `state` is (delay in s towards the near end, share lost)."""

    def __init__(self, near, far, seed):
        self.delay, self.loss = multiprocessing.Value("d", 0), multiprocessing.Value("d", 0)
        self.lost = multiprocessing.Value("L", 0)
        self.process = multiprocessing.Process(target=self.carry, args=(near, far, random.Random(seed)), daemon=True)
        self.process.start()

    def carry(self, near, far, dice):
        waiting, number, ends = [], 0, {near: far, far: near}
        while True:
            wait = max(0, waiting[0][0] - time.monotonic()) if waiting else None
            for end in select.select([near, far], [], [], wait)[0]:
                frame, (_, _, kind, _, _) = end.recvfrom(65536)
                if kind == socket.PACKET_OUTGOING:
                    continue
                if dice.random() < self.loss.value:
                    self.lost.value += 1
                    continue
                due = time.monotonic() + (self.delay.value if end is far else 0)
                heapq.heappush(waiting, (due, number, ends[end], frame))
                number += 1
            while waiting and waiting[0][0] <= time.monotonic():
                _, _, to, frame = heapq.heappop(waiting)
                try:
                    to.send(frame)
                except BlockingIOError:
                    self.lost.value += 1

    def become(self, delay, loss):
        self.delay.value, self.loss.value = delay, loss


def lay_line(scene):
    ip("link", "set", "lo", "up")
    near = lay_end(["10.99.0.1"])
    ours, theirs = socket.socketpair()
    far = subprocess.Popen(["unshare", "--net", "--keep-caps", sys.executable, "-B", os.path.abspath(__file__), "--far-end",
                            str(theirs.fileno())], pass_fds=[theirs.fileno()])
    scene.at_end.append(lambda: (far.kill(), far.wait()))
    theirs.close()
    ours.settimeout(20)
    _, fds, _, _ = socket.recv_fds(ours, 1, 1)
    check(len(fds) == 1, "the far end gave nothing")
    line = Line(near, socket.socket(fileno=fds[0]), scene.options.seed)
    scene.at_end.append(lambda: (line.process.kill(), line.process.join()))
    return line


def good_devices(scene):
    began = multiprocessing.Event()
    process = multiprocessing.Process(target=lambda: asyncio.run(serve(began.set)), daemon=True)
    process.start()
    scene.at_end.append(lambda: (process.kill(), process.join()))
    check(began.wait(20), "the near devices did not start")


# ---------------------------------------------------------------- what was stored

def plant():
    text = ""
    for half, host, every in (("good", GOOD_HOST, 1), ("bad", BAD_HOST, 5)):
        for i in range(WIRES):
            points = ",\n".join("          { id: %s%d.r%d, name: R, unit: \"-\", holding: %d, type: u16 }" % (half, i, r, r)
                                for r in (0, 1, FAR, FAR + 1))
            text += ("  - id: %s%d\n    tcp: \"%s:%d\"\n    answer_within: %ds\n    devices:\n"
                     "      - { id: %s-d%d, unit: 1, site: site, every: %ds, points: [\n%s ] }\n" %
                     (half, i, host % (i + 1), PORT, ANSWER_WITHIN_S, half, i, every, points))
    return text


def no_wrong_values(rows):
    """A good value is what the register held between question and answer."""
    count = 0
    for point, stored in rows.items():
        register = int(point.rsplit("r", 1)[1])
        for at, value, quality, _ in stored:
            if quality != 2:
                continue
            # the daemon's steady clock and the server's agree to some milliseconds only
            age = ((at + 10) // 1000 + register - int(value)) % 65536
            check(age <= ANSWER_WITHIN_S + 1, "%s: %g stored at %d was held %d s before" % (point, value, at, age))
            count += 1
    return count


def cycles(rows, half, begin, end):
    """Share of the seconds in which a wire of that half gave a good value, and how far behind its own beat they lie (ms)."""
    kept, late = 0, []
    for i in range(WIRES):
        times = [at for at, _, quality, _ in rows.get("%s%d.r0" % (half, i), []) if begin <= at < end and quality == 2]
        beat = sorted(t % 1000 for t in times)[len(times) // 20] if times else 0
        late += [(t - beat + 100) % 1000 - 100 for t in times]
        kept += len({(t - beat + 100) // 1000 for t in times})
    late.sort()
    return kept / (WIRES * (end - begin) / 1000), late[int(0.99 * (len(late) - 1))] if late else float("nan")


def phase(seconds):
    begin = int(time.time()) * 1000 + 1000
    pass_time(seconds + 1)
    return begin, begin + seconds * 1000


def report(name, share, late):
    say("%s: %.2f %% of the good half's cycles, p99 %d ms behind its beat" % (name, 100 * share, late))


def all_good(daemon):
    status, body = daemon.get("/api/v1/points?quality=good&limit=1000")
    return status == 200 and len(body["points"]) == WIRES * 8


def main(scene):
    line = lay_line(scene)
    good_devices(scene)
    scene.use_database()
    scene.configure(plant())
    scene.migrate()
    daemon = scene.start().wait_ready(60)
    wait_until(lambda: all_good(daemon), 60, "all points")
    calm = phase(scene.options.seconds)
    line.become(0.8, 0.1)
    bad = phase(2 * scene.options.seconds)
    line.become(0, 0)
    after = phase(scene.options.seconds)
    daemon.stop(60)
    rows = scene.stored()
    say("%d good values, none wrong; %d packets lost" % (no_wrong_values(rows), line.lost.value))
    check(line.lost.value > 0, "the line lost nothing")
    shares = {}
    for name, span in (("calm", calm), ("bad", bad), ("calm again", after)):
        shares[name], late = cycles(rows, "good", *span)
        report(name, shares[name], late)
    begin, end = bad
    through = sum(1 for p, r in rows.items() if p.startswith("bad") and p.endswith(".r0")
                  for at, _, quality, _ in r if begin <= at < end and quality == 2)
    say("the bad half: %d of %d cycles came through" % (through, WIRES * (end - begin) // 5000))
    check(through > 0, "nothing came through the bad line")
    failed = [(p, r[3]) for p, rs in rows.items() if p.startswith("good") for r in rs if begin <= r[0] < end and r[2] != 2]
    check(not failed, "the good half suffered: %s" % failed[:5])
    check(shares["bad"] >= shares["calm"] - 0.02, "the good half lost cycles: %s" % shares)
    late_bad = [p for p, rs in rows.items() if p.startswith("bad") and not
                any(after[0] <= r[0] and r[2] == 2 for r in rs)]
    check(not late_bad, "not back after the line was mended: %s" % late_bad[:5])


def arguments(parser):
    parser.add_argument("--seconds", type=int, default=15, help="a phase; the bad one lasts twice as long")


if sys.argv[1:2] == ["--far-end"]:
    far_end(int(sys.argv[2]))
else:
    move_inside()
    run(main, arguments)
