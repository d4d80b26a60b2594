"""npm's modbus-serial as the device: integers and floats in all word orders, holding and input registers; every value
of every read is in PostgreSQL, at the time of that read."""
import os
import subprocess

from harness import GOOD, TREE, Held, Skipped, check, run, say, wait_until

READS = 120
ORDERS = ["abcd", "cdab", "badc", "dcba"]


def arguments(parser):
    parser.add_argument("--node", default="node")


def wanted(n):
    """{name: (register, type, order, value)} of a table's n-th read."""
    values = {"n": (0, "u16", None, n % 65536), "i16": (1, "i16", None, (n * 7919) % 65536 - 32768),
              "u16": (2, "u16", None, (n * 31) % 65536)}
    numbers = {"f32": ((n * 37) % 1000) / 8 - 50, "u32": (n * 65537) % (1 << 32), "i32": (n * 65537) % (1 << 32) - (1 << 31)}
    register = 3
    for kind, value in numbers.items():
        for order in ORDERS:
            values[kind + "-" + order] = (register, kind, order, value)
            register += 2
    return values


def plant(port):
    text = ("  - id: js\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    answer_within: 5s\n    devices:\n      - id: d\n        site: site\n"
            "        unit: 1\n        every: 100ms\n        points:\n" % port)
    for table in ("holding", "input"):
        for name, (register, kind, order, _) in wanted(0).items():
            text += "          - { id: %s.%s, name: Ô, unit: '-', %s: %d, type: %s%s }\n" % (
                table, name, table, register, kind, ", order: " + order if order else "")
    return text


def main(scene):
    modules = os.path.join(TREE, "tests", "node", "node_modules")
    if not os.path.isdir(os.path.join(modules, "modbus-serial")):
        raise Skipped("npm's modbus-serial is not installed in tests/node")
    here = os.path.dirname(os.path.abspath(__file__))
    server = subprocess.Popen([scene.options.node, os.path.join(here, "modbus_serial_server.cjs"), modules,
                               str(scene.port + 1)], stdout=subprocess.PIPE)
    scene.at_end.append(lambda: (server.kill(), server.wait()))
    check(server.stdout.readline() == b"ready\n", "modbus-serial did not start")
    scene.use_database()
    scene.configure(plant(scene.port + 1))
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: int(scene.sql("SELECT count(DISTINCT value) FROM capnuoc.reading JOIN capnuoc.point"
                                     " USING (point_key) WHERE id = 'input.n'")[0][0]) >= READS, 90,
               "%d reads in PostgreSQL" % READS, every=1)
    daemon.stop()
    stored = scene.stored()
    compared = 0
    for table in ("holding", "input"):
        reads = [(ms, int(v)) for ms, v, quality, _ in stored[table + ".n"] if quality == GOOD]
        check([n for _, n in reads] == list(range(1, len(reads) + 1)), "%s: reads are missing" % table)
        held = {name: Held(stored["%s.%s" % (table, name)]) for name in wanted(0)}
        for ms, n in reads:
            for name, (_, _, _, value) in wanted(n).items():
                got = held[name].at(ms)
                check(got[2] == GOOD and got[1] == value, "%s.%s, read %d: served %s, held %s" %
                      (table, name, n, value, got))
                compared += 1
    say("modbus-serial: %d values compared, 0 differences" % compared)
    scene.compare_with_journal()


run(main, arguments)
