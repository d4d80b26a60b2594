"""Twenty-one servers, each wrong in its own way: no number is stored as good that was not a right and timely answer to that
request for those registers; and every right answer is stored, so recovery takes no longer than one cycle.

Each answer carries the number of its request and the place of its register: value = place * 10,000,000 + number.
"""
import random
import threading
import time

from harness import BAD, GOOD, check, pass_time, run, say, wait_until
from modbus_peer import Peer, exception, reply, u32

PLACE = 10_000_000
PLACES = {0: 1, 2: 2, 100: 3, 102: 4}  # register -> place; two blocks
ANSWER_MS, LATE_S = 1000, 1.4


class Wrong:
    """One server.  way(self, link, request, words, n) answers and says whether it was right."""

    def __init__(self, port, name, way, every=5, reasons=(), always=False):
        self.name, self.way, self.every, self.reasons, self.always = name, way, every, reasons, always
        self.lock = threading.Lock()
        self.n = 0
        self.kept = None
        self.right, self.bad = {}, {}  # n -> (address, time)
        self.random = random.Random(name)
        self.peer = Peer(port, self.answer)

    def answer(self, link, request):
        with self.lock:
            self.n += 1
            n = self.n
        words = self.words(request, n)
        if self.always or n % self.every == self.every // 2:
            right = self.way(self, link, request, words, n)
        else:
            right = link.send(self.kept_first() + reply(request, words))
        with self.lock:
            (self.right if right else self.bad)[n] = (request.address, time.monotonic())

    def kept_first(self):
        kept, self.kept = self.kept, None
        return kept or b""

    @staticmethod
    def words(request, n):
        words = []
        for register in range(request.address, request.address + request.quantity, 2):
            words += u32(PLACES.get(register, 9) * PLACE + n)
        return words


def other_block(request, n):
    """The same request, had it been for the other block."""
    return Wrong.words(request._replace(address=100 - request.address), n)


def late(s, link, request, words, n):
    pass_time(LATE_S)
    link.send(reply(request, words))
    return False


def late_with_next(s, link, request, words, n):
    s.kept = reply(request, words)  # goes out in one piece with the next answer
    return False


def drip(s, link, request, words, n):
    right = True
    for byte in reply(request, words):
        right = link.send(bytes([byte])) and right
        pass_time(0.002)
    return right


def drip_too_slow(s, link, request, words, n):
    for byte in reply(request, words):
        link.send(bytes([byte]))
        pass_time(0.1)
    return False


def reset_in_the_middle(s, link, request, words, n):
    link.send(reply(request, words)[:11])
    link.reset()
    return False


def close_in_the_middle(s, link, request, words, n):
    link.send(reply(request, words)[:13])
    link.close()
    return False


def close_after(s, link, request, words, n):
    right = link.send(reply(request, words))
    link.close()
    return right


def garbage(s, link, request, words, n):
    link.send(bytes(s.random.randrange(256) for _ in range(300)))
    return False


def send(make, right=False):
    def way(s, link, request, words, n):
        return link.send(make(s, request, words, n)) and right
    return way


WAYS = [
    # name, way, how often, reasons that may stand in history, always
    ("late", late, 7, ("no_answer",), False),
    ("late_with_next", late_with_next, 7, ("no_answer",), False),
    ("other_unit", send(lambda s, r, w, n: reply(r, w, unit=r.unit + 1)), 1, ("bad_answer", "no_answer"), True),
    ("unit_255", send(lambda s, r, w, n: reply(r, w, unit=255)), 5, ("bad_answer",), False),
    ("twice", send(lambda s, r, w, n: reply(r, w) * 2, True), 1, (), True),
    ("next_foretold", send(lambda s, r, w, n: reply(r, w) + reply(r, other_block(r, n), tid=r.tid + 1), True), 1, (),
     True),
    ("drip", drip, 1, (), True),
    ("drip_too_slow", drip_too_slow, 7, ("no_answer",), False),
    ("reset", reset_in_the_middle, 5, ("no_connection",), False),
    ("cut", close_in_the_middle, 5, ("no_connection",), False),
    ("close_after", close_after, 1, (), True),
    ("count_less", send(lambda s, r, w, n: reply(r, w[:2])), 5, ("bad_answer",), False),
    ("count_lies_less", send(lambda s, r, w, n: reply(r, w, count=2)), 5, ("bad_answer",), False),
    ("count_lies_more", send(lambda s, r, w, n: reply(r, w, count=20)), 5, ("bad_answer", "no_answer"), False),
    ("length_longer", send(lambda s, r, w, n: reply(r, w, length=14)), 5, ("bad_answer", "no_answer"), False),
    ("length_shorter", send(lambda s, r, w, n: reply(r, w, length=5)), 5, ("bad_answer",), False),
    ("protocol_7", send(lambda s, r, w, n: reply(r, w, protocol=7)), 5, ("bad_answer",), False),
    ("other_number", send(lambda s, r, w, n: reply(r, other_block(r, n), tid=r.tid + 1)), 7, ("no_answer",), False),
    ("other_function", send(lambda s, r, w, n: reply(r, w, function=4)), 5, ("bad_answer",), False),
    ("busy", send(lambda s, r, w, n: exception(r, 6)), 5, ("busy",), False),
    ("garbage", garbage, 7, ("bad_answer", "no_answer"), False),
]

