"""Messages over HTTPS: a signed webhook and a gateway for SMS on loopback, by a certificate of their own.  What they take comes once
and whole; a redirect is not followed, what they refuse is recorded, one that hangs or is not believed is down and nothing else is."""
import datetime
import hashlib
import hmac
import http.client
import http.server
import json
import ssl
import subprocess
import threading
import time
import urllib.parse

from harness import check, run, say, wait_until
from modbus_peer import Peer, reply

TOKEN = "operator-of-the-field-test-0123456789"
SECRET = "secret-of-the-webhook-0123456789"
NOTIFY = """notify:
  again_after: 200ms
  again_most: 1s
  sms:
    gateway: { url: "https://localhost:%(port)d/sms?to={to}&text={brief}", method: get, headers: [ "X-Key: {secret}" ],
               secret_file: hook.secret, authorities: certificate.pem, answer_within: 1s }
  webhook: { template: hook.yaml, secret_file: hook.secret, sign: true, authorities: certificate.pem, answer_within: 1s }
  contacts:
    - { id: to-ong, name: Tổ đường ống, sms: 0912345678 }
    - { id: zalo, name: Trưởng ca, webhook: user-1 }
"""
HOOK = """url: https://localhost:%(port)d/hook
headers: [ "access_token: {secret}" ]
body: '{"recipient":{"user_id":"{to}"},"message":{"text":"{subject}\\n{text}"}}'
taken_when: '"error":0'
"""


class Gateway:
    def __init__(self, scene, port):
        self.got, self.answers, self.free = [], {}, threading.Event()
        gateway = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                way = urllib.parse.urlsplit(self.path).path
                gateway.got.append((way, self.path, self.headers, body))
                status, text, *wait = gateway.answers.get(way, (200, '{ "error" : 0 }'))
                if status == 0:
                    gateway.free.wait(20)
                    return
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "https://localhost:%d/elsewhere" % port)
                for seconds in wait:
                    self.send_header("Retry-After", str(seconds))
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())
            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(scene.path("certificate.pem"), scene.path("key.pem"))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def at(self, way):
        return [g for g in self.got if g[0] == way]


class Office:
    def __init__(self, scene):
        self.scene, self.keys = scene, 0

    def ask(self, method, path, body=None):
        link = http.client.HTTPConnection("127.0.0.1", self.scene.http_port, timeout=20)
        try:
            link.request(method, "/api/v1" + path, None if body is None else json.dumps(body).encode(),
                         {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json", "Accept-Language": "en"})
            answer = link.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            link.close()

    def open(self):
        self.keys += 1
        body = {"key": "hook-open-%04d" % self.keys, "class": "water_quality", "site": "site", "note": "nước \"đục\""}

        def told():
            got = self.ask("POST", "/incidents", body)
            return got if got[0] != 503 else None
        status, answer = wait_until(told, 20, "it takes an incident")
        check(status in (200, 201), "%d %s" % (status, answer))
        return answer["id"]

    def letters(self, incident):
        return {l["to"]: l for l in self.ask("GET", "/incidents/%s/letters" % incident)[1].get("items", []) if l["message"] == "opened"}

    def states(self, incident):
        return {to: l["state"] for to, l in self.letters(incident).items()}

    def up(self):
        return {c["channel"]: c["up"] for c in self.ask("GET", "/channels")[1]["items"]}


ALL = {"to-ong": "sent", "zalo": "sent"}


def main(scene):
    scene.use_database()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", scene.path("key.pem"),
                    "-out", scene.path("certificate.pem")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    station = Peer(scene.port + 1, lambda link, request: link.send(reply(request, [42] * request.quantity)))
    scene.secret("operator.token", TOKEN)
    scene.secret("hook.secret", SECRET)
    scene.write("hook.yaml", HOOK % {"port": scene.port + 2})
    scene.configure("  - id: w\n    tcp: 127.0.0.1:%d\n    devices:\n      - { id: d, site: site, unit: 1, every: 1s, points: "
                    "[ { id: a.p, name: p, holding: 0, type: u16, unit: bar } ] }\n" % station.port,
                    http=", operator_token_file: operator.token", more=NOTIFY % {"port": scene.port + 2})
    scene.migrate()
    gateway = Gateway(scene, scene.port + 2)
    daemon = scene.start().wait_ready()
    office = Office(scene)

    incident = office.open()
    wait_until(lambda: office.states(incident) == ALL, 20, lambda: "sent: %s" % office.letters(incident))
    [(_, path, head, _)] = gateway.at("/sms")
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
    check(query["to"] == ["84912345678"] and query["text"][0].startswith("SU CO MOI SC%s: " % incident), str(query))
    check(head["X-Key"] == SECRET and head["X-Capnuoc-Id"].endswith("/%s/opened/0/to-ong/sms" % incident), str(head))
    [(_, _, head, body)] = gateway.at("/hook")
    message = json.loads(body)
    check(message["recipient"]["user_id"] == "user-1" and "[SỰ CỐ MỚI]" in message["message"]["text"], str(message))
    mac = hmac.new(SECRET.encode(), head["X-Capnuoc-Timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
    check(head["X-Capnuoc-Signature"] == "sha256=" + mac and head["access_token"] == SECRET, str(head))

    gateway.answers = {"/hook": (422, "user-1 is not known to %s" % SECRET), "/sms": (302, "")}
    incident = office.open()
    wait_until(lambda: office.states(incident).get("zalo") == "refused" and not office.up()["sms"], 20, "refused, and down")
    check(office.letters(incident)["zalo"]["said"] == "HTTP 422: * is not known to *", str(office.letters(incident)))
    check(not gateway.at("/elsewhere") and office.up()["webhook"] and office.states(incident)["to-ong"] == "waits", "a redirect")
    gateway.answers = {"/hook": (404, "no such user"), "/sms": (429, "slowly", 3600)}
    before, waits = time.time(), office.open()
    wait_until(lambda: office.states(waits).get("zalo") == "refused" and office.letters(waits)["to-ong"]["tries"] >= 1, 20, "404 and 429")
    check(office.up()["webhook"], "the webhook is down for one reader it does not know")
    off = datetime.datetime.fromisoformat(office.letters(waits)["to-ong"]["next_at"]).timestamp() - before
    check(0.9 <= off < 20, "to wait for an hour is a second here, again_most: %s" % off)
    gateway.answers = {"/hook": (200, '{"error":-213}'), "/sms": (0, "")}
    other = office.open()
    wait_until(lambda: office.letters(other).get("zalo", {}).get("tries", 0) >= 2, 20, "200 is not yes")
    check(daemon.part("channels")[0] == "degraded" and office.ask("GET", "/alarms")[1]["items"] == [], "an alarm of it")
    gateway.answers = {}
    gateway.free.set()
    wait_until(lambda: office.states(other) == ALL and office.states(incident)["to-ong"] == "sent", 30, "all is sent at last")
    check(SECRET not in daemon.words(), "the secret is in the log")
    daemon.stop()
    say("%d requests; the signature fits" % len(gateway.got))


if __name__ == "__main__":
    run(main, ports=3)
