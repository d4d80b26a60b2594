"""Messages about incidents by SMS, through the folders of a modem's program (the layout of smstools; the program is played here):
files come whole, their state follows from where they are, and outlive kills without coming twice.  What contacts answer becomes a
fact with the sender's time; what anybody else sends, and nonsense, changes nothing; a file that is played again does nothing."""
import datetime
import http.client
import json
import os
import time

from harness import check, pass_time, run, say, wait_until
from modbus_peer import Peer, reply

TOKEN = "operator-of-the-field-test-0123456789"
TEAM, BOSS, STRANGER = "84912345678", "84987654321", "84900000001"
NOTIFY = """notify:
  again_after: 200ms
  again_most: 1s
  sms: { spool: spool, taken_within: 2s, at_most: 1000 }
  contacts:
    - { id: to-ong, name: Tổ đường ống, sms: 0912345678 }
    - { id: grave, name: Sở Xây dựng, sms: "+84 987 654 321", told: grave }
    - { id: signals, name: Trực tín hiệu, sms: "0987654321", classes: telemetry }
"""
VN = datetime.timezone(datetime.timedelta(hours=7))


class Modem:
    """The program that serves the folders: takes a message, and says with a folder what became of it."""

    def __init__(self, scene):
        self.root = scene.path("spool")
        for name in ("outgoing", "checked", "sent", "failed", "incoming"):
            os.makedirs(os.path.join(self.root, name))
        self.taken = []  # (number, text), in the order of their names
        self.count = 0

    def at(self, *names):
        return os.path.join(self.root, *names)

    def names(self, folder):
        return sorted(os.listdir(self.at(folder)))

    def read(self, folder, name):
        with open(self.at(folder, name), encoding="ascii") as f:
            head, _, text = f.read().partition("\n\n")
        fields = dict(line.split(": ", 1) for line in head.split("\n"))
        check(set(fields) == {"To", "Alphabet"} and fields["Alphabet"] == "ISO", str(fields))
        check("\n" not in text and len(text) <= 306, text)
        return fields["To"], text

    def serve(self, fails=()):
        """All that lies there; a number in `fails` is not reached."""
        for name in self.names("outgoing"):
            number, text = self.read("outgoing", name)
            os.rename(self.at("outgoing", name), self.at("checked", name))
            if number in fails:
                with open(self.at("checked", name), "a", encoding="ascii") as f:
                    f.write("\nFail_reason: no credit\xff".encode("latin-1").decode("ascii", "replace").replace("\ufffd", "!") + "\n")
                os.rename(self.at("checked", name), self.at("failed", name))
            else:
                self.taken.append((number, text))
                os.rename(self.at("checked", name), self.at("sent", name))
        return self.taken

    def receive(self, number, text, sent=None, utf16=False):
        """As smstools does it: under another name first."""
        self.count += 1
        sent = sent or datetime.datetime.now(VN)
        body = text.encode("utf-16-be") if utf16 else text.encode()
        head = "From: %s\nFrom_SMSC: 84900000015\nSent: %s\nReceived: %s\nSubject: GSM1\nAlphabet: %s\n\n" % (
            number, sent.strftime("%y-%m-%d %H:%M:%S"), sent.strftime("%y-%m-%d %H:%M:%S"), "UCS2" if utf16 else "UTF-8")
        return self.drop("GSM1.%04d" % self.count, head.encode() + body)

    def drop(self, name, content):
        with open(self.at("spool.new"), "wb") as f:
            f.write(content)
        os.rename(self.at("spool.new"), self.at("incoming", name))
        return name

    def gone(self, name, to):
        wait_until(lambda: name not in self.names("incoming"), 20, "%s is read" % name)
        check(name in os.listdir(self.at("capnuoc", to)), "%s: %s %s" % (name, os.listdir(self.at("capnuoc", "read")),
                                                                        os.listdir(self.at("capnuoc", "aside"))))

    def said_to(self, number, word):
        return [t for n, t in self.serve() if n == number and word in t]


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

    def open(self, kind="distribution_main"):
        self.keys += 1
        body = {"key": "sms-open-%04d" % self.keys, "class": kind, "site": "site", "note": "vỡ ống"}

        def told():
            got = self.ask("POST", "/incidents", body)
            return got if got[0] != 503 else None
        status, answer = wait_until(told, 20, "it takes an incident")
        check(status in (200, 201), "%d %s" % (status, answer))
        return answer["id"]

    def states(self, incident, kind="opened"):
        status, answer = self.ask("GET", "/incidents/%s/letters" % incident)
        return {l["to"]: l for l in answer["items"] if l["message"] == kind} if status == 200 else {}

    def facts(self, incident):
        status, answer = wait_until(lambda: (lambda got: got if got[0] != 503 else None)(self.ask("GET", "/incidents/" + incident)), 20,
                                    "an answer")
        check(status == 200, "%d %s" % (status, answer))
        return answer["facts"]

    def channel(self):
        status, answer = self.ask("GET", "/channels")
        return answer["items"][0] if status == 200 else {"up": None, "heard": -1, "aside": -1}


