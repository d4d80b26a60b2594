"""Who is on duty is told, then more until somebody takes it, through a kill in the middle; by the link in a letter, without
signing in and without PostgreSQL; what the link may do and what it may not; a substitute put at night; a flood in one letter; the
end to who was told."""
import base64
import datetime
import hashlib
import http.client
import json
import os
import re
import signal
import subprocess

from harness import Skipped, check, pass_time, run, say, wait_until
from letters import Controller, Office, PASSWORD, Post, TOKEN, certificate
from modbus_peer import Peer, reply

NOTIFY = """notify:
  link: https://nuoc.example.vn
  link_valid: %s
  again_after: 200ms
  again_most: 1s
  end_after: 0s
  flood: %d
  flood_wait: 1s
  mail: { server: "smtps://localhost:%d", from: canhbao@nuoc.example.vn, user: capnuoc, password_file: mail.password,
          authorities: certificate.pem, answer_within: 3s }
  contacts:
    - { id: lan, name: "Lan <b>", email: lan@nuoc.example.vn, told: duty, acts: true }
    - { id: minh, name: Minh, email: minh@nuoc.example.vn, told: duty, acts: true, language: en }
    - { id: chief, name: Trưởng ca, email: chief@nuoc.example.vn, told: duty }
    - { id: authority, name: Sở Xây dựng, email: authority@lc.example.vn, told: duty }
    - { id: idle, name: Không trực, email: idle@nuoc.example.vn, told: duty }
  escalation: { after: 3s, every: 6s, steps: 4 }
  rosters:
    - id: all
      leader: chief
      authority: authority
      shifts:
        - { days: daily, from: 00:00, to: 24:00, people: lan minh }
"""
LINK = re.compile(r"https://nuoc\.example\.vn(/p/[0-9a-f]{32})\r?\n")


def ask(scene, method, path, body=None, **fields):
    link = http.client.HTTPConnection("127.0.0.1", scene.http_port, timeout=20)
    try:
        if body is not None:
            fields.setdefault("Content_Type", "application/x-www-form-urlencoded")
        link.request(method, path, body, {k.replace("_", "-"): v for k, v in fields.items()})
        answer = link.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        link.close()


def told(office, incident):
    """{(message, count of letters so far, to)}: whom each message went to."""
    return {(m, to) for m, _, to in office.letters(incident)}


def steps(office, incident):
    """Of each step in its order, to whom."""
    by = {}
    for message, n, to in office.letters(incident):
        if message == "escalated":
            by.setdefault(n, set()).add(to)
    return [by[n] for n in sorted(by)]


def letter_of(post, address, incident, message):
    def find():
        mine = [m for m in post.to(address) if ".%s.%s." % (incident, message) in m["Message-ID"]]
        return mine[-1] if mine else None
    return wait_until(find, 30, "a letter to %s" % address)


def escalates_over_a_kill(scene, office, daemon, post):
    incident = office.open()
    wait_until(lambda: ("opened", "lan") in told(office, incident), 20, "the first on duty")
    check({to for m, to in told(office, incident) if m == "opened"} == {"lan"}, str(told(office, incident)))
    wait_until(lambda: len(steps(office, incident)) >= 1, 20, "step 1")
    daemon.kill()
    daemon = scene.start().wait_ready()
    wait_until(lambda: steps(office, incident) and steps(office, incident)[-1] == {"lan", "minh", "chief"}, 60,
               lambda: "as far as the leader: %s" % steps(office, incident))
    seen = steps(office, incident)
    check(seen[0] == {"lan", "minh"} and len(seen) <= 4, "%s %s" % (seen, office.letters(incident)))
    check(not [m for m in told(office, incident) if m[1] in ("idle", "authority")], str(told(office, incident)))
    mail = letter_of(post, "lan", incident, "escalated")
    check("CHƯA AI NHẬN" in mail["Subject"] and "Chưa ai nhận xử lý" in mail.get_content(), mail["Subject"])
    return daemon, incident


def page_is_strict(status, text, fields):
    check(status == 200 and fields["Content-Type"] == "text/html; charset=utf-8", "%d %s" % (status, fields))
    check("script" not in text and "Lan &lt;b&gt;" in text and "<b>" in text, text)
    style = re.search(r"<style>(.*?)</style>", text, re.S).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    check(fields["Content-Security-Policy"] == "default-src 'none'; style-src 'sha256-%s'; form-action 'self'; base-uri 'none'; "
          "frame-ancestors 'none'" % digest, fields["Content-Security-Policy"])
    check(fields["Referrer-Policy"] == "same-origin" and fields["Cache-Control"] == "no-store", str(fields))


