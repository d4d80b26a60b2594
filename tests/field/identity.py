"""A device says who it is, over a real connection: it is shown, kept over a restart, and when another device stands in
its place, that is told once and stored.  Its values know nothing of it."""
import time

from harness import check, run, say, wait_until
from modbus_peer import Peer, exception, reply

TEXT_AT, REGISTERS, EVENT_DEVICE_EXCHANGED = 200, 8, 13


class Meter:
    """Register 10 holds 125; its text stands from 200 on, low byte first; nothing stands at 300."""

    def __init__(self, port):
        self.text = "Máy SN 40213".encode()
        self.asked = []
        self.peer = Peer(port, self.answer)

    def answer(self, link, request):
        self.asked.append((request.function, request.address, request.quantity))
        if request.address == TEXT_AT:
            data = self.text.ljust(2 * REGISTERS, b"\0")
            link.send(reply(request, [data[2 * i + 1] << 8 | data[2 * i] for i in range(REGISTERS)]))
        elif request.address == 300:
            link.send(exception(request, 2))
        else:
            link.send(reply(request, [125] * request.quantity))


def wires(port):
    device = ("      - { id: %s, site: site, unit: 1, every: 200ms, identity: %s,\n          points: [ { id: %s, name: Điểm,"
              " unit: bar, holding: 10, type: u16, scale: 0.01 } ] }\n")
    return ("  - id: w\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n" % port +
            device % ("says", "{ input: %d, registers: %d, order: low_first }" % (TEXT_AT, REGISTERS), "p.a") +
            device % ("refuses", "{ holding: 300, registers: 1 }", "p.b"))


def devices(daemon):
    """(that says, that refuses)"""
    return daemon.get("/api/v1/wires")[1]["wires"][0]["devices"]


def is_called(daemon, text):
    wait_until(lambda: devices(daemon)[0]["identity"] == text, 20, lambda: "it is %s: %s" % (text, devices(daemon)[0]))


def stored(scene):
    return scene.sql("SELECT subject, text FROM capnuoc.event WHERE kind = %d ORDER BY at" % EVENT_DEVICE_EXCHANGED,
                     "reader")


def main(scene):
    scene.use_database()
    meter = Meter(scene.port + 1)
    scene.configure(wires(meter.peer.port))
    scene.migrate()
    daemon = scene.start().wait_ready()
    is_called(daemon, "Máy SN 40213")
    time.sleep(1)  # five more cycles
    says, refuses = devices(daemon)
    check(refuses["identity"] is None and "exception 2" in refuses["last_error"], "who refuses is told: %s" % refuses)
    check(says["state"] == refuses["state"] == "up" and says["last_error"] is None, "both are up: %s" % says)
    check(meter.asked.count((4, TEXT_AT, REGISTERS)) == 1 and meter.asked.count((3, 300, 1)) == 1,
          "asked once: %s" % meter.asked[:20])
    daemon.stop()
    meter.text = b"Meter \xff SN 50001 "
    daemon = scene.start().wait_ready()
    is_called(daemon, "Meter ? SN 50001")
    wait_until(lambda: len(stored(scene)) == 1, 20, "the exchange is stored")
    daemon.stop()
    daemon = scene.start().wait_ready()
    is_called(daemon, "Meter ? SN 50001")
    daemon.stop()
    told = stored(scene)
    check(len(told) == 1 and told[0][0] == "says" and '"Máy SN 40213"' in told[0][1] and '"Meter ? SN 50001"' in told[0][1],
          "told once, with both: %s" % told)
    readings, _ = scene.compare_with_journal()
    check({(value, quality) for _, _, _, value, quality, _ in readings if quality} == {(1.25, 2)},
          "readings were disturbed: %s" % readings[:20])
    say(told[0][1])


run(main)
