"""Shifts over HTTP: two people hand over to each other, with PostgreSQL away and the daemon killed in between; what was told is
there once, the sheet is as it was, the record of acts has all of it.
"""
import http.client
import json
import os
import subprocess

from harness import check, run, wait_until
from modbus_peer import Peer, reply

WORDS = {"admin": "nước sạch mỗi ngày", "lan": "nước trong mỗi ngày", "hung": "nước đủ mỗi ngày"}


RULE = ("{ id: high, kind: high, limit: 5, on_delay: 1s, stake: supply, impact: major, respond_within: 30min, name: Áp lực cao, "
        "name_en: High, cause: c, cause_en: c, consequence: c, consequence_en: c, first_response: f, first_response_en: f }")


def wires(port):
    return ("  - id: w\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
            "      - { id: meter, site: site, unit: 1, every: 200ms, points: [\n"
            "          { id: a.pressure, name: Áp lực, unit: bar, holding: 104, type: u16, scale: 0.01, rules: [ %s ] } ] }\n"
            % (port, RULE))


def ask(scene, method, path, body=None, cookie=""):
    link = http.client.HTTPConnection("127.0.0.1", scene.http_port, timeout=20)
    try:
        link.request(method, path, None if body is None else json.dumps(body).encode(),
                     {"Content-Type": "application/json", "Accept-Language": "en", **({"Cookie": cookie} if cookie else {})})
        answer = link.getresponse()
        text = answer.read().decode()
        held = (answer.getheader("Set-Cookie") or "").split(";")[0]
        return answer.status, held, json.loads(text) if text.startswith("{") else text
    finally:
        link.close()


def signed_in(scene, name, password):
    status, cookie, body = ask(scene, "POST", "/api/v1/session", {"name": name, "password": password})
    check(status in (200, 204), "%s does not come in: %d %s" % (name, status, body))
    return cookie


def person(scene, name, first):
    """With a password of their own; their session."""
    cookie = signed_in(scene, name, first)
    status, _, body = ask(scene, "POST", "/api/v1/session/password", {"password": first, "new_password": WORDS[name]}, cookie)
    check(status in (200, 204), "%s: %d %s" % (name, status, body))
    return signed_in(scene, name, WORDS[name])


def act(scene, cookie, expected, **what):
    status, _, body = ask(scene, "POST", "/api/v1/shifts", what, cookie)
    check(status == expected, "%s: %d %s" % (what, status, body))
    return body


def what_does_not_exist(scene, cookie):
    """Is named in the refusal by what was given; a text of blanks is none, a control character is nowhere."""
    for field, value, says in (("site", "nowhere", "no site “nowhere”"), ("point", "a.nothing", "“a.nothing” is not a point"),
                               ("incident", "7", "that exists"), ("text", " \u00a0\n", "a note has words"),
                               ("text", "\u001b[31mđỏ", "control characters")):
        body = {"act": "note", "key": "ca-2611-none", "text": "xả cặn", field: value}
        status, _, problem = ask(scene, "POST", "/api/v1/shifts", body, cookie)
        check(status == 400 and says in problem["detail"], "%s: %d %s" % (body, status, problem))


class Live:
    """The stream of shifts, as somebody who is signed in hears it."""
    def __init__(self, scene, cookie):
        self.link = http.client.HTTPConnection("127.0.0.1", scene.http_port, timeout=20)
        self.link.request("GET", "/api/v1/stream?topics=shifts", headers={"Cookie": cookie})
        self.answer = self.link.getresponse()
        check(self.answer.status == 200, str(self.answer.status))

    def next(self):
        while True:
            line = self.answer.readline().decode()
            check(line != "", "the stream ended")
            if line.startswith("event: "):
                check(line == "event: shifts\n", line)
            elif line.startswith("data: "):
                return json.loads(line[6:])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.link.close()


def database_away(scene, away):
    if away:
        scene.cluster.psql("ALTER DATABASE %s CONNECTION LIMIT 0" % scene.database, "postgres")
        scene.cluster.psql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '%s'" % scene.database,
                           "postgres")
    else:
        scene.cluster.psql("ALTER DATABASE %s CONNECTION LIMIT -1" % scene.database, "postgres")


