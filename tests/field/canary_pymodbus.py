"""Real water quality over a Modbus server nobody here wrote: what PostgreSQL holds is what was served.

2,000 rows of 12 values as floats in all four word orders, ten units of 200 rows; a counter of the row stands in the
same block.  The rows as published have no gaps, so every 37th value is withheld: the register then holds what the
plant file declares as "no value", and history must hold a null there, not a number.
"""
import csv
import os
import struct
import subprocess
import sys

from harness import BAD, GOOD, TREE, Held, check, run, say, wait_until

UNITS, ROWS = 10, 2000
ORDERS = ["abcd", "cdab", "badc", "dcba"]
NO_VALUE = [0x7FC00000, 0xFFFFFFFF, 0xC61C3C00]  # a NaN, all ones, -9999.0
PER_UNIT = ROWS // UNITS


def words_of(raw, order):
    a, b, c, d = struct.pack(">I", raw)
    placed = {"abcd": (a, b, c, d), "cdab": (c, d, a, b), "badc": (b, a, d, c), "dcba": (d, c, b, a)}[order]
    return [placed[0] << 8 | placed[1], placed[2] << 8 | placed[3]]


def load():
    with open(os.path.join(TREE, "tests", "data", "canary-stationB-2000.csv"), encoding="ascii", newline="") as f:
        rows = [row[1:] for row in list(csv.reader(f))[1:ROWS + 1]]
    cells = [None if (i * 12 + c) % 37 == 36 or text.strip() == "" else text
             for i, row in enumerate(rows) for c, text in enumerate(row)]
    return [cells[i:i + 12] for i in range(0, len(cells), 12)]


def raw_of(column, text):
    if text is None:
        return NO_VALUE[column % 3]
    return struct.unpack(">I", struct.pack(">f", float(text)))[0]


def write_table(path, rows):
    with open(path, "w", encoding="ascii") as f:
        for i, row in enumerate(rows):
            words = [i]
            for column, text in enumerate(row):
                words += words_of(raw_of(column, text), ORDERS[column % 4])
            f.write(" ".join(map(str, [i // PER_UNIT + 1] + words)) + "\n")


def plant(port):
    text = "  - id: canary\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    answer_within: 5s\n    devices:\n" % port
    for unit in range(1, UNITS + 1):
        text += ("      - id: d%d\n        site: site\n        unit: %d\n        every: 100ms\n        points:\n"
                 "          - { id: d%d.row, name: Hàng, unit: lần, holding: 0, type: u16 }\n" % (unit, unit, unit))
        for column in range(12):
            text += ("          - { id: d%d.c%d, name: Cột, unit: '-', holding: %d, type: f32, order: %s,"
                     " no_value: [0x%08X] }\n" % (unit, column, 1 + 2 * column, ORDERS[column % 4],
                                                  NO_VALUE[column % 3]))
    return text


def compare(rows, served, stored):
    numbers = gaps = wrong = 0
    first = ""
    for unit in range(1, UNITS + 1):
        seen = {int(value): ms for ms, value, quality, _ in stored["d%d.row" % unit] if quality == GOOD}
        columns = [Held(stored["d%d.c%d" % (unit, c)]) for c in range(12)]
        for i in range((unit - 1) * PER_UNIT, unit * PER_UNIT):
            check(i in seen, "row %d was served and is not in PostgreSQL" % i)
            check(abs(seen[i] - served[i] * 1000) < 5000, "row %d has the time %d, served at %.3f" %
                  (i, seen[i], served[i]))
            for c in range(12):
                held = columns[c].at(seen[i])
                text = rows[i][c]
                right = held is not None and (
                    held[1:] == (None, BAD, "sentinel") if text is None else
                    held[2] == GOOD and held[1] == float(text))
                numbers, gaps = numbers + (text is not None), gaps + (text is None)
                if not right:
                    wrong += 1
                    first = first or "row %d column %d: served %s, held %s" % (i, c, text, held)
    return numbers, gaps, wrong, first


def main(scene):
    rows = load()
    write_table(scene.path("table"), rows)
    scene.use_database()
    scene.configure(plant(scene.port + 1))
    scene.migrate()
    here = os.path.dirname(os.path.abspath(__file__))
    server = subprocess.Popen([sys.executable, os.path.join(here, "pymodbus_server.py"), str(scene.port + 1),
                               scene.path("table"), scene.path("served")])
    scene.at_end.append(lambda: (server.kill(), server.wait()))
    wait_until(lambda: os.path.exists(scene.path("served")), 20, "pymodbus is up")
    daemon = scene.start().wait_ready()

    def all_there():
        check(server.poll() is None, "pymodbus ended")
        return scene.sql("SELECT count(DISTINCT (point_key, value)) FROM capnuoc.reading JOIN capnuoc.point"
                         " USING (point_key) WHERE id LIKE '%.row' AND quality = 2")[0][0] == str(ROWS)
    wait_until(all_there, 150, "%d rows in PostgreSQL" % ROWS, every=1)
    daemon.stop()
    served = {}
    with open(scene.path("served"), encoding="ascii") as f:
        for line in f:
            seconds, _, row = line.split()
            served.setdefault(int(row) + (int(line.split()[1]) - 1) * PER_UNIT, float(seconds))
    stored = scene.stored()
    numbers, gaps, wrong, first = compare(rows, served, stored)
    say("served %d values and %d gaps in %d rows; PostgreSQL holds them in %d rows; %d differences" %
        (numbers, gaps, ROWS, sum(map(len, stored.values())), wrong))
    check(wrong == 0, "%d differences, the first: %s" % (wrong, first))
    scene.compare_with_journal()


run(main)
