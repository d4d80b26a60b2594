"""npm's jsmodbus behind a shim that keeps answers back, changes their order, cuts and lengthens them: what is stored as
good came in a whole and timely answer to that request, and every point of it is of that one answer.
"""
import json
import os
import socket
import struct
import subprocess
import threading

from encoder_rows import BIT_TABLES, FIRST, REGISTERS, compare, draw_rows, number_of, numbers_read, same, wanted, wire_text
from harness import BAD, TREE, Held, Skipped, check, run, say, wait_until
from modbus_peer import Peer

ROWS, ANSWER_MS, EACH = 3000, 200, 2
TABLES = REGISTERS + BIT_TABLES
TABLE_OF = {1: "coil", 2: "discrete", 3: "holding", 4: "input"}
HEAD = 9  # bytes before the values: number, protocol, length, unit, function, count


def arguments(parser):
    parser.add_argument("--node", default="node")


def rebuilt(frame, data, length=None, count=None):
    """The frame around other values; length and count as they would have to be, or false."""
    return frame[:4] + struct.pack(">H", (3 + len(data) if length is None else length) & 0xFFFF) + frame[6:8] + \
        bytes([(len(data) if count is None else count) & 0xFF]) + data


# Each sends what it makes of the frame and says whether the daemon may take it.

def kept_before(shim, _link, frame):
    shim.before += frame  # goes out just before the next answer
    return False


def kept_after(shim, _link, frame):
    shim.after += frame
    return False


def old_first(shim, link, frame):
    return link.send(shim.old + frame)


def old_last(shim, link, frame):
    return link.send(frame + shim.old)


def twice(_shim, link, frame):
    return link.send(frame + frame)


def short(shim, link, frame):
    data = frame[HEAD:]
    link.send(rebuilt(frame, data[:shim.rng.randrange(len(data))]))
    return False


def short_by_its_count(shim, link, frame):
    data = frame[HEAD:]
    link.send(rebuilt(frame, data, count=shim.rng.randrange(len(data))))
    return False


def short_by_its_length(shim, link, frame):
    link.send(rebuilt(frame, frame[HEAD:], length=shim.rng.randrange(len(frame) - 6)))
    return False


def cut(shim, link, frame):
    link.send(frame[:shim.rng.randrange(1, len(frame))])
    return False


def cut_and_closed(shim, link, frame):
    cut(shim, link, frame)
    link.close()
    return False


def cut_rest_later(shim, link, frame):
    at = shim.rng.randrange(1, len(frame))
    link.send(frame[:at])
    shim.before += frame[at:]
    return False


def long(shim, link, frame):
    link.send(rebuilt(frame, frame[HEAD:] + shim.noise(2 * shim.rng.randrange(1, 20))))
    return False


def long_by_its_count(shim, link, frame):
    data = frame[HEAD:]
    link.send(rebuilt(frame, data, count=min(255, len(data) + shim.rng.randrange(1, 40))))
    return False


def long_by_its_length(shim, link, frame):
    link.send(rebuilt(frame, frame[HEAD:], length=len(frame) - 6 + shim.rng.randrange(1, 40)))
    return False


def longer_than_modbus_knows(shim, link, frame):
    link.send(rebuilt(frame, frame[HEAD:] + shim.noise(300)))
    return False


def noise_behind(shim, link, frame):
    return link.send(frame + shim.noise(shim.rng.randrange(1, 40)))


def in_pieces(shim, link, frame):
    at = shim.rng.randrange(1, len(frame))
    return link.send(frame[:at]) and link.send(frame[at:])


WAYS = [kept_before, kept_after, old_first, old_last, twice, short, short_by_its_count, short_by_its_length, cut,
        cut_and_closed, cut_rest_later, long, long_by_its_count, long_by_its_length, longer_than_modbus_knows,
        noise_behind, in_pieces]