def main(scene):
    scene.use_database()
    peer = Peer(scene.port + 1, lambda link, request: link.send(reply(request, [612] * request.quantity)))
    scene.configure(wires(scene.port + 1))
    scene.migrate()
    daemon = scene.start().wait_ready()
    with open(scene.path("journal", "first-password"), encoding="utf-8") as f:
        admin = person(scene, "admin", f.read().strip())
    once = {}
    for name in ("lan", "hung"):
        status, _, body = ask(scene, "POST", "/api/v1/accounts", {"name": name, "full_name": name.title(), "role": "operator"}, admin)
        check(status == 201, "%s: %d %s" % (name, status, body))
        once[name] = body["password"]
    lan, hung = (person(scene, name, once[name]) for name in ("lan", "hung"))

    act(scene, lan, 409, act="note", key="early-0001", text="chưa ai trực")
    first = act(scene, lan, 201, act="take", key="take-0001")["shift"]
    act(scene, hung, 409, act="take", key="take-0002")
    with Live(scene, hung) as live:
        check(live.next()["current"][0]["entries"] == 1, "what is so comes first")
        act(scene, lan, 201, act="note", key="note-0001", text="mở van 12", site="site")
        told = live.next()["current"][0]
        check((told["who"], told["entries"]) == ("lan", 2), "one writes, the other hears of it: %s" % told)
    wait_until(lambda: ask(scene, "GET", "/api/v1/alarms", None, lan)[2]["items"], 20, "the alarm")

    database_away(scene, True)
    said = act(scene, lan, 201, act="note", key="note-0002", text="mở van 21", corrects=log(scene, lan, first["id"])[1]["id"])
    act(scene, lan, 400, act="hand_over", key="over-0001", to="nobody")
    act(scene, lan, 201, act="hand_over", key="over-0002", to="hung", text="xem van 21")
    kept = sheet(scene, lan, first["id"])
    check(kept["kept"] and kept["to"] == "hung" and kept["alarms"]["total"] == 1 and kept["entries"]["total"] == 3, str(kept))
    check(kept["alarms"]["items"][0]["point"] == "a.pressure" and kept["alarms"]["items"][0]["state"] == "unacknowledged", str(kept))
    daemon.kill()
    daemon = scene.start()
    wait_until(lambda: answers(scene), 30, "the daemon answers without its database")
    lan, hung = signed_in(scene, "lan", WORDS["lan"]), signed_in(scene, "hung", WORDS["hung"])
    again = act(scene, lan, 200, act="note", key="note-0002", text="mở van 21", corrects=said["entry"]["corrects"])
    check(again["entry"]["id"] == said["entry"]["id"], "told twice is another one: %s" % again)
    check(notes(scene, lan) == [["mở van 12"], None], "the note of the site without the database: %s" % notes(scene, lan))
    act(scene, lan, 403, act="accept", key="accept-0001", shift=first["id"])
    second = act(scene, hung, 201, act="accept", key="accept-0002", shift=first["id"])["shift"]
    check(second["follows"] == first["id"] and second["who"] == "hung", str(second))
    act(scene, lan, 409, act="note", key="note-0003", text="muộn", shift=first["id"])
    check(sheet(scene, hung, first["id"]) == kept, "the sheet is another one: %s" % sheet(scene, hung, first["id"]))
    status, _, page = ask(scene, "GET", "/api/v1/shifts/%s/sheet" % first["id"], None, hung)
    check(status == 200 and "SỔ GIAO CA" in page and "Áp lực cao" in page and "mở van 21" in page, page[:500])

    database_away(scene, False)
    daemon.wait_ready()
    wait_until(lambda: rows(scene, "SELECT count(*) FROM capnuoc.shift_entry") == [("5",)], 60, "the log arrives")
    check(rows(scene, "SELECT who, state FROM capnuoc.shift ORDER BY taken_at") == [("lan", "2"), ("hung", "0")],
          str(rows(scene, "SELECT * FROM capnuoc.shift")))
    check(rows(scene, "SELECT n, said FROM capnuoc.shift_entry WHERE who = 'lan' ORDER BY n")
          == [("1", ""), ("2", "mở van 12"), ("3", "mở van 21"), ("4", "xem van 21")], str(rows(scene, "SELECT * FROM capnuoc.shift_entry")))
    acts = rows(scene, "SELECT action, actor FROM capnuoc.audit WHERE action LIKE 'shift.%' ORDER BY seq")
    check(acts == [("shift.take", "lan"), ("shift.note", "lan"), ("shift.note", "lan"), ("shift.hand_over", "lan"),
                   ("shift.accept", "hung")], str(acts))
    status, _, page = ask(scene, "GET", "/api/v1/shifts?next=253402300799000.7fffffffffffffff", None, hung)
    check(status == 200 and [s["who"] for s in page["items"]] == ["hung", "lan"], str(page))
    check(notes(scene, hung) == [["mở van 12"], []], "and of the database: %s" % notes(scene, hung))
    what_does_not_exist(scene, hung)
    on_the_machine_itself(scene, daemon, hung, second)
    daemon.stop()
    peer.close()


