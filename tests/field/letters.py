"""Messages about incidents by e-mail, against a mail server nobody here wrote (aiosmtpd, TLS on loopback): they wait while it is
away and PostgreSQL too, outlive kills, come once and in order of urgency, in their readers' languages; what the server puts off
comes later, what it refuses is recorded; a server that says nothing holds up nothing else."""
import email
import email.policy
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import threading
import time

from harness import Skipped, check, pass_time, run, say, wait_until
from modbus_peer import Peer, reply

try:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult
except ImportError:
    Controller = None

TOKEN = "operator-of-the-field-test-0123456789"
USER, PASSWORD = b"capnuoc", b"mail-password-of-the-test"
NOTIFY = """notify:
  link: https://nuoc.example.vn
  again_after: 200ms
  again_most: 1s
  flood: 0
  mail: { server: "%s://localhost:%d", from: canhbao@nuoc.example.vn, user: capnuoc, password_file: mail.password,
          authorities: certificate.pem, answer_within: 3s }
  contacts:
    - { id: truong-ca, name: Trưởng ca, email: truong.ca@nuoc.example.vn }
    - { id: engineer, name: Engineer, email: engineer@nuoc.example.vn, language: en, supplier: s, sites: site }
    - { id: authority, name: Sở Xây dựng, email: so.xay.dung@lc.example.vn, told: grave }
    - { id: pipes, name: Đội ống, email: doi.ong@nuoc.example.vn, classes: distribution_main transmission_main }
"""


class Post:
    """The office that takes letters: which, and what it answers."""

    def __init__(self, scene, port, starttls=False):
        self.letters = []  # (address, message), in the order they were taken
        self.answers = {}  # address: what is said instead of yes, until it is taken out
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(scene.path("certificate.pem"), scene.path("key.pem"))
        more = {"tls_context": context, "require_starttls": True} if starttls else {"ssl_context": context}
        self.make = lambda: Controller(self, hostname="127.0.0.1", port=port, authenticator=self.knows, auth_required=True,
                                       auth_require_tls=starttls, **more)
        self.controller = None

    @staticmethod
    def knows(server, session, envelope, mechanism, data):
        return AuthResult(success=data.login == USER and data.password == PASSWORD)

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.letters.append((envelope.rcpt_tos[0], message))
        return "250 taken"

    def start(self):
        self.controller = self.make()
        self.controller.start()
        return self

    def stop(self):
        if self.controller is not None:
            self.controller.stop()
        self.controller = None

    def to(self, address):
        return [m for a, m in self.letters if a.startswith(address)]


class Silent:
    """Takes connections and says nothing."""

    def __init__(self, port):
        self.door = socket.create_server(("127.0.0.1", port))
        self.links = []
        threading.Thread(target=self.take, daemon=True).start()

    def take(self):
        try:
            while True:
                self.links.append(self.door.accept()[0])
        except OSError:
            pass

    def stop(self):
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        for link in self.links:
            link.close()


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

    def open(self, kind="water_quality"):
        self.keys += 1
        body = {"key": "letters-%04d" % self.keys, "class": kind, "site": "site", "note": "nước đục"}

        def told():  # 503: it has only just started; told twice is told once
            got = self.ask("POST", "/incidents", body)
            return got if got[0] != 503 else None
        status, answer = wait_until(told, 20, "it takes an incident")
        check(status in (200, 201), "%d %s" % (status, answer))
        return answer["id"]

    def letters(self, incident):
        status, answer = self.ask("GET", "/incidents/%s/letters" % incident)
        if status == 503:  # it has only just started
            return {}
        check(status == 200, "%d %s" % (status, answer))
        return {(l["message"], l["n"], l["to"]): l for l in answer["items"]}

    def states(self, incident):
        return sorted((l["to"], l["state"]) for l in self.letters(incident).values() if l["message"] == "opened")

    def channel(self):
        return self.ask("GET", "/channels")[1]["items"][0]


def certificate(scene):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", scene.path("key.pem"),
                    "-out", scene.path("certificate.pem")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


ALL = [("authority", "sent"), ("engineer", "sent"), ("truong-ca", "sent")]