def offered(text):
    return re.findall(r'name="step" value="([a-z_]+)"', text)


def facts(office, incident):
    return [(f["fact"], f["who"]) for f in office.ask("GET", "/incidents/%s" % incident)[1]["facts"]]


def by_the_link(scene, office, post, incident):
    """PostgreSQL is away meanwhile."""
    scene.cluster.psql("ALTER DATABASE %s CONNECTION LIMIT 0" % scene.database, "postgres")
    scene.cluster.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'" % scene.database, "postgres")
    text = letter_of(post, "lan", incident, "opened").get_content()
    path = LINK.search(text).group(1)
    other = LINK.search(letter_of(post, "minh", incident, "escalated").get_content()).group(1)
    check(path != other, "two letters, two links")
    check(not LINK.search(letter_of(post, "chief", incident, "escalated").get_content()), "no link for who may not act")
    before = facts(office, incident)
    status, page, fields = ask(scene, "GET", path)
    page_is_strict(status, page, fields)
    check(offered(page) == ["acknowledge", "on_site"] and incident in page, page)
    check(ask(scene, "HEAD", path)[0] == 200 and facts(office, incident) == before, "looking does nothing")
    for wrong in (path[:-1], path[:-1] + ("0" if path[-1] != "0" else "1"), path + "0", "/p/" + "0" * 32, "/p/..", path.upper()):
        check(ask(scene, "GET", wrong)[0] in (400, 404) and ask(scene, "POST", wrong, "step=on_site")[0] in (400, 404), wrong)
    for body, status in (("step=close", 400), ("step=repaired", 409), ("step=on_site&incident=1", 400), ("", 400), ("x", 400)):
        got = ask(scene, "POST", path, body)
        check(got[0] == status, "%s: %d %s" % (body, got[0], got[1]))
    check(ask(scene, "POST", path, '{"step": "on_site"}', Content_Type="application/json")[0] == 415, "JSON")
    check(ask(scene, "POST", path, "step=on_site", Origin="https://evil.example")[0] == 403, "another page's form")
    check(ask(scene, "POST", path, "step=on_site", Sec_Fetch_Site="cross-site")[0] == 403, "another site's form")
    check(facts(office, incident) == before, "something was recorded: %s" % facts(office, incident))
    status, page, _ = ask(scene, "POST", path, "step=acknowledge", Origin="http://127.0.0.1:%d" % scene.http_port)
    check(status == 200 and "Đã ghi" in page, "%d %s" % (status, page))
    check(facts(office, incident)[len(before):] == [("acknowledged", "lan")], str(facts(office, incident)))
    check(ask(scene, "POST", path, "step=acknowledge")[0] == 409, "once")
    check(offered(ask(scene, "GET", path)[1]) == ["on_site"], "what is next")
    check(ask(scene, "POST", other, "step=on_site")[0] == 200, "the other's")
    status, page, _ = ask(scene, "GET", other)
    check(offered(page) == ["begin_repair", "repaired"] and "The repair begins" in page, page)
    check(facts(office, incident)[len(before):] == [("acknowledged", "lan"), ("on_site", "minh")], str(facts(office, incident)))
    scene.cluster.psql("ALTER DATABASE %s CONNECTION LIMIT -1" % scene.database, "postgres")
    wait_until(lambda: scene.sql("SELECT kind, actor FROM capnuoc.audit WHERE subject = 'incident:%s' AND action IN "
                                 "('incident.acknowledge', 'incident.on_site') ORDER BY seq" % incident) ==
               [["5", "lan"], ["5", "minh"]], 60, "the record of acts names the contacts")
    return path


def nobody_is_asked_any_more(office, incident):
    before = len(steps(office, incident))
    pass_time(11)  # a step would have come, and the look at what is due is every five seconds
    check(len(steps(office, incident)) == before, "asked though it was taken")


def follows_a_merge(scene, office, post):
    """A link that was sent about the one that is part of another now."""
    into, old = office.open(), office.open()
    path = LINK.search(letter_of(post, "lan", old, "opened").get_content()).group(1)
    status, answer = office.ask("POST", "/incidents/%s/merge" % into, {"key": "duty-merge", "incident": old, "note": "một chỗ vỡ"})
    check(status == 200, "%d %s" % (status, answer))
    page = wait_until(lambda: (lambda text: text if into in text else None)(ask(scene, "GET", path)[1]), 20, "the other's page")
    check("acknowledge" in offered(page), page)
    check(ask(scene, "POST", path, "step=acknowledge")[0] == 200 and ("acknowledged", "lan") in facts(office, into), "taken")