SECOND_TRY = ("reset", "cut")  # a connection lost in the middle costs a second question, not a reading


def plant(port):
    text = ""
    for i, (name, _, _, _, _) in enumerate(WAYS):
        text += ("  - id: w-%s\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    answer_within: %dms\n    devices:\n"
                 "      - id: d-%s\n        site: site\n        unit: 1\n        every: 200ms\n        busy_retries: 0\n        points:\n" %
                 (name.replace("_", "-"), port + i, ANSWER_MS, name.replace("_", "-")))
        for register, place in PLACES.items():
            text += ("          - { id: %s.p%d, name: Ô, unit: '-', holding: %d, type: u32, heartbeat: 1h }\n" %
                     (name, place, register))
    return text


def check_marks(server, stored, ended):
    """Every wrong answer left its reason in the history of the registers that were asked for."""
    for register, place in PLACES.items():
        address = 0 if register < 100 else 100
        wrong = len([n for n, (asked, when) in server.bad.items() if asked == address and when < ended])
        marks = len([r for r in stored["%s.p%d" % (server.name, place)] if r[3] in server.reasons])
        check(marks >= wrong, "%s: p%d was answered wrongly %d times, history says so %d times" %
              (server.name, place, wrong, marks))


def check_server(server, stored, ended):
    """ended: answers after that may have come too late for the daemon's end."""
    good = set()
    for register, place in PLACES.items():
        for ms, value, quality, reason in stored["%s.p%d" % (server.name, place)]:
            if quality == BAD:
                check(reason == "stopped" or reason in server.reasons,
                      "%s: reason %s" % (server.name, reason))
                continue
            n = int(value) % PLACE
            address = 0 if register < 100 else 100
            check(quality == GOOD and int(value) // PLACE == place and server.right.get(n, (None,))[0] == address,
                  "%s: p%d has %d, which was no right answer for it" % (server.name, place, int(value)))
            good.add((n, place))
    missing = [(n, address) for n, (address, when) in server.right.items() if when < ended
               for place in ((1, 2) if address == 0 else (3, 4)) if (n, place) not in good]
    check(not missing, "%s: right answers that are not stored: %s of %d" % (server.name, missing[:5],
                                                                           len(server.right)))
    return len(good)


def slowest_recovery(server):
    """Seconds from the end of a wrong exchange (for a silent one its time-out) to the next question."""
    times = sorted([(n, t) for n, (_, t) in list(server.right.items()) + list(server.bad.items())])
    return max([b - a for (n, a), (m, b) in zip(times, times[1:]) if n in server.bad] or [0])


def main(scene):
    servers = [Wrong(scene.port + 1 + i, *way) for i, way in enumerate(WAYS)]
    scene.use_database()
    scene.configure(plant(scene.port + 1))
    scene.migrate()
    daemon = scene.start().wait_ready()
    by_name = {s.name: s for s in servers}
    wait_until(lambda: all(len(s.right) >= 20 or s.name == "other_unit" for s in servers) and
               all(s.always or len(s.bad) >= 4 for s in servers) and len(by_name["other_unit"].bad) >= 4, 60,
               lambda: "enough of everything: %s" % [(s.name, len(s.right), len(s.bad)) for s in servers])
    ended = time.monotonic() - 2
    daemon.stop()
    stored = scene.stored()
    for s in servers:
        good = check_server(s, stored, ended)
        if not s.always and s.name not in SECOND_TRY:
            check_marks(s, stored, ended)
        slow = slowest_recovery(s)
        say("%-16s right %4d wrong %3d; stored good %4d, next question after at most %.2f s" %
            (s.name, len(s.right), len(s.bad), good, slow))
        check(s.always or slow < ANSWER_MS / 1000 + 0.2 + 2, "%s: recovery took %.2f s" % (s.name, slow))
    check(not [r for p in range(1, 5) for r in stored["other_unit.p%d" % p] if r[2] != BAD],
          "another unit's answer was stored")
    scene.compare_with_journal()


run(main, ports=1 + len(WAYS))