def waits_while_nobody_is_there(scene, office, daemon, post):
    """Neither the mail server nor PostgreSQL; and a kill between the journal and the sending."""
    scene.cluster.psql("ALTER DATABASE %s CONNECTION LIMIT 0" % scene.database, "postgres")
    scene.cluster.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'" % scene.database, "postgres")
    incident = office.open()
    wait_until(lambda: len(office.states(incident)) == 3, 20, "letters wait")
    wait_until(lambda: not office.channel()["up"], 20, "the channel is down")
    check({s for _, s in office.states(incident)} == {"waits"}, str(office.states(incident)))
    check(daemon.part("channels")[0] == "degraded", str(daemon.part("channels")))
    check(office.ask("GET", "/alarms")[1]["items"] == [], "a dead channel made an alarm")
    check(daemon.metric("capnuoc_channel_up") == 0, "metrics")
    daemon.kill()
    daemon = scene.start().wait_ready()
    wait_until(lambda: len(office.states(incident)) == 3, 20, "they outlived the kill")
    post.start()
    wait_until(lambda: office.states(incident) == ALL, 30, lambda: "sent: %s %s" % (office.states(incident), office.channel()))
    check(office.channel()["up"] and daemon.part("channels")[0] == "ok", str(office.channel()))
    scene.cluster.psql("ALTER DATABASE %s CONNECTION LIMIT -1" % scene.database, "postgres")
    wait_until(lambda: int(scene.sql("SELECT count(*) FROM capnuoc.incident_letter WHERE incident = %s AND kind = 0 AND state = 1 "
                                     "AND settled_at >= made_at" % incident)[0][0]) == 3, 60, "PostgreSQL has them")
    return daemon, incident


def reads_right(post, incident):
    [vi] = [m for m in post.to("truong.ca") if incident in m.get_content()]
    [en] = [m for m in post.to("engineer") if incident in m.get_content()]
    check("[SỰ CỐ MỚI]" in vi["Subject"] and "Trạm thử" in vi["Subject"], vi["Subject"])
    for part in ("Nơi: Trạm thử", "Việc: nhân viên phát hiện", "Hạn khắc phục: ", "(chỉ tiêu nội bộ)",
                 "Xem: https://nuoc.example.vn/#/incidents/%s" % incident):
        check(part in vi.get_content(), "%s in %s" % (part, vi.get_content()))
    check("[NEW INCIDENT]" in en["Subject"] and "Where: Trạm thử" in en.get_content(), en.get_content())
    check(vi["To"].addresses[0].display_name == "Trưởng ca", str(vi["To"]))
    check(vi["Content-Language"] == "vi" and vi["Importance"] == "high" and vi["Auto-Submitted"] == "auto-generated", str(vi))
    check(vi["Date"].datetime.utcoffset().total_seconds() == 7 * 3600, vi["Date"])
    check(vi["Message-ID"] != en["Message-ID"] and ".opened.0.truong-ca.email@" in vi["Message-ID"], vi["Message-ID"])
    check(not post.to("doi.ong"), "told of a class that is not his")


def put_off_and_refused(office, post):
    post.answers = {"truong.ca@nuoc.example.vn": "451 4.7.1 truong.ca@nuoc.example.vn later",
                    "engineer@nuoc.example.vn": "550 5.1.1 <engineer@nuoc.example.vn> unknown"}
    incident = office.open()
    said = {}

    def tried():
        said.update({l["to"]: l for l in office.letters(incident).values() if l["message"] == "opened"})
        return said and said["truong-ca"]["tries"] >= 2 and said["engineer"]["state"] == "refused"
    wait_until(tried, 30, lambda: "put off and refused: %s" % said)
    check(said["truong-ca"]["state"] == "waits" and said["truong-ca"]["next_at"], str(said))
    check(said["engineer"]["said"] == "550 5.1.1 <*> unknown" and "@" not in said["truong-ca"]["said"], str(said))
    check(said["authority"]["state"] == "sent" and office.channel()["up"], "one address holds up another")
    del post.answers["truong.ca@nuoc.example.vn"]
    wait_until(lambda: ("truong-ca", "sent") in office.states(incident), 20, "what was put off comes")
    post.answers = {}


