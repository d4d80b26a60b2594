#!/usr/bin/env python3
"""Makes the golden register images of config/profiles: python3 make.py, in its own folder.

Written from the makers' register lists, not from the profiles: addresses, orders and scales stand here a second time,
and words are packed by struct, so that a slip in a profile or in the decoder shows as a difference.

  ID.csv, ID.expect.csv               a device that works
  ID.fault.csv, ID.fault.expect.csv   the same with no-value codes, NaN and impossible values

An image has function,address,word.  A word ---- is a register the device refuses, or that must not be read; every
register in the list that is no value of ours holds NEIGHBOUR, so that an address off by one is seen.  A register
that is not in the image does not exist.  tuf-2000m.csv is not made here: it is a dump of a real meter (see NOTICE).

Expected numbers are those that were packed: a 32-bit float has about 7 digits, so the test allows a relative
difference of 1e-6; whole numbers times a scale are exact to the last bits of a double, which is far inside it.
"""
import csv
import math
import struct

NEIGHBOUR = "5EED"
REFUSED = "----"
PACK = {"u16": ">H", "i16": ">h", "u32": ">I", "i32": ">i", "f32": ">f", "f64": ">d"}
# where A, B, C, D of a most-significant-first value go
ORDER = {"abcd": (0, 1, 2, 3), "cdab": (2, 3, 0, 1), "badc": (1, 0, 3, 2), "dcba": (3, 2, 1, 0)}
NAN, INF = math.nan, math.inf
GOOD = ("good", "none")
UNKNOWN_STATE = ("uncertain", "unknown_state")
SENTINEL, NOT_FINITE, IMPLAUSIBLE = ("bad", "sentinel"), ("bad", "not_finite"), ("uncertain", "implausible")


