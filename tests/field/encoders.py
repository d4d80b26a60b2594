"""Three Modbus servers nobody here wrote, each with its own encoders: Debian's pymodbus (BinaryPayloadBuilder), npm's
modbus-serial and jsmodbus (Buffer's methods).  All types in all orders, bits, coils, discrete inputs, holding and input
registers, extremes and random values: each must stand in PostgreSQL as the server meant it."""
import json
import os
import subprocess
import sys

from encoder_rows import BIT_TABLES, REGISTERS, compare, draw_rows, number_of, wire_text
from harness import TREE, Skipped, check, run, say, wait_until

ROWS = 150
TABLES = REGISTERS + BIT_TABLES
WIRES = ("pymodbus", "modbus-serial", "jsmodbus")


def arguments(parser):
    parser.add_argument("--node", default="node")


def commands(scene, rows_path):
    here = os.path.dirname(os.path.abspath(__file__))
    modules = os.path.join(TREE, "tests", "node", "node_modules")
    for module in WIRES[1:]:
        if not os.path.isdir(os.path.join(modules, module)):
            raise Skipped("npm's %s is not installed in tests/node" % module)
    yield [sys.executable, "-B", os.path.join(here, "encoders_pymodbus.py"), rows_path, str(scene.port + 1)]
    for i, module in enumerate(WIRES[1:]):
        yield [scene.options.node, os.path.join(here, "encoders_node.cjs"), modules, module, rows_path,
               str(scene.port + 2 + i)]


def start(scene, command):
    server = subprocess.Popen(command, stdout=subprocess.PIPE)
    scene.at_end.append(lambda: (server.kill(), server.wait()))
    check(server.stdout.readline() == b"ready\n", "did not start: %s" % command)


def last_number_stored(scene, wire, rows):
    """The last row of the holding registers is there; the other tables are read in the same cycles."""
    return scene.sql("SELECT count(*) FROM capnuoc.reading JOIN capnuoc.point USING (point_key) WHERE id = '%s.holding.n'"
                     " AND value = %d" % (wire, number_of(rows, "holding", ROWS - 1)))[0][0] != "0"


def main(scene):
    rows = draw_rows(scene.random, ROWS)
    for command in commands(scene, scene.write("rows.json", json.dumps(rows))):
        start(scene, command)
    scene.use_database()
    scene.configure("".join(wire_text(wire, scene.port + 1 + i, TABLES, "    answer_within: 5s\n")
                            for i, wire in enumerate(WIRES)))
    scene.migrate()
    daemon = scene.start().wait_ready()
    for wire in WIRES:
        wait_until(lambda: last_number_stored(scene, wire, rows), 150, "the last row of " + wire, every=1)
    daemon.stop()
    stored = scene.stored()
    for wire in WIRES:
        for table in TABLES:
            reads, compared = compare(rows, stored, wire, table)
            numbers = [n for _, n in reads]
            served = [number_of(rows, table, place) for place in range(ROWS)]
            check(numbers == served[:len(numbers)] and len(numbers) >= ROWS - 5,
                  "%s.%s: not read as served, %d reads: %s" % (wire, table, len(numbers), reads))
            say("%-13s %-8s %3d reads, %5d values compared, 0 differences" % (wire, table, len(reads), compared))
    scene.compare_with_journal()


run(main, arguments, ports=1 + len(WIRES))