def ctl(scene, *words, code=0):
    done = subprocess.run([os.path.join(os.path.dirname(scene.program), "capnuocctl"), "shift", "--config", scene.config_path, *words],
                          capture_output=True, text=True, timeout=60, check=False)
    check(done.returncode == code, "%s: %d %s%s" % (words, done.returncode, done.stdout, done.stderr))
    return done.stdout + done.stderr


def on_the_machine_itself(scene, daemon, hung, shift):
    """capnuocctl shift: who is on, the sheet, a line for the log that is in the API and in the record of acts."""
    check(shift["id"] + " on hung" in ctl(scene, "show"), ctl(scene, "show"))
    check("nobody is on for s" in ctl(scene, "show", "--supplier", "s", code=1), "of that supplier nobody is")
    check("no supplier \"nobody\"" in ctl(scene, "show", "--supplier", "nobody", code=1), "of nobody there is no shift")
    check("no supplier \"nobody\"" in ctl(scene, "note", "x", "--by", "Hoa", "--supplier", "nobody", code=1), "nor a log")
    entry = ctl(scene, "note", "đã thay pin", "--by", "Lò Thị Hoa", "--site", "site", "--point", "a.pressure").split()[-1]
    [told] = [e for e in log(scene, hung, shift["id"]) if e["id"] == entry]
    check((told["who"], told["text"], told["site"], told["point"], told["incident"]) ==
          ("Lò Thị Hoa", "đã thay pin", "site", "a.pressure", None), str(told))
    check("đã thay pin" in ctl(scene, "show") and "site=site" in ctl(scene, "show"), ctl(scene, "show"))
    for wrong in (("--site", "x"), ("--point", "x"), ("--incident", "99"), ("--incident", "x")):
        check("there is no" in ctl(scene, "note", "x", "--by", "Hoa", *wrong, code=1), str(wrong))
    ctl(scene, "note", "x", code=2)
    ctl(scene, "note", "dài" * 400, "--by", "Hoa", code=2)
    ctl(scene, "sheet", "pdf", code=1)
    ctl(scene, "note", " \u00a0 ", "--by", "Hoa", code=1)
    check("control character" in ctl(scene, "note", "\x1b[31mđỏ", "--by", "Hoa", code=1), "no terminal is moved")
    check("control character" in ctl(scene, "note", "đỏ", "--by", "\x1b[31mHoa", code=1), "nor by who says it")
    page = ctl(scene, "sheet", "html")
    check("SỔ GIAO CA" in page and "đã thay pin" in page, page[:500])
    body = json.loads(ctl(scene, "sheet", "json"))
    check(body["entries"]["items"][-1]["text"] == "đã thay pin" and body["alarms"]["total"] == 1, str(body))
    status, _, body = ask(scene, "POST", "/api/v1/shifts", {"act": "note", "key": "ca-2611-esc", "text": "\u202eđỏ\nhai"}, hung)
    check(status == 201, str(body))
    check('"???đỏ hai"' in ctl(scene, "show"), ctl(scene, "show"))
    wait_until(lambda: rows(scene, "SELECT actor FROM capnuoc.audit WHERE action = 'shift.note' AND actor = 'Lò Thị Hoa'"), 20, "the act")
    check("capnuocctl shift" in ctl(scene, "dance", code=2), "how it is called")


def rows(scene, sql):
    return [tuple("" if cell is None else str(cell) for cell in row) for row in scene.sql("SELECT * FROM (%s) x" % sql)]


def log(scene, cookie, shift):
    return ask(scene, "GET", "/api/v1/shifts/" + shift, None, cookie)[2]["log"]


def sheet(scene, cookie, shift):
    status, _, body = ask(scene, "GET", "/api/v1/shifts/%s/sheet?format=json" % shift, None, cookie)
    check(status == 200, "%d %s" % (status, body))
    return body


def notes(scene, cookie):
    """What the log says of the site, page by page of one; None: not to be had now."""
    pages, after = [], ""
    while True:
        status, _, page = ask(scene, "GET", "/api/v1/shifts/notes?site=site&limit=1" + after, None, cookie)
        check(status in (200, 503), "%d %s" % (status, page))
        pages.append([e["text"] for e in page["items"]] if status == 200 else None)
        if status == 503 or page["next"] is None:
            return pages
        after = "&next=" + page["next"]


def answers(scene):
    try:
        return ask(scene, "GET", "/healthz")[0] == 200
    except OSError:
        return False


if __name__ == "__main__":
    run(main, ports=2)
