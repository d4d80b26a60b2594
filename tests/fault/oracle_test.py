"""The oracle can fail: each of its five conditions holds for a right story, and is broken by every wrong one planted in it."""
import unittest

import oracle
from oracle import Chronicle, Fault, Point

T = 1_764_000_000_000


def story():
    """Two devices, a 32-bit counter each, one step a second for a minute; the low word rolls over within it."""
    for n in range(60):
        for d in (1, 2):
            value = (d << 20) + 65530 + n
            for i, word in enumerate((value >> 16, value & 0xFFFF)):
                yield "H %d %d g-%03d h %d %d\n" % (n * 1000, T + n * 1000, d, 10 + i, word)


def value_at(d, ms):
    return float((d << 20) + 65530 + (ms - T) // 1000)


POINTS = {"g-00%d.a" % d: Point("g-00%d" % d, "h", 10, "u32") for d in (1, 2)}


class NothingInvented(unittest.TestCase):
    def setUp(self):
        self.chronicle = Chronicle(story())
        self.rows = [("g-00%d.a" % d, T + 250 + n * 1000, value_at(d, T + n * 1000)) for n in range(59) for d in (1, 2)]

    def judge(self, rows):
        return oracle.nothing_invented(self.chronicle, POINTS, rows, 500)[0]

    def test_a_right_story(self):
        self.assertEqual(self.judge(self.rows), [])
        # asked before the step, answered after it: both are right
        self.assertEqual(self.judge([("g-001.a", T + 3400, value_at(1, T + 2000))]), [])

    def planted(self, value, at=30):
        name, ms, _ = self.rows[at]
        return self.judge(self.rows[:at] + [(name, ms, value)] + self.rows[at + 1:])

    def test_the_neighbours_value(self):
        self.assertEqual(len(self.planted(self.rows[31][2])), 1)

    def test_a_value_too_old_or_too_new(self):
        self.assertEqual(len(self.planted(self.rows[26][2])), 1)
        self.assertEqual(len(self.planted(self.rows[32][2])), 1)

    def test_words_of_two_instants(self):
        # 0x1FFFF to 0x20000: the high word of one and the low word of the other were never there together
        before, after = value_at(1, T + 5000), value_at(1, T + 6000)
        self.assertEqual(int(after) & 0xFFFF, 0)
        for torn in (int(before) & ~0xFFFF | int(after) & 0xFFFF, int(after) & ~0xFFFF | int(before) & 0xFFFF):
            self.assertEqual(len(self.judge([("g-001.a", T + 6250, float(torn))])), 1)

    def test_what_no_register_can_hold(self):
        for value in (0.5, -1.0, 2.0 ** 32):
            self.assertEqual(len(self.planted(value)), 1)

    def test_a_register_nobody_wrote_of(self):
        self.chronicle.registers.pop(("g-001", "h", 11))
        self.assertEqual(len(self.judge(self.rows)), 59)

    def test_zero_has_no_sign(self):
        chronicle = Chronicle(["H 0 %d g h %d %d\n" % (T, a, w) for a, w in ((0, 0x8000), (1, 0), (2, 0x8000), (3, 1))])
        points = {"zero": Point("g", "h", 0, "f32"), "not": Point("g", "h", 2, "f32")}
        wrong, seen = oracle.nothing_invented(chronicle, points, [("zero", T + 900, 0.0), ("not", T + 900, 0.0)], 500)
        self.assertEqual((len(wrong), seen), (1, 2))

    def test_orders_and_floats(self):
        for order, words in (("abcd", [0x4148, 0xF5C3]), ("cdab", [0xF5C3, 0x4148]), ("badc", [0x4841, 0xC3F5]),
                             ("dcba", [0xC3F5, 0x4841])):
            self.assertEqual(Point("d", "h", 0, "f32", order).words(12.56), words)
        self.assertEqual(Point("d", "h", 0, "f32").words(1e300), None)


class KeptTheirTime(unittest.TestCase):
    QUIET, LOUD = (T, T + 30000), (T + 30000, T + 60000)

    def judge(self, late, machine=0):
        times = [T + n * 1000 + (late if n % 20 == 5 and n > 30 else n % 7) for n in range(60)]
        return oracle.kept_their_time({"g": times}, 1000, self.QUIET, self.LOUD, machine)[0]

    def test_all(self):
        self.assertEqual(self.judge(50), [])
        self.assertEqual(len(self.judge(90)), 1)
        self.assertEqual(self.judge(90, 40), [])
        self.assertEqual(len(oracle.kept_their_time({"g": []}, 1000, self.QUIET, self.LOUD)[0]), 1)

    def test_cycles_left_out(self):
        times = [T + n * 1000 for n in range(60) if n not in (40, 41)]
        self.assertEqual(len(oracle.kept_their_time({"g": times}, 1000, self.QUIET, self.LOUD)[0]), 1)


class CameBack(unittest.TestCase):
    def judge(self, *good):
        fault = Fault("g", "silence", T + 10000, T + 20000)
        return oracle.came_back([fault], {"g": [T + ms for ms in good]}, 1000, 500, T + 70000)[0]

    def test_all(self):
        self.assertEqual(self.judge(9000, 30000, 31000), [])
        self.assertEqual(len(self.judge(9000, 60000)), 1)
        self.assertEqual(len(self.judge(9000)), 1)


class StayedFlat(unittest.TestCase):
    def test_all(self):
        flat = [(100 << 20, 60)] * 10
        self.assertEqual(oracle.stayed_flat(flat, [(110 << 20, 60)] * 10)[0], [])
        self.assertEqual(len(oracle.stayed_flat(flat, [(130 << 20, 60)] * 10)[0]), 1)
        self.assertEqual(len(oracle.stayed_flat(flat, [(100 << 20, 61)] * 10)[0]), 1)


class ToldOnce(unittest.TestCase):
    RIGHT = [(T + 4000, 4, "g"), (T + 12000, 5, "g")]

    def judge(self, events, **more):
        sure = [("g", T, T + 10000, 1500, T + 45000)]
        return oracle.told_once(sorted(events), ["g", "well"], more.get("sure", sure),
                                {"g": [(T, T + 11500)]})[0]

    def test_a_right_story(self):
        self.assertEqual(self.judge(self.RIGHT), [])

    def test_wrong_ones(self):
        begin, end = self.RIGHT
        for events in ([], [begin], [end], self.RIGHT + [(T + 5000, 4, "g")], self.RIGHT + [(T + 13000, 5, "g")],
                       self.RIGHT + [(T + 13000, 4, "g"), (T + 14000, 5, "g")],
                       [begin, (T + 5000, 5, "g"), (T + 6000, 4, "g"), end],
                       [begin, (T + 60000, 5, "g")], [begin, (T + 9000, 5, "g")], [(T + 11600, 4, "g"), end],
                       self.RIGHT + [(T + 4000, 4, "well"), (T + 5000, 5, "well")]):
            self.assertNotEqual(self.judge(events), [], events)

    def test_an_outage_that_was_not_sure(self):
        self.assertEqual(self.judge([], sure=[]), [])
        self.assertEqual(self.judge(self.RIGHT, sure=[]), [])
        self.assertNotEqual(self.judge(self.RIGHT[:1], sure=[]), [])


class Faults(unittest.TestCase):
    def test_they_are_read_from_the_chronicle(self):
        chronicle = Chronicle(["E 1 11 fault g-001 late 700 for 5\n", "E 2 12 fault g-002 crc\n", "E 3 13 end g-001\n",
                               "E 4 14 fault g-002 echo\n", "E 5 15 clear g-002\n"])
        self.assertEqual([(f.device, f.kind, f.begin, f.end) for f in chronicle.faults],
                         [("g-001", "late", 11, 13), ("g-002", "crc", 12, 14), ("g-002", "echo", 14, 15)])


if __name__ == "__main__":
    unittest.main()