def words(kind, order, raw):
    data = struct.pack(PACK[kind], raw)
    if len(data) == 8:
        data = bytes(data[i] for i in {"abcd": range(8), "dcba": range(7, -1, -1)}[order])
    if len(data) == 4:
        data = bytes(data[i] for i in ORDER[order])
    return ["%04X" % w for w in struct.unpack(">%dH" % (len(data) // 2), data)]


class Device:
    def __init__(self, name, function, order, base=0):
        """base: the number the maker's list gives the first register."""
        self.name, self.function, self.order, self.base = name, function, order, base
        self.values, self.parts, self.bits, self.refused, self.neighbours = [], [], [], [], []

    def point(self, use, number, kind, raw, value=None, bad=None, order=None):
        """raw: what the device holds; value: what it means (raw itself if not given).
        bad: (raw, reason) or (raw, reason, value) for the image with faults."""
        self.values.append((use, number - self.base, kind, raw, raw if value is None else value, bad, order or self.order))
        return self

    def part(self, number, raw, means, faulty):
        """One register of which several points are bits or bytes.  means: point -> value; faulty: (raw, means)."""
        self.parts.append((number - self.base, (raw, means), faulty))
        return self

    def discrete(self, number, uses, values, faulty):
        """Bits of table 2: one point after the other."""
        self.bits.append((number, uses, values, faulty))
        return self

    def refuse(self, *numbers):
        self.refused += [n - self.base for n in numbers]
        return self

    def near(self, *numbers):
        self.neighbours += [n - self.base for n in numbers]
        return self

    def write(self):
        for suffix, faulty in (("", False), (".fault", True)):
            image = {a: NEIGHBOUR for a in self.neighbours}
            image.update({a: REFUSED for a in self.refused})
            rows = []
            inputs = {}
            for number, uses, *both in self.bits:
                for i, use in enumerate(uses):
                    inputs[number + i] = both[faulty][i]
                    rows.append((use, both[faulty][i]) + GOOD)
            for address, *both in self.parts:
                image[address] = "%04X" % both[faulty][0]
                for use, value in both[faulty][1].items():
                    rows.append((use, "") + SENTINEL if value is None else (use, value) + GOOD)
            for use, address, kind, raw, value, bad, order in self.values:
                quality = GOOD
                if faulty and bad is not None:
                    raw, quality = bad[0], bad[1]
                    value = bad[2] if len(bad) > 2 else raw
                for i, word in enumerate(words(kind, order, raw)):
                    image[address + i] = word
                shown = "" if quality[0] == "bad" else repr(value)
                rows.append((use, shown) + quality)
            with open(self.name + suffix + ".csv", "w", encoding="utf-8", newline="") as f:
                out = csv.writer(f, lineterminator="\n")
                out.writerow(("function", "address", "word"))
                for address in sorted(inputs):
                    out.writerow((2, address, "%04X" % inputs[address]))
                for address in sorted(image):
                    out.writerow((self.function, address, image[address]))
            with open(self.name + suffix + ".expect.csv", "w", encoding="utf-8", newline="") as f:
                out = csv.writer(f, lineterminator="\n")
                out.writerow(("use", "value", "quality", "reason"))
                out.writerows(rows)


def devices():
    d = Device("siemens-mag", 3, "abcd")
    d.point("flow", 3002, "f32", 0.0347222, bad=(34.7222, IMPLAUSIBLE))  # 125 m3/h; then the meter says L/s
    d.point("total-1", 3017, "i32", 1234567, bad=(-42, GOOD))
    d.near(3000, 3001, 3004, 3016, 3019, 3020, 3023, 3029, 3031, 399, 402)
    d.point("total-2", 3021, "i32", -15).point("battery", 3030, "u16", 87, bad=(255, IMPLAUSIBLE))
    d.point("total-1-mode", 400, "u16", 0, bad=(3, UNKNOWN_STATE)).point("total-2-mode", 401, "u16", 1)
    yield d

    d = Device("arad-octave", 4, "abcd")
    d.point("unit-volume", 0x17, "u16", 0, bad=(4, IMPLAUSIBLE)).point("resolution-volume", 0x28, "u16", 4)
    d.point("resolution-flow", 0x31, "u16", 4, bad=(2, IMPLAUSIBLE)).point("unit-flow", 0x32, "u16", 0, bad=(2, IMPLAUSIBLE))
    d.point("direction", 0x33, "u16", 1, bad=(9, UNKNOWN_STATE))
    d.point("total-forward", 0x36, "u32", 3000000000).point("total-reverse", 0x3A, "u32", 17)
    d.point("flow", 0x3E, "i32", -42, bad=(2000000000, IMPLAUSIBLE)).point("total-net", 0x52, "i32", -70000)
    # the floats have all bytes reversed, beside integers that have none
    d.point("total-forward-f64", 0x18, "f64", 3000000000.125, order="dcba").point("total-reverse-f64", 0x20, "f64", 17.5, order="dcba")
    d.point("flow-f64", 0x29, "f64", -42.25, bad=(NAN, NOT_FINITE), order="dcba")
    d.point("total-net-f64", 0x42, "f64", -70000.75, bad=(-INF, NOT_FINITE), order="dcba")
    alarms = {"leakage": 0, "measurement-fault": 5, "battery-low": 7, "flow-cut-off": 11, "module-battery-low": 12, "meter-lost": 13}
    d.part(0, 0x5EDE & ~sum(1 << b for b in alarms.values()), dict.fromkeys(alarms, 0),
           (0x2081, {u: int(b in (0, 7, 13)) for u, b in alarms.items()}))
    d.near(*[0x16, 0x27, 0x30, 0x34, 0x35, 0x38, 0x39, 0x3C, 0x3D, 0x40, 0x51, 0x54])
    yield d

    d = Device("xintai-valve-meter", 3, "dcba")
    d.point("total-forward", 1, "f32", 98765.4, bad=(NAN, NOT_FINITE)).point("total-reverse", 3, "f32", 1.5)
    d.point("flow", 5, "f32", 12.25, bad=(-2500.5, IMPLAUSIBLE))
    d.point("pipe", 7, "u16", 0x00AA, bad=(0x0055, IMPLAUSIBLE))
    d.point("pressure", 10, "f32", 0.352).point("temperature", 12, "f32", 26.5, bad=(-300.0, IMPLAUSIBLE))
    d.point("battery", 26, "f32", 3.6, bad=(INF, NOT_FINITE))
    d.near(0, 8, 9, 14, 25).refuse(28)
    yield d

    d = Device("eh-liquiline", 3, "cdab")
    measured = [(0.42, 0, 34), (7.21, 0, 53), (26.3, 0, 89), (0.65, 1, 47), (412.5, 0, 71), (-12.5, 0, 110), (96.8, 0, 106),
                (0.0, 3, 0)]
    faults = {1: (NAN, NOT_FINITE), 3: (-INF, NOT_FINITE)}
    for i, (value, status, unit) in enumerate(measured):
        n, at = i + 1, 4 * i
        d.point("ai%d" % n, at, "f32", value, bad=faults.get(n))
        d.point("ai%d-status" % n, at + 2, "u16", status, bad=(0x0200, UNKNOWN_STATE) if n == 2 else (2, GOOD))
        d.point("ai%d-unit" % n, at + 3, "u16", unit, bad=(0x2200, IMPLAUSIBLE) if n == 2 else None)
    d.near(32, 33)
    yield d

    d = Device("yosemitech-y510", 3, "dcba")
    d.point("temperature", 0x2600, "f32", 24.81, bad=(NAN, NOT_FINITE)).point("turbidity", 0x2602, "f32", 3.37, bad=(-1.0, IMPLAUSIBLE))
    yield d.near(0x25FF, 0x2604).refuse(0x2500, 0x2E00)

    d = Device("yosemitech-y520", 3, "dcba")
    d.point("temperature", 0x2600, "f32", 24.81, bad=(85.0, IMPLAUSIBLE)).point("conductivity", 0x2602, "f32", 0.4127, bad=(NAN, NOT_FINITE))
    yield d.near(0x25FF, 0x2604).refuse(0x2500, 0x2E00)

    d = Device("yosemitech-y532", 3, "dcba")
    d.point("ph", 0x2800, "f32", 7.18, bad=(14.5, IMPLAUSIBLE)).point("temperature", 0x2400, "f32", 25.04, bad=(NAN, NOT_FINITE))
    d.point("potential", 0x1200, "f32", -12.75, bad=(-INF, NOT_FINITE))
    yield d.near(0x11FF, 0x1202, 0x23FF, 0x2402, 0x27FF, 0x2802).refuse(0x2500, 0x2E00)

    d = Device("keller-30", 3, "abcd")
    d.point("pressure", 2, "f32", 0.48213, bad=(NAN, NOT_FINITE)).point("temperature", 6, "f32", 21.4, bad=(INF, NOT_FINITE))
    # 0x0100 is not there on a Nanolevel
    yield d.near(0, 1, 4, 5, 8).refuse(0x0100, 0x0101, 0x0102, 0x0103)

    d = Device("grundfos-cim", 4, "abcd", base=1)
    no16, no32 = (0xFFFF, SENTINEL), (0xFFFFFFFF, SENTINEL)
    d.point("alarm", 205, "u16", 0, bad=(57, GOOD)).point("warning", 206, "u16", 0, bad=no16)
    d.point("head", 301, "u16", 3540, 3.54, bad=no16).point("flow", 302, "u16", 423, 42.3, bad=no16)
    d.point("speed", 304, "u16", 2910, bad=(6500, IMPLAUSIBLE)).point("frequency", 305, "u16", 485, 48.5, bad=no16)
    d.point("current", 309, "u16", 137, 13.7, bad=no16).point("dc-link", 310, "u16", 5620, 562.0, bad=no16)
    d.point("power", 312, "u32", 70123, bad=no32)
    d.point("pressure-in", 315, "u16", 2350, 1.35, bad=(0, GOOD, -1.0))
    d.point("tank-level", 317, "u16", 10275, 2.75, bad=(65000, IMPLAUSIBLE, 550.0))
    d.point("temperature-electronics", 318, "u16", 31315, 40.0, bad=no16).point("temperature-motor", 319, "u16", 33265, 59.5, bad=(0, IMPLAUSIBLE, -273.15))
    d.point("temperature-liquid", 322, "u16", 29865, 25.5, bad=no16)
    d.point("specific-energy", 326, "u16", 412, 0.412, bad=no16).point("run-time", 327, "u32", 70001, bad=no32)
    d.point("energy", 332, "u32", 912345, bad=no32).point("starts", 334, "u32", 65537, bad=no32)
    d.point("volume", 357, "u32", 123456789, 1234567.89, bad=no32)
    bits = {"remote": 8, "running": 9, "alarm-active": 10, "warning-active": 11, "max-speed": 13}
    d.part(201, 0x0301, {u: int(b in (8, 9)) for u, b in bits.items()}, (0xFFFF, dict.fromkeys(bits)))
    yield d.near(203, 204, 207, 303, 306, 308, 311, 314, 316, 320, 321, 323, 325, 329, 331, 336, 356, 359)

    # by the rule of the manual: parameter 16-13 is 1613; its register is 16130, counted from 1
    d = Device("danfoss-fc", 3, "abcd", base=1)
    d.point("reference", 16010, "i32", -42500, -42.5, bad=(500000, IMPLAUSIBLE, 500.0)).point("voltage", 16120, "u16", 380)
    d.point("frequency", 16130, "u16", 425, 42.5, bad=(65535, IMPLAUSIBLE, 6553.5)).point("current", 16140, "u16", 1234, 12.34)
    d.point("dc-link", 16300, "u16", 540).point("heatsink", 16340, "u16", 47, bad=(255, IMPLAUSIBLE))
    d.point("operating-time", 15000, "u32", 70000).point("energy", 15020, "u32", 123456)
    d.point("alarm-word", 16900, "u32", 0, bad=(0x00004000, GOOD)).point("warning-word", 16920, "u32", 0, bad=(0x80000000, GOOD))
    d.part(50200, 0x0E07, {"ready": 1, "tripped": 0, "bus-control": 1, "running": 1},
           (0x0009, {"ready": 0, "tripped": 1, "bus-control": 0, "running": 0}))
    yield d.refuse(16899, 16902, 16919, 16922, 50199, 50201, 14999, 15002, 15019, 15022, 16009, 16012, 16119, 16121, 16129, 16131, 16139, 16141, 16299, 16301, 16339, 16341)

    d = Device("vacon-10", 4, "abcd")
    d.point("frequency", 0, "u16", 4275, 42.75, bad=(65535, IMPLAUSIBLE, 655.35)).point("speed", 1, "u16", 1282)
    d.point("current", 2, "u16", 512, 5.12).point("torque", 3, "u16", 634, 63.4, bad=(65500, IMPLAUSIBLE, 6550.0))
    d.point("voltage", 5, "u16", 3421, 342.1).point("dc-link", 6, "u16", 551).point("fault", 2110, "u16", 0, bad=(9, GOOD))
    d.part(2100, 0x0003, {"ready": 1, "running": 1, "faulted": 0, "alarm": 0},
           (0x0018, {"ready": 0, "running": 0, "faulted": 1, "alarm": 1}))
    yield d.refuse(4, 7, 2109, 2111).near(2099, 2101, 2103)

    d = Device("veda-vf51", 3, "abcd")
    d.point("reference", 0x2100, "u16", 4500, 45.0).point("frequency", 0x2101, "u16", 4498, 44.98, bad=(65535, IMPLAUSIBLE, 655.35))
    d.point("current", 0x2102, "u16", 1123, 11.23, bad=(65535, IMPLAUSIBLE, 655.35)).point("fault", 0x2003, "u16", 0, bad=(17, GOOD))
    yield d.near(0x20FF, 0x2103, 0x2002, 0x2004).refuse(0x2001)

    d = Device("atv312", 3, "abcd")
    d.point("frequency", 3202, "u16", 432, 43.2, bad=(65535, IMPLAUSIBLE, 6553.5)).point("current", 3204, "u16", 187, 18.7)
    d.point("thermal-state", 3209, "u16", 64, bad=(32768, IMPLAUSIBLE)).point("fault", 8606, "u16", 0, bad=(21, GOOD))
    d.part(3201, 0x0037, {"running": 1, "faulted": 0}, (0x0008, {"running": 0, "faulted": 1}))
    yield d.near(3200, 3203, 3205, 3208, 3210, 8605, 8607)

    d = Device("pm5110", 3, "abcd", base=1)
    for use, number, value in (
            ("energy", 2700, 867.7), ("energy-returned", 2702, 0.25), ("current-a", 3000, 81.2), ("current-b", 3002, 79.9),
            ("current-c", 3004, 80.4), ("voltage-ab", 3020, 398.7), ("voltage-bc", 3022, 399.1), ("voltage-ca", 3024, 397.9),
            ("voltage-a", 3028, 230.1), ("voltage-b", 3030, 230.6), ("voltage-c", 3032, 229.8), ("power-a", 3054, 16.5),
            ("power-b", 3056, 15.75), ("power-c", 3058, 16.25), ("power", 3060, 48.5), ("reactive-power", 3068, 12.5),
            ("apparent-power", 3076, 50.1), ("frequency", 3110, 49.98)):
        bad = {"frequency": (0.0, IMPLAUSIBLE), "voltage-ab": (NAN, NOT_FINITE), "power": (NAN, NOT_FINITE)}.get(use)
        d.point(use, number, "f32", value, bad=bad)
    yield d.near(2699, 2704, 2999, 3006, 3007, 3019, 3026, 3027, 3034, 3053, 3062, 3067, 3070, 3075, 3078, 3084, 3085, 3109, 3112)

    d = Device("pac1020", 3, "abcd")
    for use, number, value in (
            ("voltage-l1", 1, 230.1), ("voltage-l2", 3, 230.6), ("voltage-l3", 5, 229.8), ("voltage-l12", 7, 398.7),
            ("voltage-l23", 9, 399.1), ("voltage-l31", 11, 397.9), ("current-l1", 13, 81.2), ("current-l2", 15, 79.9),
            ("current-l3", 17, 80.4), ("power-l1", 19, 16500.0), ("power-l2", 21, 15750.0), ("power-l3", 23, 16250.0),
            ("frequency", 39, 50.02), ("power", 41, 48500.0), ("power-factor", 45, 0.968)):
        d.point(use, number, "f32", value, bad={"frequency": (NAN, NOT_FINITE), "power-factor": (1.5, IMPLAUSIBLE)}.get(use))
    yield d.near(0, 25, 26, 38, 43, 44, 47, 2803, 2804, 2805, 2806)

    d = Device("sdm630", 4, "abcd")
    for use, number, value in (
            ("voltage-l1", 0x00, 230.1), ("voltage-l2", 0x02, 230.6), ("voltage-l3", 0x04, 229.8), ("current-l1", 0x06, 8.25),
            ("current-l2", 0x08, 7.5), ("current-l3", 0x0A, 7.75), ("power-l1", 0x0C, 1850.5), ("power-l2", 0x0E, 1700.25),
            ("power-l3", 0x10, 1725.0), ("power", 0x34, 5275.75), ("power-factor", 0x3E, -0.93), ("frequency", 0x46, 49.95),
            ("energy", 0x48, 12345.67), ("energy-returned", 0x4A, 1.25), ("energy-sum", 0x156, 12346.92)):
        d.point(use, number, "f32", value, bad={"power": (INF, NOT_FINITE), "voltage-l2": (5000.0, IMPLAUSIBLE)}.get(use))
    yield d.near(0x12, 0x13, 0x32, 0x33, 0x36, 0x3D, 0x40, 0x45, 0x4C, 0x155, 0x158)

    d = Device("iologik-e1240", 4, "abcd")
    for n, raw in enumerate((0, 1, 13107, 32767, 32768, 40000, 65534, 65535)):
        d.point("ai%d" % n, n, "u16", raw, bad=(65535 - raw, GOOD))
        d.point("ai%d-status" % n, 0x3C + n, "u16", 0, bad=(n, GOOD))
    yield d.near(8, 9, 0x3B, 0x44)


    d = Device("iologik-e1210", 4, "abcd")
    on = [0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1]
    d.discrete(0, ["di%d" % n for n in range(16)], on, [1 - b for b in on])
    for n in range(16):
        d.point("counter%d" % n, 16 + 2 * n, "u32", 65537 * n, bad=(0xFFFFFFFF, GOOD) if n == 3 else None)
    yield d.near(15, 48)


def tuf_faults():
    """The published dump with six registers changed: what this meter says when something is wrong."""
    d = Device("tuf-2000m", 3, "cdab", base=1)
    changed = {}
    for number, kind, raw in ((1, "f32", NAN), (33, "f32", 400.0), (9, "i32", -1), (92, "u16", 0x04FF)):
        for i, word in enumerate(words(kind, d.order, raw)):
            changed[number - 1 + i] = word
    with open("tuf-2000m.csv", encoding="utf-8") as f, open("tuf-2000m.fault.csv", "w", encoding="utf-8") as out:
        out.write(f.readline())
        for line in f:
            function, address, word = line.strip().split(",")
            out.write("%s,%s,%s\n" % (function, address, changed.get(int(address), word)))
    rows = {"flow": ("",) + NOT_FINITE, "temperature-in": ("400.0",) + IMPLAUSIBLE, "total-positive": ("-1",) + GOOD,
            "working-step": ("4",) + GOOD, "signal-quality": ("255",) + IMPLAUSIBLE}
    with open("tuf-2000m.expect.csv", encoding="utf-8") as f, \
            open("tuf-2000m.fault.expect.csv", "w", encoding="utf-8") as out:
        out.write(f.readline())
        for line in f:
            use = line.split(",", 1)[0]
            out.write(line if use not in rows else ",".join((use,) + rows[use]) + "\n")


for device in devices():
    device.write()
tuf_faults()