def the_authority_hears_what_is_beyond_control(office, post):
    """At once, once, and though somebody has taken it."""
    incident = office.open()
    for step in ({"step": "acknowledge"}, {"step": "cause", "cause": "landslide", "controllability": "beyond_control", "note": "sạt lở"},
                 {"step": "cause", "cause": "flood", "controllability": "beyond_control", "note": "lũ"}):
        status, answer = office.ask("POST", "/incidents/%s/steps" % incident, {"key": "beyond-" + step.get("cause", "seen"), **step})
        check(status == 200, "%d %s" % (status, answer))
    mail = letter_of(post, "authority", incident, "beyond_control")
    check("[NGOÀI TẦM KIỂM SOÁT]" in mail["Subject"] and "báo cáo ngay" in mail.get_content(), mail["Subject"])
    letter_of(post, "chief", incident, "beyond_control")
    check([(m, to) for m, _, to in office.letters(incident) if to == "authority"] == [("beyond_control", "authority")],
          str(office.letters(incident)))


def ends(office, post, incident, path, scene):
    key = {"key": "duty-end", "step": "restored", "note": "đã có nước"}
    status, answer = office.ask("POST", "/incidents/%s/steps" % incident, key)
    check(status == 200, "%d %s" % (status, answer))
    wait_until(lambda: {to for m, to in told(office, incident) if m == "ended"} == {"lan", "minh", "chief"}, 20,
               lambda: "the end, to who was told: %s" % told(office, incident))
    letter_of(post, "lan", incident, "ended")
    mail = letter_of(post, "chief", incident, "ended")
    check("ĐÃ KHÔI PHỤC" in mail["Subject"], mail["Subject"])
    check(offered(ask(scene, "GET", path)[1]) == [], "nothing is left to say")
    check(ask(scene, "POST", path, "step=repaired")[0] == 409, "nor taken")


def floods(scene, office, daemon, post):
    """Twelve incidents at once: three letters, and one that says how many."""
    daemon.stop()
    before = len(post.to("lan"))  # they count, too
    with open(scene.config_path, encoding="utf-8") as f:
        text = f.read()
    scene.write("daemon.yaml", text.replace("flood: 0", "flood: %d" % (before + 3)).replace("link_valid: 12h", "link_valid: 1s")
                .replace("after: 3s", "after: 1h"))
    daemon = scene.start().wait_ready()
    incidents = [office.open() for _ in range(12)]
    sums = lambda: [m for m in post.to("lan")[before:] if ".summary." in m["Message-ID"]]
    wait_until(sums, 30, "a sum")
    pass_time(2)
    came = post.to("lan")[before:]
    check(len(sums()) == 1 and len(came) == 4, str([m["Subject"] for m in came]))
    check("[TỔNG HỢP] 9 thông báo; nặng nhất: [SỰ CỐ MỚI]" in sums()[0]["Subject"], sums()[0]["Subject"])
    check("9 thông báo về 9 sự cố" in sums()[0].get_content() and incidents[-1] in sums()[0].get_content(), sums()[0].get_content())
    states = sorted(l["state"] for i in incidents for l in office.letters(i).values() if l["to"] == "lan" and l["message"] == "opened")
    check(states == ["sent"] * 3 + ["summed"] * 9, str(states))
    path = LINK.search(came[0].get_content()).group(1)
    check(ask(scene, "GET", path)[0] == 404 and ask(scene, "POST", path, "step=on_site")[0] == 404, "its time is over")
    return daemon