def goes_out(scene, office, modem, daemon):
    incident = office.open()
    wait_until(lambda: len(modem.names("outgoing")) == 1, 20, "a message lies there")
    check(office.states(incident)["to-ong"]["state"] == "waits", str(office.states(incident)))
    number, text = modem.read("outgoing", modem.names("outgoing")[0])
    check(number == TEAM and text.startswith("SU CO MOI SC%s: nhan vien phat hien, Tram thu. " % incident), text)
    check("Han " in text and text.endswith("Tra loi: NHAN %s" % incident) and len(text) <= 160, text)
    daemon.kill()
    daemon = scene.start().wait_ready()
    pass_time(1.2)  # it would be put there again now
    check(len(modem.names("outgoing")) == 1, "twice after a kill")
    modem.serve()
    wait_until(lambda: office.states(incident).get("to-ong", {}).get("state") == "sent", 20, "sent")
    bad = office.open("water_quality")
    wait_until(lambda: len(modem.names("outgoing")) == 2, 20, "both are told of what is grave")
    modem.serve(fails=(BOSS,))
    wait_until(lambda: {t: l["state"] for t, l in office.states(bad).items()} == {"to-ong": "sent", "grave": "refused"}, 20, "told")
    check(office.states(bad)["grave"]["said"].startswith("no credit"), str(office.states(bad)))
    return daemon, incident


def nobody_serves_it(office, modem, daemon):
    incident = office.open()
    wait_until(lambda: office.channel()["up"] is False, 20, "down")
    check("modem" in office.channel()["said"], str(office.channel()))
    check(daemon.part("channels")[0] == "degraded" and office.ask("GET", "/alarms")[1]["items"] == [], "an alarm of it")
    more = office.open()
    pass_time(1.5)
    check(len(modem.names("outgoing")) == 1, "it goes on putting messages there")
    wait_until(lambda: modem.serve() and {office.states(i).get("to-ong", {}).get("state") for i in (incident, more)} == {"sent"}, 20,
               "it is back")
    check(office.channel()["up"], "up")


def answers_are_facts(scene, office, modem, incident):
    sent = datetime.datetime.now(VN).replace(microsecond=0) - datetime.timedelta(seconds=90)
    for text, kind, utf16 in (("Nhận %s" % incident, "acknowledged", True), ("DEN %s ket xe" % incident[-4:], "on_site", False),
                              ("nguyên nhân %s vỡ ống D110" % incident, "cause_found", True)):
        modem.gone(modem.receive(TEAM, text, sent, utf16), "read")
        [fact] = [f for f in office.facts(incident) if f["fact"] == kind]
        check(fact["who"] == "to-ong" and fact["source"] == "phone", str(fact))
        check(datetime.datetime.fromisoformat(fact["claimed_at"]) == sent, "%s %s" % (fact, sent))
    check([f["note"] for f in office.facts(incident) if f["fact"] == "cause_found"] == ["vỡ ống D110"], str(office.facts(incident)))
    wait_until(lambda: len(modem.said_to(TEAM, "Da ghi SC%s" % incident)) == 3, 20, lambda: "answers: %s" % modem.taken)
    modem.gone(modem.receive("+" + TEAM, "XONG %s" % incident), "read")
    check(any(f["fact"] == "repaired" for f in office.facts(incident)), "repaired")
    wait_until(lambda: scene.sql("SELECT count(*) FROM capnuoc.audit WHERE kind = 5 AND actor = 'to-ong' AND subject = 'incident:%s'" %
                                 incident)[0][0] == "4", 30, "the record of acts has them")


def of_a_merged_one(office, modem):
    """Who was told of the one that is part of another now answers by its number."""
    into, old = office.open(), office.open()
    wait_until(lambda: modem.serve() and office.states(old).get("to-ong", {}).get("state") == "sent", 20, "told")
    status, answer = office.ask("POST", "/incidents/%s/merge" % into, {"key": "sms-merge", "incident": old, "note": "một chỗ vỡ"})
    check(status == 200, "%d %s" % (status, answer))
    modem.gone(modem.receive(TEAM, "NHAN %s" % old), "read")
    check(any(f["fact"] == "acknowledged" for f in office.facts(into)), str(office.facts(into)))
    wait_until(lambda: modem.said_to(TEAM, "Da ghi SC%s" % into), 20, "the answer names it")


