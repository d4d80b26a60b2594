"""The server of libmodbus' own unit tests, with its odd registers: none of them ever becomes a good value, and the
ordinary registers and bits beside them do."""
import os
import subprocess
import threading

from harness import BAD, GOOD, REASONS, Skipped, check, is_free, pass_time, run, say, wait_until

SOURCE = "/usr/share/doc/libmodbus-dev/examples/unit-test-server.c"
PORT = 1502  # the program knows no other
BITS = [int(b) for byte in (0xAC, 0xDB, 0x35) for b in "{:08b}".format(byte)[::-1]][:22]  # its discrete inputs from 0x1C4
ODD = {  # device: (register, type, reasons)
    "busy": (0x170, "u16", {"busy"}),
    "number-0": (0x171, "u16", {"no_answer", "bad_answer"}),
    "late": (0x172, "u16", {"no_answer"}),
    "drip": (0x173, "u16", {"bad_answer", "no_answer"}),  # it echoes only the low half of the transaction
    "short": (0x160, "u32", {"bad_answer"}),
}


def plant():
    text = ("  - id: ut\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    answer_within: 250ms\n    devices:\n"
            "      - id: plain\n        site: site\n        unit: 17\n        every: 100ms\n        points:\n"
            "          - { id: plain.input, name: Ô, unit: '-', input: 264, type: u16, scale: 0.5, heartbeat: 1s }\n"
            "          - { id: plain.first, name: Ô, unit: '-', holding: 353, type: u16, offset: 7, heartbeat: 1s }\n"
            "          - { id: plain.third, name: Ô, unit: '-', holding: 355, type: u16, offset: 9, heartbeat: 1s }\n" % PORT)
    for i in range(len(BITS)):
        text += "          - { id: bit.%d, name: Ô, unit: '-', discrete: %d, type: bool, heartbeat: 1s }\n" % (i, 0x1C4 + i)
    text += "          - { id: plain.coil, name: Ô, unit: '-', coil: %d, type: bool, heartbeat: 1s }\n" % 0x130
    for unit, (name, (register, kind, _)) in enumerate(ODD.items(), 18):
        text += ("      - id: %s\n        site: site\n        unit: %d\n        every: 500ms\n        points:\n"
                 "          - { id: odd.%s, name: Ô, unit: '-', holding: %d, type: %s }\n" %
                 (name, unit, name, register, kind))
    return text


class Server:
    """It serves one client and ends with it; here it always comes back."""

    def __init__(self, program):
        self.program, self.process, self.starts, self.ended = program, None, 0, False
        threading.Thread(target=self.keep, daemon=True).start()

    def keep(self):
        while not self.ended:
            self.process = subprocess.Popen([self.program, "tcp"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.starts += 1
            self.process.wait()
            pass_time(0.02)

    def end(self):
        self.ended = True
        self.process.kill()


def build(scene):
    if not os.path.exists(SOURCE):
        raise Skipped("libmodbus-dev has no %s here" % SOURCE)
    flags = subprocess.check_output(["pkg-config", "--cflags", "--libs", "libmodbus"], text=True).split()
    subprocess.run(["cc", "-w", SOURCE, "-o", scene.path("server")] + flags, check=True)
    return scene.path("server")


def main(scene):
    program = build(scene)
    wait_until(lambda: scene.lock("ports-%d" % PORT), 120, "port %d, which another run of this test has" % PORT)
    check(is_free(PORT), "port %d is taken by some program" % PORT)
    scene.use_database()
    scene.configure(plant())
    scene.migrate()
    server = Server(program)
    scene.at_end.append(server.end)
    daemon = scene.start().wait_ready()

    def enough():
        rows = dict(scene.sql("SELECT id, count(*) FILTER (WHERE quality = 2) FROM capnuoc.reading JOIN capnuoc.point"
                              " USING (point_key) GROUP BY id"))
        seen = scene.sql("SELECT DISTINCT id, reason FROM capnuoc.reading JOIN capnuoc.point USING (point_key)")
        met = {(name, REASONS[int(reason)]) for name, reason in seen}
        return int(rows.get("plain.input", 0)) >= 5 and all(
            any(("odd." + name, reason) in met for reason in reasons) for name, (_, _, reasons) in ODD.items())
    wait_until(enough, 100, "every odd register read, the plain ones good", every=1)
    daemon.stop()
    stored = scene.stored()
    for point, value in (("plain.input", 5.0), ("plain.first", 7.0), ("plain.third", 9.0), ("plain.coil", 0.0),
                         *(("bit.%d" % i, float(b)) for i, b in enumerate(BITS))):
        values = {v for _, v, quality, _ in stored[point] if quality == GOOD}
        check(values == {value}, "%s is %s, served as %s" % (point, values, value))
    for name, (_, _, reasons) in ODD.items():
        rows = stored["odd." + name]
        check(all(r[2] == BAD and r[1] is None for r in rows), "odd.%s was stored as a value: %s" % (name, rows[:5]))
        met = {r[3] for r in rows}
        check(met & reasons and met <= reasons | {"no_connection", "stopped", "no_answer", "bad_answer"},
              "odd.%s has the reasons %s" % (name, met))
        say("odd.%-9s never a value; reasons %s" % (name, ", ".join(sorted(met))))
    say("plain registers good %d times while the server ended and came back %d times" %
        (len([1 for r in stored["plain.input"] if r[2] == GOOD]), server.starts - 1))
    scene.compare_with_journal()


run(main)