def reload(scene, change, by="An"):
    """The daemon file changed and taken again; what capnuocctl said, and the text before."""
    with open(scene.config_path, encoding="utf-8") as f:
        was = f.read()
    text = change(was)
    check(text != was, "nothing was changed")
    scene.write("daemon.yaml", text)
    done = subprocess.run([os.path.join(os.path.dirname(scene.program), "capnuocctl"), "reload", "--config", scene.config_path, "--by", by],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout + done.stderr, was


def is_taken_by_a_reload(scene, office, daemon, post):
    """Another roster, another address, somebody new, without a restart; a channel's settings need one."""
    def other(text):
        return (text.replace("people: lan minh", "people: idle new").replace("idle@nuoc", "fresh@nuoc").replace(
            "  escalation:", "    - { id: new, name: Người mới, email: new@nuoc.example.vn, told: duty, acts: true }\n  escalation:"))
    code, said, was = reload(scene, other)
    check(code == 0 and "configuration 2 applied" in said, said)
    incident = office.open()
    letter_of(post, "fresh@", incident, "opened")
    check({to for m, to in told(office, incident) if m == "opened"} == {"idle"}, str(told(office, incident)))
    text = letter_of(post, "new@", incident, "escalated").get_content()  # to more, and by a link, as the new settings say
    check(ask(scene, "GET", LINK.search(text).group(1))[0] == 200, "its link")
    check(not [m for m in post.to("idle@") if incident in m.get_content()], "to the address of before")
    office.ask("POST", "/incidents/%s/steps" % incident, {"key": "reload-taken", "step": "acknowledge"})
    code, said, _ = reload(scene, lambda text: text.replace("answer_within: 3s", "answer_within: 4s"))
    check(code == 1 and "need a restart" in said, said)
    scene.write("daemon.yaml", was)
    os.kill(daemon.process.pid, signal.SIGHUP)
    wait_until(lambda: [c["id"] for c in office.ask("GET", "/contacts")[1]["items"]] == ["lan", "minh", "chief", "authority", "idle"],
               20, "those of before")
    incident = office.open()
    letter_of(post, "lan@", incident, "opened")
    office.ask("POST", "/incidents/%s/steps" % incident, {"key": "reload-taken-2", "step": "acknowledge"})


def in_seconds(s):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=s)).isoformat(timespec="seconds").replace("+00:00", "Z")


def put(office, path, **fields):
    """Said twice with one key, it is done once."""
    body = dict({"key": "duty-%s" % os.urandom(6).hex(), "why": "vắng giữa ca", "until": in_seconds(3600)}, **fields)
    status, change = office.ask("POST", path, body)
    check(status == 201 and change["state"] == "open", "%s %s: %d %s" % (path, body, status, change))
    status, again = office.ask("POST", path, body)
    check(status == 200 and again["id"] == change["id"], "%d %s" % (status, again))
    return change


def withdraw(office, path, change):
    status, answer = office.ask("DELETE", "%s/%s?key=thoi-%s" % (path, change["id"], change["id"]))
    check(status == 200 and answer["state"] == "withdrawn", "%d %s" % (status, answer))


def first_told(office):
    """An incident that is opened now, and taken at once: whom its first message went to."""
    incident = office.open()
    wait_until(lambda: [m for m in told(office, incident) if m[0] == "opened"], 20, "the first message")
    office.ask("POST", "/incidents/%s/steps" % incident, {"key": "taken-%s" % incident, "step": "acknowledge"})
    return incident, {to for m, to in told(office, incident) if m == "opened"}


def on_duty(office, query=""):
    [roster] = office.ask("GET", "/duty" + query)[1]["rosters"]
    return [p["id"] for p in roster["people"]]