def of_a_shared_telephone(office, modem):
    """It is who had the message."""
    incident = office.open("telemetry")
    wait_until(lambda: modem.serve() and office.states(incident).get("signals", {}).get("state") == "sent", 20, "told")
    modem.gone(modem.receive(BOSS, "NHAN %s" % incident), "read")
    check([f["who"] for f in office.facts(incident) if f["fact"] == "acknowledged"] == ["signals"], str(office.facts(incident)))


def what_changes_nothing(scene, office, modem, daemon, incident):
    before = office.facts(incident)
    heard, aside = office.channel()["heard"], office.channel()["aside"]
    grave = [("unknown number", STRANGER, "NHAN %s" % incident), ("wrong code", TEAM, "XONG 99999"), ("nonsense", TEAM, "ok em"),
             ("not told of it", BOSS, "DEN %s" % incident), ("a name", "Viettel", "NHAN %s" % incident)]
    for _, number, text in grave:
        modem.gone(modem.receive(number, text), "aside")
    for content in (b"", b"\xff\xfe\x00", b"From: 84912345678\nFrom: 84900000001\n\nNHAN 1", b"A" * 100000,
                    b"From: 84912345678\nTo: 1\nAlphabet: binary\n\nNHAN 1"):
        modem.count += 1
        modem.gone(modem.drop("GSM1.%04d" % modem.count, content), "aside")
    os.symlink("/etc/passwd", modem.at("incoming", "link"))
    os.mkdir(modem.at("incoming", "folder"))
    check(office.facts(incident) == before, "something changed")
    check(office.channel()["aside"] == aside + 10 and office.channel()["heard"] == heard, str(office.channel()))
    check(daemon.metric("capnuoc_channel_aside_total") == aside + 10, "metrics")
    wait_until(lambda: modem.said_to(TEAM, "Khong ghi SC99999") and modem.said_to(TEAM, "Khong hieu"), 20, "the team is told why")
    check(not modem.said_to(STRANGER, "") and "unknown number ...001" in daemon.words() and STRANGER not in daemon.words(), "stranger")
    return before


def played_again(scene, office, modem, daemon, incident):
    before = office.facts(incident)
    name = modem.names("capnuoc/read")[0]
    said = len(modem.serve())
    with open(modem.at("capnuoc", "read", name), "rb") as f:
        content = f.read()
    for n in range(3):
        modem.gone(modem.drop("again.%d" % n, content), "read")
    daemon.kill()
    modem.drop("again.9", content)
    daemon = scene.start().wait_ready()
    modem.gone("again.9", "read")
    check(office.facts(incident) == before, "done again")
    pass_time(0.5)
    check(len(modem.serve()) == said, "answered again: %s" % modem.taken[said:])
    return daemon


def another_machine_answers(office, modem):
    """Ours answers what it does not understand; a machine that answers that, again: it ends."""
    before = len(modem.said_to(TEAM, "Khong hieu"))
    for n in range(40):
        modem.receive(TEAM, "out of office %d" % n)
    wait_until(lambda: not [n for n in modem.names("incoming") if n.startswith("GSM1")], 30, "all read")
    pass_time(0.3)
    answers = len(modem.said_to(TEAM, "Khong hieu")) - before
    check(answers <= 20, "%d answers" % answers)
    return answers


def main(scene):
    scene.use_database()
    station = Peer(scene.port + 1, lambda link, request: link.send(reply(request, [42] * request.quantity)))
    scene.secret("operator.token", TOKEN)
    modem = Modem(scene)
    scene.configure("  - id: w\n    tcp: 127.0.0.1:%d\n    devices:\n      - { id: d, site: site, unit: 1, every: 1s, points: "
                    "[ { id: a.p, name: p, holding: 0, type: u16, unit: bar } ] }\n" % station.port,
                    http=", operator_token_file: operator.token", incidents="wait_for_cause: 0s", more=NOTIFY)
    scene.migrate()
    daemon = scene.start().wait_ready()
    office = Office(scene)
    daemon, incident = goes_out(scene, office, modem, daemon)
    nobody_serves_it(office, modem, daemon)
    answers_are_facts(scene, office, modem, incident)
    of_a_merged_one(office, modem)
    of_a_shared_telephone(office, modem)
    what_changes_nothing(scene, office, modem, daemon, incident)
    daemon = played_again(scene, office, modem, daemon, incident)
    answers = another_machine_answers(office, modem)
    check("AddressSanitizer" not in daemon.words(), "memory")
    daemon.stop()
    say("%d messages sent, %d came; a machine that answers ours gets %d answers" % (len(modem.taken), modem.count, answers))


run(main, ports=2)
