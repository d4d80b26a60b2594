"""What happens to whom in a fault campaign: the layout of 200 devices and a script for the simulator, from one seed.

Wires 31 to 40 (50 devices) are left alone: what happens elsewhere must not touch them.  On each of the others one device at a time
has a fault, then there is a pause, so that what is told of a device, and of its neighbours, can be put down to one fault.
"""
DEVICES, PER_WIRE = 200, 5
WIRES = DEVICES // PER_WIRE
HEALTHY_WIRES = range(30, 40)
RTU_WIRES = (20, 21, 22, 23)     # over TCP to a converter, when the daemon speaks it; else Modbus TCP as the others
SERIAL_WIRES = (24, 25)          # on a terminal, likewise
UNPLUGGED_WIRE = 24              # of them
WIRE_FAULT_WIRES = (26, 27, 28, 29)
LONG_OUTAGE = 41                 # seconds: three doublings of the gap before its cap, and the cap

# Sure: while it lasts no question is answered rightly, so that it is an outage, told once.  May: it may be one, or none.
# Never: every question is answered rightly.
SURE, MAY, NEVER = "sure", "may", "never"
TCP = [
    ("silence", SURE), ("late 700", SURE), ("late 900", SURE), ("exception 1", MAY), ("exception 2", MAY), ("exception 3", MAY),
    ("exception 4", MAY), ("exception 5", MAY), ("exception 6", MAY), ("exception 0x0A", SURE), ("exception 0x0B", SURE),
    ("unit 1", SURE), ("unit-fixed 255", SURE), ("unit-random", SURE), ("function 1", SURE),
    ("transaction 1", SURE), ("transaction 65535", SURE), ("transaction-fixed 0", MAY), ("transaction-random", SURE),
    ("transaction-swapped", MAY), ("protocol 7", SURE), ("length 0", SURE), ("length 1", SURE), ("length 2", SURE),
    ("length 260", SURE), ("length 65535", SURE), ("short 1", SURE), ("long 1", SURE), ("byte-count 2", SURE),
    ("truncated 3", SURE), ("truncated 9", SURE), ("extra 4", MAY), ("pieces 1", NEVER), ("drip 1000", SURE), ("drip 20", MAY),
    ("twice", NEVER), ("garbage 12", SURE), ("garbage 200", SURE), ("close", SURE), ("cut 4", SURE), ("cut 10", SURE),
    ("reset 4", SURE), ("reset 10", SURE), ("unsolicited", MAY), ("previous", SURE), ("previous-first", MAY), ("echo", MAY),
    ("noise-before 3", MAY), ("noise-after 3", MAY), ("gap 100", NEVER), ("gap 600", SURE),
    ("frozen", NEVER), ("filled 0x7FC0", NEVER), ("filled 0x8000", NEVER), ("filled 0xFFFF", NEVER), ("filled 0", NEVER),
]
# A unit that was late is waited for longer, up to twice answer_within: then it is no outage.  An answer later than
# answer_within and late_window together, into a question of the same shape, nobody can tell from the right one: the
# commissioning page says so, and no fault here is as late.
RTU = [
    ("silence", SURE), ("late 950", MAY), ("late 700", MAY), ("late 520", MAY), ("crc", SURE), ("parity 1", SURE),
    ("parity 3", SURE), ("echo", MAY), ("noise-before 3", MAY), ("noise-after 3", MAY), ("gap 100", MAY), ("collision", MAY),
    ("unit 1", SURE), ("unit-random", SURE), ("truncated 3", SURE), ("exception 6", MAY), ("exception 0x0B", SURE),
    ("short 1", SURE), ("long 1", SURE), ("byte-count 2", MAY), ("garbage 12", SURE), ("function 1", SURE), ("drip 20", MAY),
    ("twice", MAY),
]
# A wire with five silent devices takes its time to tell that each is.
WIRE = [("deaf", SURE, 14), ("refuse", SURE, 12), ("black-hole", SURE, 8), ("half-open", MAY, 6), ("drop-after 1", MAY, 6),
        ("drop-after 3", MAY, 6), ("drop-after 10", MAY, 6), ("connections 1", MAY, 6), ("connections 2", MAY, 6), ("connections 3", MAY, 6)]