def control(scene, *words):
    done = subprocess.run([os.path.join(os.path.dirname(scene.program), "capnuocctl"), "duty", "--config", scene.config_path, *words],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    check(done.returncode == 0, "%s: %s" % (words, done.stdout + done.stderr))
    return done.stdout


def on_the_machine(scene, office):
    how = ("--until", in_seconds(3600), "--by", "Hoa", "--why", "thiếu người")
    change, name = control(scene, "guest", "Chị Sua", "sua@nuoc.example.vn", *how).split()
    reached = control(scene, "reach", "lan", "lan.nha@nuoc.example.vn", *how).strip()
    items = {c["id"]: c for c in office.ask("GET", "/contacts")[1]["items"]}
    check(items[name]["name"] == "Chị Sua" and items[name]["channels"] == ["email"], str(items))
    listed = control(scene, "changes")
    check(change in listed and reached in listed and "@" not in listed, listed)
    for wrong in (("guest", "Chị Sua", "0912345678", *how), ("guest", "Chị Sua", "a@", *how), ("reach", "nobody", "a@b.vn", *how)):
        done = subprocess.run([os.path.join(os.path.dirname(scene.program), "capnuocctl"), "duty", "--config", scene.config_path, *wrong],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        check(done.returncode == 1 and ("no sms" in done.stderr or "e-mail" in done.stderr or "no contact" in done.stderr), done.stderr)
    for one in (change, reached):
        control(scene, "withdraw", one, "--by", "Hoa")
    check(change not in control(scene, "changes"), "withdrawn")


def at_night(scene, office, daemon, post):
    """A substitute, a guest and another address without an edit of the file: without PostgreSQL, over a kill, until they are
    withdrawn; and one that a reload makes void.  That their time is over is app/stopgaps."""
    scene.cluster.psql("ALTER DATABASE %s CONNECTION LIMIT 0" % scene.database, "postgres")
    scene.cluster.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'" % scene.database, "postgres")
    guest = put(office, "/contacts", name="Anh Páo", email="pao@nuoc.example.vn")
    change = put(office, "/roster", roster="all", who="lan", by=guest["who"])
    check(on_duty(office) == [guest["who"], "minh"], str(on_duty(office)))
    [turns] = office.ask("GET", "/roster?from=%s&to=%s" % (in_seconds(0), in_seconds(7200)))[1]["rosters"]
    check([t["people"][0]["change"] for t in turns["turns"]] == [change["id"], None], str(turns["turns"]))
    incident, to = first_told(office)
    check(to == {guest["who"]}, "%s of %s" % (to, guest))
    letter = letter_of(post, "pao@", incident, "opened")
    check(not LINK.search(letter.get_content()), "a guest has no link that acts")
    daemon.kill()
    daemon = scene.start().wait_ready()
    check(first_told(office)[1] == {guest["who"]}, "after a kill")
    other = put(office, "/contacts", contact="lan", email="lan.nha@nuoc.example.vn")
    withdraw(office, "/roster", change)
    incident, to = first_told(office)
    check(to == {"lan"} and not LINK.search(letter_of(post, "lan.nha@", incident, "opened").get_content()), str(to))
    withdraw(office, "/contacts", other)
    whole_turn = control(scene, "substitute", "all", "-", "idle", "--until", in_seconds(3600), "--by", "Hoa", "--why", "cả ca vắng")
    check(on_duty(office) == ["idle"] and whole_turn.strip() in control(scene, "changes"), whole_turn)
    check(first_told(office)[1] == {"idle"}, "the whole turn")
    on_the_machine(scene, office)
    scene.cluster.psql("ALTER DATABASE %s CONNECTION LIMIT -1" % scene.database, "postgres")
    code, said, was = reload(scene, lambda text: re.sub(r"    - { id: idle.*\n", "", text))
    check(code == 0, said)
    changes = office.ask("GET", "/roster")[1]["changes"]
    check([(c["state"], c["void"]) for c in changes if c["by"] == "idle"] == [("open", "by")], str(changes))
    check("void lacks=by" in daemon.words() and on_duty(office) == ["lan", "minh"], str(on_duty(office)))
    scene.write("daemon.yaml", was)
    os.kill(daemon.process.pid, signal.SIGHUP)
    wait_until(lambda: on_duty(office) == ["idle"], 20, "it holds again")
    control(scene, "withdraw", whole_turn.strip(), "--by", "Hoa")
    check(on_duty(office) == ["lan", "minh"], str(on_duty(office)))
    check(first_told(office)[1] == {"lan"}, "as the file has it")
    rows = lambda: [r[0] for r in scene.sql("SELECT action FROM capnuoc.audit WHERE action LIKE 'duty.%' ORDER BY seq")]
    wait_until(lambda: rows() == ["duty.guest", "duty.substitute", "duty.addresses", "duty.withdraw", "duty.withdraw", "duty.substitute",
                               "duty.guest", "duty.addresses", "duty.withdraw", "duty.withdraw", "duty.withdraw"], 60, rows)
    whole = json.dumps([scene.sql("SELECT * FROM capnuoc.audit WHERE action LIKE 'duty.%'"), office.ask("GET", "/contacts")[1],
                        office.ask("GET", "/roster")[1]], ensure_ascii=False)
    check("pao@" not in whole and "lan.nha@" not in whole, "a private address is shown: %s" % whole)
    return daemon


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
                    http=", operator_token_file: operator.token", more=NOTIFY % ("12h", 0, scene.port + 2))
    scene.migrate()
    post = Post(scene, scene.port + 2).start()
    daemon = scene.start().wait_ready()
    office = Office(scene)
    try:
        daemon, incident = escalates_over_a_kill(scene, office, daemon, post)
        path = by_the_link(scene, office, post, incident)
        nobody_is_asked_any_more(office, incident)
        ends(office, post, incident, path, scene)
        follows_a_merge(scene, office, post)
        the_authority_hears_what_is_beyond_control(office, post)
        check(path.rsplit("/", 1)[1] not in daemon.words(), "the token is in the log")
        is_taken_by_a_reload(scene, office, daemon, post)
        daemon = at_night(scene, office, daemon, post)
        told_in = len(steps(office, incident))
        floods(scene, office, daemon, post).stop()
    finally:
        post.stop()
    say("%d steps until it was taken; %d letters in all" % (told_in, len(post.letters)))


if __name__ == "__main__":
    run(main, ports=3)
