"""Rows of values for servers that encode them by their own means, and what the daemon has to make of each.

A row of a register table begins with its number; one of a bit table with the same in its first 16 bits.
"""
import struct

from harness import BAD, GOOD, UNCERTAIN, Held, check

ORDERS = ["abcd", "cdab", "badc", "dcba"]
WIDTHS = {"u16": 1, "i16": 1, "bcd16": 1, "bits": 1, "bool": 1, "bytes": 1, "u32": 2, "i32": 2, "f32": 2, "bcd32": 2,
          "u64": 4, "i64": 4, "f64": 4}
ORDERED = ["u16", "i16", "bcd16", "u32", "i32", "f32", "bcd32", "u64", "i64", "f64"]
LAYOUT = [("u16", "abcd")] + [(kind, order) for kind in ORDERED for order in ORDERS] + \
    [("bits", "abcd"), ("bool", "abcd"), ("bytes", "abcd")]
FIRST = 7  # register and bit that the tables begin at
NUMBER_BITS, BITS = 16, 61  # no whole number of bytes
REGISTERS, BIT_TABLES = ("holding", "input"), ("coil", "discrete")
EXACT = 1 << 53  # of the doubles beyond, neighbours are the same whole number

EDGES = {
    "u16": [0, 1, 0x00FF, 0xFF00, 0x7FFF, 0x8000, 0xFFFF],
    "i16": [0, 1, -1, 255, -256, 32767, -32768],
    "bcd16": [0, 1, 9, 10, 99, 1234, 9000, 9999],
    "u32": [0, 1, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF],
    "i32": [0, 1, -1, 65535, -65536, 0x7FFFFFFF, -0x80000000],
    "bcd32": [0, 1, 9999, 10000, 12345678, 90000000, 99999999],
    "u64": [0, 1, 0xFFFFFFFF, 1 << 32, EXACT - 1, EXACT, EXACT + 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1],
    "i64": [0, 1, -1, -(1 << 32), EXACT, -EXACT, EXACT + 1, -EXACT - 1, (1 << 63) - 1, -(1 << 63)],
    "f32": [0x00000000, 0x80000000, 0x00000001, 0x007FFFFF, 0x00800000, 0x3F800000, 0x40E66666, 0x7F7FFFFF, 0xFF7FFFFF,
            0x7F800000, 0xFF800000, 0x7FC00000],
    "f64": [0, 1 << 63, 1, 0x000FFFFFFFFFFFFF, 0x0010000000000000, 0x3FF0000000000000, 0x7FEFFFFFFFFFFFFF,
            0xFFEFFFFFFFFFFFFF, 0x7FF0000000000000, 0xFFF0000000000000, 0x7FF8000000000000],
    "bits": [0, 1, 0x8000, 0x00FF, 0xFF00, 0xFFFF],
    "bool": [0, 1, 0x0100, 0x8000, 0xFFFF],
    "bytes": [0, 0x00FF, 0xFF00, 0xFFFF],
}


def as_float(kind, bits):
    return struct.unpack(">f", bits.to_bytes(4, "big"))[0] if kind == "f32" else \
        struct.unpack(">d", bits.to_bytes(8, "big"))[0]


def draw(rng, kind):
    if rng.random() < 0.25:
        got = rng.choice(EDGES[kind])
    elif kind.startswith("bcd"):
        got = rng.randrange(10 ** (4 * WIDTHS[kind]))
    else:
        got = rng.getrandbits(16 * WIDTHS[kind])
        if rng.random() < 0.3:  # of all lengths, not only long ones
            got >>= rng.randrange(16 * WIDTHS[kind])
        if kind[0] == "i":
            got -= (got >> 16 * WIDTHS[kind] - 1) << 16 * WIDTHS[kind]
    return as_float(kind, got) if kind[0] == "f" else got


