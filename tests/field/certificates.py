"""Streams over TLS: the certificate's files are exchanged while fifty are open.  They go on, who comes afterwards is shown
the new one, and the end with all of them open, and with handshakes that nobody finishes, is clean."""
import itertools
import os
import re
import signal
import socket
import ssl
import subprocess

from harness import check, run, say, wait_until
from modbus_peer import Peer, reply

STREAMS = 50


def wires(port):
    return ("  - id: w\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
            "      - { id: meter, site: site, unit: 1, every: 500ms, points: [\n"
            "          { id: a.pressure, name: Áp lực, unit: bar, holding: 104, type: u16, scale: 0.01 } ] }\n" % port)


def exchange(scene, serial):
    """A pair of its own, each file put into its place as a whole."""
    new = {what: scene.path("new-" + what) for what in ("key.pem", "certificate.pem")}
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "300",
                    "-set_serial", str(serial), "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                    "-keyout", new["key.pem"], "-out", new["certificate.pem"]],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    os.chmod(new["key.pem"], 0o600)
    for what, path in new.items():
        os.replace(path, scene.path(what))


def context():
    c = ssl.create_default_context()
    c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
    return c


def connect(port):
    wire = socket.create_connection(("127.0.0.1", port), 10)
    return context().wrap_socket(wire, server_hostname="localhost", suppress_ragged_eofs=False)


def serial_shown(port):
    with connect(port) as link:
        der = link.getpeercert(binary_form=True)
    text = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-serial"], input=der, check=True,
                          stdout=subprocess.PIPE).stdout.decode()
    return int(text.strip().split("=")[1], 16)


class Stream:
    def __init__(self, port, token):
        self.link = connect(port)
        self.link.sendall(("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n" %
                           token).encode())
        self.text = b""

    def read_until(self, pattern, what):
        """What is read before is forgotten."""
        self.link.settimeout(20)
        while not re.search(pattern, self.text):
            got = self.link.recv(1 << 16)
            check(got != b"", "a stream ended before %s: %s" % (what, self.text[-300:]))
            self.text += got
        self.text = self.text[re.search(pattern, self.text).end():]

    def read_to_the_end(self):
        """Raises where the connection is cut instead of closed by TLS's own word."""
        self.link.settimeout(20)
        while True:
            got = self.link.recv(1 << 16)
            if got == b"":
                return self.text
            self.text += got


def main(scene):
    scene.use_database()
    port, value = scene.port + 2, itertools.count(100)
    peer = Peer(scene.port + 1, lambda link, request: link.send(reply(request, [next(value) % 60000] * request.quantity)))
    exchange(scene, 7)
    scene.configure(wires(peer.port), http=", tls_listen: \"127.0.0.1:%d\", certificate: certificate.pem, key: key.pem" % port)
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: daemon.get("/api/v1/points/a.pressure")[1].get("quality") == "good", 20, "a value")
    check(serial_shown(port) == 7, "the first certificate")
    streams = [Stream(port, scene.token) for _ in range(STREAMS)]
    for stream in streams:
        stream.read_until(rb"event: full", "its full picture")
    versions = {stream.link.version() for stream in streams}

    exchange(scene, 8)
    os.kill(daemon.pid, signal.SIGHUP)
    wait_until(lambda: serial_shown(port) == 8, 20, "the new certificate is shown", every=0.2)
    for stream in streams:
        stream.text = b""
        for _ in range(2):  # the second was surely made after the exchange
            stream.read_until(rb"event: change", "a change after the exchange")
    check(daemon.metric("capnuoc_stream_readers") == STREAMS, "all streams are open")

    silent = socket.create_connection(("127.0.0.1", port), 10)
    half = socket.create_connection(("127.0.0.1", port), 10)
    half.sendall(bytes.fromhex("16030102000100"))
    daemon.stop(15)
    for stream in streams:
        check(stream.read_to_the_end().endswith(b"\r\n0\r\n\r\n"), "a stream was cut, not ended: %s" % stream.text[-100:])
    silent.close()
    half.close()
    peer.close()
    with open(scene.log_path, encoding="utf-8") as f:
        check("http library says" not in f.read(), "the HTTP library complained")
    say("%d streams over %s went on over an exchange of the certificate and were ended cleanly" %
        (STREAMS, ", ".join(sorted(versions))))


if __name__ == "__main__":
    run(main, ports=3)
