"""A Modbus TCP server that does as it is told, also what no server should."""
import collections
import socket
import struct
import threading
import time

Request = collections.namedtuple("Request", "tid unit function address quantity")


def reply(request, words, **other):
    """The frame that answers; `other` names fields to falsify: tid, protocol, length, unit, function, count."""
    data = b"".join(struct.pack(">H", w & 0xFFFF) for w in words)
    pdu = bytes([other.get("function", request.function), other.get("count", len(data)) & 0xFF]) + data
    return struct.pack(">HHHB", other.get("tid", request.tid) & 0xFFFF, other.get("protocol", 0),
                       other.get("length", len(pdu) + 1), other.get("unit", request.unit)) + pdu


def exception(request, code):
    return struct.pack(">HHHBBB", request.tid, 0, 3, request.unit, request.function | 0x80, code)


def u32(value):
    return [value >> 16 & 0xFFFF, value & 0xFFFF]


class Connection:
    def __init__(self, sock):
        self.sock = sock
        self.number = 0

    def send(self, data):
        try:
            self.sock.sendall(data)
            return True
        except OSError:
            return False

    def close(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class Peer:
    """Calls answer(connection, request) in the connection's own thread; it sends what it likes."""

    def __init__(self, port, answer):
        self.answer = answer
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", port))
        self.listener.listen(16)
        self.port = port
        self.lock = threading.Lock()
        self.connections = []
        self.accepted = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = Connection(sock)
            with self.lock:
                self.accepted += 1
                link.number = self.accepted
                self.connections.append(link)
            threading.Thread(target=self.serve, args=(link,), daemon=True).start()

    def serve(self, link):
        waiting = b""
        try:
            while True:
                while len(waiting) < 12:
                    more = link.sock.recv(4096)
                    if not more:
                        return
                    waiting += more
                tid, protocol, length, unit, function, address, quantity = struct.unpack(">HHHBBHH", waiting[:12])
                waiting = waiting[12:]
                if protocol != 0 or length != 6:
                    return
                self.answer(link, Request(tid, unit, function, address, quantity))
        except OSError:
            pass
        finally:
            with self.lock:
                if link in self.connections:
                    self.connections.remove(link)
            link.sock.close()

    def hang_up(self):
        """Closes every connection, as a device that restarts does."""
        with self.lock:
            links = list(self.connections)
        for link in links:
            link.close()

    def close(self):
        self.listener.close()
        self.hang_up()


class Counters:
    """Devices (units) with a counter in every two registers, which moves on at every read: no value comes twice.
    served[unit, slot] is [(value, seconds, run)], run being whatever was current then."""

    def __init__(self, port):
        self.lock = threading.Lock()
        self.next = {}
        self.served = {}
        self.run = 0
        self.silent = False  # asks remain without an answer, and count for nothing
        self.peer = Peer(port, self.answer)

    def answer(self, link, request):
        words = []
        if self.silent:
            return
        with self.lock:
            for slot in range(request.address // 2, (request.address + request.quantity) // 2):
                value = self.next.get((request.unit, slot), 1)
                self.next[request.unit, slot] = value + 1
                self.served.setdefault((request.unit, slot), []).append((value, time.time(), self.run))
                words += u32(value)
        link.send(reply(request, words))

    def count(self, unit=1, slot=0):
        with self.lock:
            return self.next.get((unit, slot), 1) - 1

    def values(self, unit, slot):
        with self.lock:
            return list(self.served.get((unit, slot), []))

    @staticmethod
    def plant(port, units, slots=1, every="100ms", wire="w", answer_within="2s"):
        text = "  - id: %s\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    answer_within: %s\n    devices:\n" % (wire, port, answer_within)
        for unit in range(1, units + 1):
            text += ("      - id: %s-d%d\n        site: site\n        unit: %d\n        every: %s\n"
                     "        points:\n" % (wire, unit, unit, every))
            for slot in range(slots):
                text += ("          - { id: %s.d%d.c%d, name: Bộ đếm, unit: lần, holding: %d, type: u32, decimals: 0,"
                         " heartbeat: 1h }\n" % (wire, unit, slot, 2 * slot))
        return text