WHOLE_WIRE = {fault.split()[0] for fault, _, _ in WIRE} | {"unplug"}
# Numbers no device should show, one register of the device at a time; the faults on values of whole devices are above.
VALUES = [("16 f32:cdab", "nan"), ("16 f32:cdab", "inf"), ("16 f32:cdab", "-inf"), ("16 f32:cdab", "-0")]
COUNTS = [("10 u32", "4294967292"), ("10 u32", "0"), ("40 u32", "4294967285"), ("12 u32:cdab", "0")]


def device(wire, i):
    return "g-%03d" % (wire * PER_WIRE + i + 1)


def wire_of(name):
    return "w-%03d" % ((int(name[2:]) - 1) // PER_WIRE + 1)


class Plan:
    """steps: (second, command).  sure: [(device, fault, how sure)] in the order of the steps."""

    def __init__(self, random, begin, end, rtu, serial):
        self.random, self.begin, self.end = random, begin, end
        self.steps = []
        rtu_wires = (RTU_WIRES if rtu else ()) + (SERIAL_WIRES if serial else ())
        tcp_wires = [w for w in range(WIRE_FAULT_WIRES[0]) if w not in rtu_wires]
        self.fill(tcp_wires[1:], TCP, (5, 6, 7, 8))
        self.fill([w for w in rtu_wires if w != UNPLUGGED_WIRE], RTU, (8, 9, 10))
        self.fill_wires(WIRE_FAULT_WIRES, WIRE)
        if serial:
            self.fill_wires([UNPLUGGED_WIRE], [("unplug", MAY, 5)])
        self.add(begin, device(tcp_wires[0], 0), "silence", LONG_OUTAGE, SURE)
        self.numbers(tcp_wires[0])
        self.steps.sort(key=lambda s: s[0])

    def add(self, at, name, fault, lasts, sure):
        self.steps.append((at, "fault %s %s for %g" % (name, fault, lasts), (name, fault.split()[0], sure)))

    def fill(self, wires, catalogue, lasting):
        """The catalogue dealt out over the wires again and again until the time is full.  A device's turn comes again only after
        that of its four neighbours: until then it is well."""
        clock = {w: self.begin + self.random.random() * 4 for w in wires}
        turn = {w: self.random.randrange(PER_WIRE) for w in wires}
        deck = []
        while clock:
            wire = min(clock, key=lambda w: (clock[w], w))
            deck = deck or self.random.sample(catalogue, len(catalogue))
            lasts = self.random.choice(lasting)
            if clock[wire] + lasts > self.end:
                del clock[wire]
                continue
            fault, sure = deck.pop()
            self.add(round(clock[wire], 3), device(wire, turn[wire]), fault, lasts, sure)
            clock[wire] += lasts + 2
            turn[wire] = (turn[wire] + 1) % PER_WIRE

    def fill_wires(self, wires, catalogue):
        """As fill, with the wire's first device in the name of all; until the next one the whole wire is well again."""
        clock = {w: self.begin + i for i, w in enumerate(wires)}
        deck = []
        while clock:
            wire = min(clock, key=lambda w: (clock[w], w))
            deck = deck or list(catalogue)
            fault, sure, lasts = deck[0]
            if clock[wire] + lasts > self.end:
                del clock[wire]
                continue
            del deck[0]
            self.add(clock[wire], device(wire, 0), fault, lasts, sure)
            clock[wire] += 2 * lasts + 8

    def numbers(self, wire):
        """On the long outage's wire, its other devices: held numbers and counters that jump."""
        for i, (place, number) in enumerate(VALUES):
            self.steps.append((self.begin + 2 * i, "hold %s %s %s" % (device(wire, 1), place, number), None))
            self.steps.append((self.begin + 2 * i, "count %s %s %s" % ((device(wire, 2),) + COUNTS[i]), None))

    def script(self):
        return "".join("%g %s\n" % step[:2] for step in self.steps)

    def faults(self):
        return [step[2] for step in self.steps if step[2] is not None]

    def covered(self):
        """Faults of the catalogue that are in the script, and those that did not fit."""
        there = {" ".join(step[1].split()[2:-2]) for step in self.steps if step[2] is not None}
        wanted = {f[0] for f in TCP} | {f[0] for f in WIRE}
        return len(there), sorted(wanted - there)