class Shim:
    """Asks jsmodbus what it is asked and passes on the answer, or what a way makes of it."""

    def __init__(self, port, server_port, rng):
        self.rng, self.lock = rng, threading.Lock()
        self.server = socket.create_connection(("127.0.0.1", server_port), 20)
        self.before = self.after = self.old = b""
        self.spare = False
        self.deck = []
        self.met = dict.fromkeys(WAYS, 0)
        self.numbers = {(table, right): set() for table in TABLES for right in (True, False)}
        self.peer = Peer(port, self.answer)

    def noise(self, count):
        return bytes(self.rng.randrange(256) for _ in range(count))

    def receive(self, count):
        got = b""
        while len(got) < count:
            more = self.server.recv(count - len(got))
            check(more, "jsmodbus hung up")
            got += more
        return got

    def ask(self, request):
        self.server.sendall(struct.pack(">HHHBBHH", request.tid, 0, 6, request.unit, request.function, request.address,
                                        request.quantity))
        head = self.receive(6)
        return head + self.receive(struct.unpack(">H", head[4:])[0])

    def way(self):
        """None after a wrong answer: a device that gives three of them running is left alone for a while."""
        if self.spare or self.rng.random() > 0.2:
            return None
        if not self.deck:
            self.deck = self.rng.sample(WAYS, len(WAYS))
        return self.deck.pop()

    def answer(self, link, request):
        with self.lock:
            table = TABLE_OF[request.function]
            frame = self.ask(request)
            way = self.way()
            if way is None:
                right = link.send(self.before + frame + self.after)
                self.before = self.after = b""
            else:
                right = way(self, link, frame)
                self.met[way] += 1
            self.old, self.spare = frame, not right
            number = struct.unpack(">H" if table in REGISTERS else "<H", frame[HEAD:HEAD + 2])[0]
            check(request.address == FIRST, "a table is asked for in parts")
            self.numbers[table, right].add(number)


def start_jsmodbus(scene, rows):
    modules = os.path.join(TREE, "tests", "node", "node_modules")
    if not os.path.isdir(os.path.join(modules, "jsmodbus")):
        raise Skipped("npm's jsmodbus is not installed in tests/node")
    here = os.path.dirname(os.path.abspath(__file__))
    server = subprocess.Popen([scene.options.node, os.path.join(here, "encoders_node.cjs"), modules, "jsmodbus",
                               scene.write("rows.json", json.dumps(rows)), str(scene.port + 2)], stdout=subprocess.PIPE)
    scene.at_end.append(lambda: (server.kill(), server.wait()))
    check(server.stdout.readline() == b"ready\n", "jsmodbus did not start")


def check_each_row(rows, stored, table):
    """Whatever stands as a value is that of the answer whose number stands there at the same time."""
    names = ["n"] if table in REGISTERS else ["b%d" % i for i in range(16)]
    numbers = [Held(stored["js.%s.%s" % (table, name)]) for name in names]
    by_number = {number_of(rows, table, place): wanted(row, table) for place, row in enumerate(rows[table])}
    checked = 0
    for name in next(iter(by_number.values())):
        for ms, value, quality, reason in stored["js.%s.%s" % (table, name)]:
            if quality == BAD:
                continue
            now = [held.at(ms) for held in numbers]
            check(all(n is not None and n[2] != BAD for n in now), "%s.%s: a value of no answer, at %d" %
                  (table, name, ms))
            n = int(now[0][1]) if len(now) == 1 else sum(int(bit[1]) << i for i, bit in enumerate(now))
            check(same(name, by_number[n][name], (ms, value, quality, reason)), "%s.%s: at %d stands %s (%s) of row"
                  " %d, which has %s" % (table, name, ms, value, reason, n, by_number[n][name]))
            checked += 1
    return checked


def main(scene):
    rows = draw_rows(scene.random, ROWS)
    start_jsmodbus(scene, rows)
    shim = Shim(scene.port + 1, scene.port + 2, scene.random)
    scene.use_database()
    scene.configure(wire_text("js", scene.port + 1, TABLES, "    answer_within: %dms\n" % ANSWER_MS))
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: min(shim.met.values()) >= EACH, 120, lambda: "enough of everything: %s" %
               {way.__name__: n for way, n in shim.met.items()}, every=0.2)
    daemon.stop()
    stored = scene.stored()
    for table in TABLES:
        reads, compared = compare(rows, stored, "js", table)
        each = check_each_row(rows, stored, table)
        right, wrong = shim.numbers[table, True], shim.numbers[table, False]
        there = {n for _, n in numbers_read(stored, "js", table)}
        check(there <= right, "%s: values of answers that were late, short or long: rows %s" % (table, sorted(there - right)))
        check(len(there) >= len(right) / 2, "%s: of %d right answers %d are stored" % (table, len(right), len(there)))
        say("%-8s right answers %3d (stored %3d), wrong %3d (stored 0); %d values at reads and %d rows compared, 0 wrong" %
            (table, len(right), len(reads), len(wrong), compared, each))
    scene.compare_with_journal()


run(main, arguments, ports=3)