def ctl(scene, *words):
    done = subprocess.run([os.path.join(os.path.dirname(scene.program), "capnuocctl"), "channel", "--config", scene.config_path, *words],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()


def tried_by_hand(scene, office, post):
    """A test message through a channel: marked, recorded, answered with the channel's words; one that is back is used at once."""
    said = ctl(scene, "contacts")[1]
    check(said.startswith("id ") and re.search(r"^truong-ca +Trưởng ca +email *$", said, re.M), said)
    check(re.search(r"^email +up +\d+ +\d+ +\d+ ", ctl(scene, "list")[1], re.M), ctl(scene, "list")[1])
    code, said = ctl(scene, "test", "email", "truong-ca", "--by", "Lò Thị Lan")
    check(code == 0 and said.startswith("taken 250 "), said)
    [test] = [m for m in post.to("truong.ca") if "[THỬ / TEST]" in m["Subject"]]
    check("Người thử: Lò Thị Lan" in test.get_content() and "không có sự cố" in test.get_content().lower(), test.get_content())
    shown = office.channel()["last_test"]
    check((shown["state"], shown["to"], shown["by"]) == ("taken", "truong-ca", "Lò Thị Lan"), str(shown))
    post.stop()
    incident = office.open()
    wait_until(lambda: not office.channel()["up"], 20, "down")
    code, said = ctl(scene, "test", "email", "engineer", "--by", "Lan")
    check(code == 0 and said.startswith("down "), said)
    post.answers = {"engineer@nuoc.example.vn": "550 5.1.1 <engineer@nuoc.example.vn> unknown"}
    post.start()
    code, said = ctl(scene, "test", "email", "engineer", "--by", "Lan")
    check(code == 0 and said == "refused 550 5.1.1 <*> unknown\n", said)
    post.answers = {}
    code, said = ctl(scene, "test", "email", "engineer", "--by", "Lan")
    check(code == 0 and any("[THỬ / TEST]" in m["Subject"] for m in post.to("engineer")), said)
    check(ctl(scene, "test", "sms", "engineer", "--by", "Lan")[0] == 1, "there is no SMS")
    check(ctl(scene, "test", "email", "nobody", "--by", "Lan")[0] == 1, "there is no such contact")
    ctl(scene, "test", "email", "engineer", "--by", "Lan")
    code, said = ctl(scene, "test", "email", "engineer", "--by", "Lan")
    check(code == 1 and "too often" in said, said)
    status, said = office.ask("POST", "/channels/email/test", {"key": "letters-test-1", "to": "engineer"})
    check(status == 403 and said["type"] == "/problems/leaders-only", "%d %s" % (status, said))
    wait_until(lambda: office.states(incident) == ALL, 20, "what waited comes")
    wait_until(lambda: len(scene.sql("SELECT 1 FROM capnuoc.audit WHERE action = 'channel.test' AND subject = 'channel:email' AND after ="
                                     " '{\"to\":\"engineer\"}'")) == 4, 30, "the record of acts has them")


def said_nothing(scene, office, daemon, post):
    """A server that holds the line: the answer to people is as quick as ever, and the letters come when it is gone."""
    post.stop()
    silent = Silent(scene.port + 2)
    incident = office.open()
    wait_until(lambda: silent.links, 20, "it was called")
    began = time.monotonic()
    for _ in range(5):
        office.open("plant_equipment")
    held_ms = (time.monotonic() - began) * 1000 / 5
    wait_until(lambda: not office.channel()["up"], 20, "it is left")
    silent.stop()
    post.start()
    wait_until(lambda: office.states(incident) == ALL, 30, "sent")
    check(daemon.running(), "the daemon lives")
    return held_ms


def in_order(office, post):
    """What waited comes by urgency: dangers to health, then what the law limits, though that was first."""
    post.stop()
    law = office.open("plant_equipment")
    wait_until(lambda: len(office.states(law)) == 2, 60, "told after its wait for a cause")
    dangers = [office.open(), office.open()]
    for danger in dangers:
        wait_until(lambda i=danger: len(office.states(i)) == 3, 20, "letters wait")
    wait_until(lambda: not office.channel()["up"], 20, "down")
    before = len(post.letters)
    post.start()
    wait_until(lambda: {s for i in [law] + dangers for _, s in office.states(i)} == {"sent"}, 30, "all sent")
    came = [i for _, m in post.letters[before:] for i in [law] + dangers if ".%s.opened." % i in m["Message-ID"]]
    check(came == [dangers[0]] * 3 + [dangers[1]] * 3 + [law] * 2, "order: %s" % came)


def killed_in_between(scene, office, daemon, post, kills):
    """Between journal, sending and record: nothing is lost; a letter comes again only when the kill fell between the server's
    yes and the record of it, and under the same Message-ID."""
    before = len(post.letters)
    incidents = []
    for _ in range(kills):
        incidents.append(office.open())
        pass_time(scene.random.uniform(0, 0.25))
        daemon.kill()
        daemon = scene.start().wait_ready()
    for incident in incidents:
        wait_until(lambda i=incident: office.states(i) == ALL, 60, lambda i=incident: "sent: %s" % office.states(i))
    pass_time(1.5)  # more would come now
    came = [m["Message-ID"] for _, m in post.letters[before:] if ".opened." in m["Message-ID"]]
    for incident in incidents:
        mine = {i for i in came if ".%s.opened." % incident in i}
        check(len(mine) == 3, "%s: %s" % (incident, mine))
    again = len(came) - len(set(came))
    check(again <= kills, "%d letters came again over %d kills" % (again, kills))
    return daemon, len(set(came)), again


def hand_over_ms(office, post, times=20):
    """From the answer to whoever opened it (durable) until the server has its first letter."""
    late = []
    for _ in range(times):
        before = len(post.letters)
        began = time.monotonic()
        office.open()
        wait_until(lambda n=before: len(post.letters) > n, 20, "the first letter", every=0.005)
        late.append((time.monotonic() - began) * 1000)
        wait_until(lambda n=before: len(post.letters) >= n + 3, 20, "the others", every=0.005)
    return sorted(late)


def main(scene):
    if Controller is None:
        raise Skipped("no python3-aiosmtpd")
    scene.use_database()
    certificate(scene)
    station = Peer(scene.port + 1, lambda link, request: link.send(reply(request, [42] * request.quantity)))
    scene.secret("operator.token", TOKEN)
    scene.secret("mail.password", PASSWORD.decode())
    scene.configure("  - id: w\n    tcp: 127.0.0.1:%d\n    devices:\n      - { id: d, site: site, unit: 1, every: 1s, points: "
                    "[ { id: a.p, name: p, holding: 0, type: u16, unit: bar } ] }\n" % station.port,
                    http=", operator_token_file: operator.token", more=NOTIFY % ("smtps", scene.port + 2))
    scene.migrate()
    post = Post(scene, scene.port + 2)
    daemon = scene.start().wait_ready()
    office = Office(scene)
    try:
        daemon, incident = waits_while_nobody_is_there(scene, office, daemon, post)
        reads_right(post, incident)
        put_off_and_refused(office, post)
        tried_by_hand(scene, office, post)
        held_ms = said_nothing(scene, office, daemon, post)
        in_order(office, post)
        daemon, letters, again = killed_in_between(scene, office, daemon, post, scene.options.kills)
        late = hand_over_ms(office, post)
        daemon.stop()
        post.stop()
        with open(scene.config_path, encoding="utf-8") as f:
            text = f.read()
        scene.write("daemon.yaml", text.replace("smtps://", "smtp://"))
        post = Post(scene, scene.port + 2, starttls=True).start()
        daemon = scene.start().wait_ready()
        incident = office.open()
        wait_until(lambda: office.states(incident) == ALL, 20, "by STARTTLS")
        check(PASSWORD.decode() not in daemon.words(), "the password is in the log")
        daemon.stop()
    finally:
        post.stop()
    say("%d kills: %d letters, %d came again; handed over after %.0f ms (median), %.0f ms at most; a silent server: %.1f ms a step" %
        (scene.options.kills, letters, again, late[len(late) // 2], late[-1], held_ms))


if __name__ == "__main__":
    run(main, lambda parser: parser.add_argument("--kills", type=int, default=3), ports=3)
