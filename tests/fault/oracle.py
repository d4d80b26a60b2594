"""The judge of a fault campaign.  It believes the simulator's chronicle of what each register showed and the simulator's own
account of when which fault was on, and compares with what PostgreSQL holds.  Five conditions, each a function that gives a
list of sentences, empty when it holds:

  a  nothing_invented   no value is stored as good that its registers did not hold, all of them at one instant, while it was asked for
  b  kept_their_time    devices that nothing happened to are read as punctually as without faults
  c  came_back          after a fault a device has good values again within the cap of the back-off
  d  stayed_flat        memory and descriptors do not grow
  e  told_once          an outage has one beginning and one end in the event table, and what was no outage has none

Pure but for reading the chronicle's file: oracle_test.py feeds it wrong rows, and it must find them.
"""
import array
import bisect
import struct

CLOCK_MS = 30          # the two programs stamp in whole milliseconds, each a little before or after the instant meant
BACKOFF_CAP_MS = 30000  # HEALTH_GAP_CAP_MS of the daemon
LATER_SHARE, LATER_MS = 0.10, 50
RSS_SHARE, RSS_BYTES = 0.10, 24 << 20
EVENT_WIRE_DOWN, EVENT_WIRE_UP, EVENT_DEVICE_DOWN, EVENT_DEVICE_UP = 2, 3, 4, 5
DOWN = {EVENT_WIRE_DOWN: EVENT_WIRE_UP, EVENT_DEVICE_DOWN: EVENT_DEVICE_UP}


class Fault:
    """One fault as the simulator carried it out."""

    def __init__(self, device, kind, begin, end=None):
        self.device, self.kind, self.begin, self.end = device, kind, begin, end

    def __repr__(self):
        return "%s on %s from %s to %s" % (self.kind, self.device, self.begin, self.end)


class Chronicle:
    """{(device, bank, address): (times, values)} and the faults, from the simulator's file or from lines."""

    def __init__(self, lines):
        self.registers, self.faults = {}, []
        on = {}
        for line in lines:
            word = line.split(None, 6)
            if word[0] == "H":
                self.change(word[3], word[4], int(word[5]), int(word[2]), int(word[6]))
            elif word[0] == "E":
                self.happened(on, int(word[2]), word[3:])

    def change(self, device, bank, address, ms, value):
        times, values = self.registers.setdefault((device, bank, address), (array.array("q"), array.array("H")))
        if not values or values[-1] != value:
            times.append(ms)
            values.append(value)

    def happened(self, on, ms, words):
        if words[0] == "fault":
            if words[1] in on:
                on[words[1]].end = ms
            on[words[1]] = Fault(words[1], words[2], ms)
            self.faults.append(on[words[1]])
        elif words[0] in ("end", "clear") and words[1] in on:
            on.pop(words[1]).end = ms

    def spans(self, key, begin, end):
        """(from, to, value) of a register, cut to begin..end."""
        times, values = self.registers.get(key, ((), ()))
        i = max(0, bisect.bisect_right(times, begin) - 1)
        while i < len(times) and times[i] <= end:
            until = times[i + 1] if i + 1 < len(times) else end
            if until >= begin:
                yield max(times[i], begin), min(until, end), values[i]
            i += 1

    def held(self, keys, words, begin, end):
        """True when there is an instant in begin..end at which all registers held their words."""
        together = [(begin, end)]
        for key, word in zip(keys, words):
            mine = [(a, b) for a, b, value in self.spans(key, begin, end) if value == word]
            together = [(max(a, c), min(b, d)) for a, b in together for c, d in mine if max(a, c) < min(b, d)]
        return bool(together)


class Point:
    """Where a point comes from, as the plant file says it."""

    def __init__(self, device, bank, address, kind, order="abcd"):
        self.device, self.bank, self.kind, self.order = device, bank, kind, order
        self.keys = [(device, bank, address + i) for i in range(1 if kind == "u16" else 2)]

    def words(self, value):
        """The registers that mean this value; None when none can.  Neither program's code is used."""
        if self.kind == "f32":
            try:
                raw = struct.pack(">f", value)
            except OverflowError:
                return None
        elif value != int(value) or not 0 <= value < (1 << 16 if self.kind == "u16" else 1 << 32):
            return None
        else:
            raw = int(value).to_bytes(2 if self.kind == "u16" else 4, "big")
        if len(raw) == 4:
            raw = bytes(raw["abcd".index(letter)] for letter in self.order)
        return [int.from_bytes(raw[i:i + 2], "big") for i in range(0, len(raw), 2)]


def nothing_invented(chronicle, points, rows, answer_ms):
    """rows: (point, ms, value) stored as good; ms is when the answer had come, so it was asked at most answer_ms before.
    Gives (sentences, rows looked at)."""
    wrong, seen = [], 0
    for name, ms, value in rows:
        seen += 1
        point = points[name]
        # zero is zero: a database need not keep its sign
        meant = [point.words(v) for v in ((0.0, -0.0) if value == 0 and point.kind == "f32" else (value,))]
        if not any(words and chronicle.held(point.keys, words, ms - answer_ms - CLOCK_MS, ms + CLOCK_MS) for words in meant):
            shown = [[hex(v) for _, _, v in chronicle.spans(key, ms - answer_ms, ms)] for key in point.keys]
            wrong.append("%s at %d: %.17g stored as good, its registers held %s" % (name, ms, value, shown))
    return wrong, seen


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0