def spelled(value):
    """As both Python's float() and JavaScript's Number() read it back."""
    return {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(str(value), repr(value))


def draw_rows(rng, count):
    """{table: rows}; a register's row is a list of [kind, order, spelled value], a bit table's one of 0 and 1."""
    rows = {}
    for start, table in enumerate(REGISTERS):  # other numbers in each table, or a mistaken one would not be seen
        rows[table] = [[["u16", "abcd", str(2 * n + start + 1)]] +
                       [[kind, order, spelled(draw(rng, kind))] for kind, order in LAYOUT[1:]] for n in range(count)]
    for start, table in enumerate(BIT_TABLES):
        rows[table] = [[2 * n + start + 1 >> i & 1 for i in range(NUMBER_BITS)] +
                       [rng.getrandbits(1) for _ in range(BITS - NUMBER_BITS)] for n in range(count)]
    return rows


def number_of(rows, table, place):
    """The number that row carries."""
    row = rows[table][place]
    return int(row[0][2]) if table in REGISTERS else sum(bit << i for i, bit in enumerate(row[:NUMBER_BITS]))


def number(value):
    """What one raw number is to the daemon: (value, quality)."""
    return (float(value), GOOD if abs(value) <= EXACT else UNCERTAIN)


def wanted(row, table):
    """{name: (value or None, quality)} of all points that read the row."""
    if table in BIT_TABLES:
        return {"b%d" % i: (float(bit), GOOD) for i, bit in enumerate(row)}
    points = {}
    for i, (kind, order, text) in enumerate(row):
        if kind in ("f32", "f64"):
            value = float(text)
            finite = abs(value) < float("inf")
            points["%s-%s" % (kind, order)] = (value, GOOD) if finite else (None, BAD)
        elif kind == "bits":
            points.update({"bit%d" % b: (float(int(text) >> b & 1), GOOD) for b in range(16)})
        elif kind == "bytes":
            points.update({"high": (float(int(text) >> 8), GOOD), "low": (float(int(text) & 255), GOOD)})
        elif kind == "bool":
            points["bool"] = (float(int(text) != 0), GOOD)
        else:
            points["%s-%s" % (kind, order) if i > 0 else "n"] = number(int(text))
    return points


def same(name, want, got):
    """got: a row of Scene.stored().  A float of four bytes is stored with its fewest decimals: the bytes must agree."""
    if got is None or got[2] != want[1]:
        return False
    if want[0] is None or got[1] is None:
        return want[0] is got[1] and got[3] == "not_finite"
    if got[2] == UNCERTAIN and got[3] != "inexact":
        return False
    if name.startswith("f32"):
        return struct.pack(">f", got[1]) == struct.pack(">f", want[0]) or got[1] == want[0] == 0
    return got[1] == want[0]


def point(wire, table, name, rest):
    return "          - { id: %s.%s.%s, name: Ô, unit: '-', heartbeat: 1h, %s }\n" % (wire, table, name, rest)


def register_points(wire, table):
    text, register = "", FIRST
    for i, (kind, order) in enumerate(LAYOUT):
        at = "%s: %d, type: " % (table, register)
        if kind == "bits":
            text += "".join(point(wire, table, "bit%d" % b, at + "bool, bit: %d" % b) for b in range(16))
        elif kind == "bytes":
            text += point(wire, table, "high", at + "high_byte") + point(wire, table, "low", at + "low_byte")
        elif kind == "bool":
            text += point(wire, table, "bool", at + "bool")
        else:
            name = "%s-%s" % (kind, order) if i > 0 else "n"
            text += point(wire, table, name, at + "%s, order: %s" % (kind, order))
        register += WIDTHS[kind]
    return text


def wire_text(wire, port, tables, more=""):
    text = ("  - id: %s\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n%s    devices:\n      - id: %s-d\n"
            "        site: site\n        unit: 1\n        every: 100ms\n        points:\n" % (wire, port, more, wire))
    for table in tables:
        if table in REGISTERS:
            text += register_points(wire, table)
        else:
            text += "".join(point(wire, table, "b%d" % i, "%s: %d, type: bool" % (table, FIRST + i)) for i in range(BITS))
    return text


def numbers_read(stored, wire, table):
    """[(ms, number)]: every good read of the table that brought another row, in order of time."""
    names = ["n"] if table in REGISTERS else ["b%d" % i for i in range(NUMBER_BITS)]
    ids = ["%s.%s.%s" % (wire, table, name) for name in names]
    held = [Held(stored[i]) for i in ids]
    reads = []
    for ms in sorted({row[0] for i in ids for row in stored[i]}):
        now = [h.at(ms) for h in held]
        if all(row is not None and row[2] == GOOD for row in now):
            n = int(now[0][1]) if len(now) == 1 else sum(int(r[1]) << i for i, r in enumerate(now))
            if not reads or reads[-1][1] != n:  # at its end the daemon stores once more what held
                reads.append((ms, n))
    return reads


def compare(rows, stored, wire, table):
    """Every point at every read against the row whose number was read with it: (reads, values compared)."""
    by_number = {number_of(rows, table, place): wanted(row, table) for place, row in enumerate(rows[table])}
    held = {name: Held(stored["%s.%s.%s" % (wire, table, name)]) for name in next(iter(by_number.values()))}
    reads, compared = numbers_read(stored, wire, table), 0
    for ms, n in reads:
        check(n in by_number, "%s.%s: number %d was never served" % (wire, table, n))
        for name, want in by_number[n].items():
            got = held[name].at(ms)
            check(same(name, want, got), "%s.%s.%s: row %d has %s, stored is %s" % (wire, table, name, n, want, got))
            compared += 1
    return reads, compared
