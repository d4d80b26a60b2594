"""Servers that refuse, put off, hang up, drip a byte each ten seconds or say nothing: no message is lost, what one channel does not
take goes by the contact's next, other channels go on, and what was confirmed does not come again."""
import ssl
import socket
import threading
import time

from harness import Skipped, check, run, say, wait_until
from letters import Controller, Office, PASSWORD, Post, TOKEN, certificate
from modbus_peer import Peer, reply
from webhook import Gateway

NOTIFY = """notify:
  again_after: 200ms
  again_most: 500ms
  next_channel_after: 3s
  next_channel_tries: 2
  flood: 0
  mail: { server: "smtps://localhost:%(mail)d", from: canhbao@nuoc.example.vn, user: capnuoc, password_file: mail.password,
          authorities: certificate.pem, answer_within: 1s }
  sms:
    gateway: { url: "https://localhost:%(web)d/sms?to={to}&text={brief}", method: get, authorities: certificate.pem, answer_within: 1s }
  webhook: { url: "https://localhost:%(web)d/hook", body: '{"to":"{to}","text":"{text}"}', authorities: certificate.pem, answer_within: 1s }
  contacts:
    - { id: both, name: Trưởng ca, email: both@nuoc.example.vn, webhook: both, channels: email webhook }
    - { id: mail, name: Tổ đường ống, email: mail@nuoc.example.vn }
    - { id: hook, name: Zalo, webhook: hook }
    - { id: sms, name: Trực đêm, sms: 0912345678 }
"""


class Tarpit:
    """Shakes hands, then says a byte each ten seconds, for ever."""

    def __init__(self, scene, port):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(scene.path("certificate.pem"), scene.path("key.pem"))
        self.context, self.door, self.over, self.visits = context, socket.create_server(("127.0.0.1", port)), threading.Event(), 0
        threading.Thread(target=self.take, daemon=True).start()

    def take(self):
        while not self.over.is_set():
            try:
                link = self.door.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.drip, args=(link,), daemon=True).start()

    def drip(self, link):
        try:
            with self.context.wrap_socket(link, server_side=True) as line:
                self.visits += 1
                for byte in b"220 mail.example.vn ready, soon, or later\r\n":
                    line.sendall(bytes([byte]))
                    if self.over.wait(10):
                        return
        except OSError:
            pass

    def stop(self):
        self.over.set()
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()


class Town:
    """The daemon, its incidents, and the servers it tells them to."""

    def __init__(self, scene, post, gateway):
        self.office, self.post, self.gateway = Office(scene), post, gateway

    def letters(self, incident):
        items = self.office.ask("GET", "/incidents/%s/letters" % incident)[1].get("items", [])
        return {(l["to"], l["channel"]): l for l in items if l["message"] == "opened"}

    def states(self, incident):
        return {key: l["state"] for key, l in self.letters(incident).items()}

    def wait(self, incident, states, within=30):
        wait_until(lambda: self.states(incident) == states, within, lambda: "%s, not %s" % (self.letters(incident), states))

    def mails(self, incident, to):
        return [m for m in self.post.to(to) if ".%s.opened." % incident in m["Message-ID"]]

    def hooks(self, incident, to):
        return [g for g in self.gateway.at("/hook") if g[2]["X-Capnuoc-Id"].endswith("/%s/opened/0/%s/webhook" % (incident, to))]

    def once(self, incident, mails=("both", "mail"), hooks=("hook",)):
        """Each of them came once, and nobody else had any."""
        for to in ("both", "mail"):
            check(len(self.mails(incident, to + "@")) == (to in mails), "mails of %s to %s" % (incident, to))
        for to in ("both", "hook"):
            check(len(self.hooks(incident, to)) == (to in hooks), "hooks of %s to %s" % (incident, to))


SENT = {("both", "email"): "sent", ("mail", "email"): "sent", ("hook", "webhook"): "sent", ("sms", "sms"): "sent"}


def states(**other):
    """As SENT, but what stands in `other`: {"both_email": "refused"}."""
    changed = dict(SENT)
    changed.update({tuple(key.split("_")): state for key, state in other.items()})
    return changed