def lateness(times, period_ms):
    """[(ms, how late)] of one device's readings: against its own most punctual one; a cycle left out is late by itself."""
    if not times:
        return []
    places = []
    for last, t in zip([times[0]] + times, times):
        away = t - times[0]
        places.append((t, away - round(away / period_ms) * period_ms, max(0, round((t - last) / period_ms) - 1)))
    punctual = min(place for _, place, _ in places)
    return [(t, place - punctual + missed * period_ms) for t, place, missed in places]


def kept_their_time(times_of, period_ms, quiet, loud, machine_later_ms=0):
    """times_of: {device: [ms]}; quiet, loud: (from, to).  machine_later_ms: how much later than in the quiet time the machine woke
    another program, which is not the daemon's doing.  Gives (sentences, figures)."""
    late = [pair for times in times_of.values() for pair in lateness(times, period_ms)]
    base, now = ([l for t, l in late if a <= t < b] for a, b in (quiet, loud))
    was, is_ = percentile(base, 0.99), percentile(now, 0.99)
    allowed = max(was * (1 + LATER_SHARE), was + LATER_MS) + max(0, machine_later_ms)
    wrong = []
    if not base or not now:
        wrong.append("no readings to compare: %d without faults, %d with" % (len(base), len(now)))
    if is_ > allowed:
        wrong.append("99 %% of healthy readings are at most %d ms late, without faults %d ms; %d ms are allowed" % (is_, was, allowed))
    return wrong, (was, is_, allowed)


def came_back(faults, times_of, period_ms, answer_ms, ends):
    """times_of: {device: [ms of good readings]}; ends: when watching ended.  Gives (sentences, slowest in ms)."""
    wrong, slowest = [], 0
    for fault in faults:
        if fault.end is None:
            continue
        limit = BACKOFF_CAP_MS + 2 * (period_ms + answer_ms) + CLOCK_MS
        times = times_of.get(fault.device, [])
        i = bisect.bisect_right(times, fault.end)
        again = times[i] if i < len(times) else None
        took = (ends if again is None else again) - fault.end
        slowest = max(slowest, took if again is not None else 0)
        if took > limit or again is None:
            wrong.append("%s: %s after %d ms" % (fault, "good again" if again else "not good again", took))
    return wrong, slowest


def stayed_flat(before, after):
    """before, after: [(resident bytes, descriptors)] without faults at the beginning and at the end."""
    rss, fds = ([percentile([pair[i] for pair in part], 0.5) for part in (before, after)] for i in (0, 1))
    wrong = []
    if rss[1] > rss[0] + max(RSS_BYTES, rss[0] * RSS_SHARE):
        wrong.append("memory grew from %d to %d KiB" % (rss[0] >> 10, rss[1] >> 10))
    if fds[1] > fds[0]:
        wrong.append("descriptors grew from %d to %d" % tuple(fds))
    return wrong, (rss, fds)


def pairs(events, subject):
    """[(begin, end or None)] of a subject, and what is out of order."""
    outages, wrong = [], []
    for ms, kind, who in events:
        if who != subject or kind not in (EVENT_WIRE_DOWN, EVENT_WIRE_UP, EVENT_DEVICE_DOWN, EVENT_DEVICE_UP):
            continue
        begins, open_ = kind in DOWN, bool(outages) and outages[-1][1] is None
        if begins and open_:
            wrong.append("%s: an outage begins at %d while the one of %d lasts" % (subject, ms, outages[-1][0]))
        elif not begins and not open_:
            wrong.append("%s: an outage ends at %d that did not begin" % (subject, ms))
        elif begins:
            outages.append([ms, None])
        else:
            outages[-1][1] = ms
    return outages, wrong


def told_once(events, subjects, sure, may):
    """events: (ms, kind, subject) in order of time.  sure: (subject, begin, end, slack, last) of faults that are an outage: exactly
    one begins in begin..end, or slack later, and ends in end..last.  may: {subject: [(begin, last)]}: when one may be.
    Gives (sentences, outages)."""
    wrong, count = [], 0
    for subject in subjects:
        outages, crooked = pairs(events, subject)
        wrong += crooked
        count += len(outages)
        wrong += ["%s: the outage of %d has no end" % (subject, b) for b, e in outages if e is None]
        for b, _ in outages:
            if not any(a <= b <= c for a, c in may.get(subject, [])):
                wrong.append("%s: an outage at %d, where nothing had happened to it" % (subject, b))
        for _, begin, end, slack, last in (s for s in sure if s[0] == subject):
            mine = [(b, e) for b, e in outages if begin <= b <= end + slack]
            if len(mine) != 1 or mine[0][1] is None or not end - CLOCK_MS <= mine[0][1] <= last:
                wrong.append("%s: the outage from %d to %d is told as %s" % (subject, begin, end, mine))
    return wrong, count
