"""testssl.sh looks at the daemon's TLS: nothing above low, what is about the test's own certificate aside."""
import json
import os
import shutil
import subprocess

from certificates import exchange, wires
from harness import Skipped, check, run, say, wait_until
from modbus_peer import Peer, reply

# Of a certificate that nobody signed.
OWN = ("cert_chain_of_trust", "cert_trust", "cert_revocation", "cert_serialNumberLen")
# docs/security.md says why.
ACCEPTED = ("BREACH",)
WORSE = ("MEDIUM", "HIGH", "CRITICAL")


def look(scene, program, port):
    """{id: (severity, finding)} of everything that is not just information."""
    found = scene.path("testssl.json")
    done = subprocess.run([program, "--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", "--ip", "127.0.0.1",
                           "--severity", "LOW", "--jsonfile", found, "https://localhost:%d/" % port],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=scene.folder,
                          timeout=3300)
    check(os.path.exists(found), "testssl.sh: %d %s" % (done.returncode, done.stdout[-3000:].decode("utf-8", "replace")))
    with open(found, encoding="utf-8") as f:
        rows = json.load(f)
    text = done.stdout.decode("utf-8", "replace")
    check("Testing protocols" in text and "Testing vulnerabilities" in text, "it did not look at all: " + text[-3000:])
    return {row["id"]: (row["severity"], row["finding"]) for row in rows}


def main(scene):
    program = shutil.which("testssl") or shutil.which("testssl.sh")
    if not program:
        raise Skipped("no testssl.sh here")
    scene.use_database()
    port = scene.port + 2
    peer = Peer(scene.port + 1, lambda link, request: link.send(reply(request, [352] * request.quantity)))
    exchange(scene, 7)
    scene.configure(wires(peer.port), http=", tls_listen: \"127.0.0.1:%d\", certificate: certificate.pem, key: key.pem, "
                    "connections_each: 0, stranger_requests_per_minute: 0" % port)
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: daemon.get("/api/v1/points/a.pressure")[1].get("quality") == "good", 20, "a value")
    found = look(scene, program, port)
    daemon.stop()
    peer.close()
    for name, (severity, finding) in sorted(found.items()):
        say("%s %s: %s%s" % (severity, name, finding, " (of the test's certificate)" if name in OWN else ""))
    wrong = [name for name, (severity, _) in found.items() if severity in WORSE and name not in OWN + ACCEPTED]
    check(not wrong, "worse than low: %s" % ", ".join(wrong))
    say("testssl.sh: nothing above low")


if __name__ == "__main__":
    run(main, ports=3)