def refuses(town):
    """5xx about one address: that one goes by its next channel at once, and the letter says why."""
    town.post.answers = {"both@nuoc.example.vn": "550 5.1.1 no such user"}
    incident = town.office.open()
    town.wait(incident, states(both_email="refused", both_webhook="sent"))
    check(town.letters(incident)["both", "email"]["said"] == "550 5.1.1 no such user", str(town.letters(incident)))
    town.once(incident, mails=("mail",), hooks=("both", "hook"))
    town.post.answers = {}


def puts_off(town):
    """4xx, again and again: after two it goes on; the mail server that takes letters later has none of it."""
    town.post.answers = {"both@nuoc.example.vn": "451 4.7.1 later"}
    incident = town.office.open()
    town.wait(incident, states(both_email="expired", both_webhook="sent"))
    check(town.letters(incident)["both", "email"]["said"] == "451 4.7.1 later", str(town.letters(incident)))
    town.post.answers = {}
    after = town.office.open()
    town.wait(after, SENT)
    town.once(incident, mails=("mail",), hooks=("both", "hook"))
    town.once(after)


def is_away(town, bad):
    """Nobody there, or a tarpit: whoever has another channel is told by it, the others when it is back, all once."""
    town.post.stop()
    server = bad()
    began = time.monotonic()
    incident = town.office.open()
    wait_until(lambda: town.states(incident).get(("hook", "webhook")) == town.states(incident).get(("sms", "sms")) == "sent", 20,
               "other channels go on")
    beside_ms = (time.monotonic() - began) * 1000
    town.wait(incident, states(both_email="expired", both_webhook="sent", mail_email="waits"))
    check(town.office.ask("GET", "/channels")[1]["items"][0]["up"] is False, "the channel is said to be down")
    if server is not None:
        check(server.visits > 0, "nobody came to the tarpit")
        server.stop()
    town.post.start()
    town.wait(incident, states(both_email="expired", both_webhook="sent"))
    town.once(incident, mails=("mail",), hooks=("both", "hook"))
    return beside_ms


def hangs(town):
    """A gateway and a webhook that take the request and say nothing: letters wait; a yes is the end of it."""
    town.gateway.answers = {"/sms": (0, ""), "/hook": (0, "")}
    incident = town.office.open()
    town.wait(incident, states(hook_webhook="waits", sms_sms="waits"))
    wait_until(lambda: not any(c["up"] for c in town.office.ask("GET", "/channels")[1]["items"] if c["channel"] != "email"), 20, "down")
    town.gateway.answers = {}
    town.gateway.free.set()
    before = len(town.hooks(incident, "hook"))
    town.wait(incident, SENT)
    came = len(town.hooks(incident, "hook"))
    check(came >= before, "it came")
    after = town.office.open()
    town.wait(after, SENT)
    check(len(town.hooks(incident, "hook")) == came, "it came again after its yes")
    town.once(after)


def main(scene):
    if Controller is None:
        raise Skipped("no python3-aiosmtpd")
    scene.use_database()
    certificate(scene)
    station = Peer(scene.port + 1, lambda link, request: link.send(reply(request, [42] * request.quantity)))
    scene.secret("operator.token", TOKEN)
    scene.secret("mail.password", PASSWORD.decode())
    mail, web = scene.port + 2, scene.port + 3
    scene.configure("  - id: w\n    tcp: 127.0.0.1:%d\n    devices:\n      - { id: d, site: site, unit: 1, every: 1s, points: "
                    "[ { id: a.p, name: p, holding: 0, type: u16, unit: bar } ] }\n" % station.port,
                    http=", operator_token_file: operator.token", more=NOTIFY % {"mail": mail, "web": web})
    scene.migrate()
    town = Town(scene, Post(scene, mail).start(), Gateway(scene, web))
    daemon = scene.start().wait_ready()
    try:
        incident = town.office.open()
        town.wait(incident, SENT)
        town.once(incident)
        refuses(town)
        puts_off(town)
        away_ms = is_away(town, lambda: None)
        tarpit_ms = is_away(town, lambda: Tarpit(scene, mail))
        hangs(town)
        check(daemon.metric("capnuoc_letters_lost_total") == 0, "letters were lost")
        daemon.stop()
    finally:
        town.gateway.free.set()
        town.post.stop()
    say("other channels beside a dead mail server: %.0f ms, beside a tarpit: %.0f ms" % (away_ms, tarpit_ms))


if __name__ == "__main__":
    run(main, ports=4)
