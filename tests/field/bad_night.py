"""A night without PostgreSQL: the mains fail and thirty pumps with them, one stays dead; two bursts in one zone; a call that is
linked six hours after it came; an approval after the due time; the daemon killed in the middle.  What the API says is looked at
all along, and afterwards SQL and the outbox say the same.  --minutes is how long PostgreSQL is away; from 20 on there is time
for the dead pump to become an incident of its own."""
import datetime

import incidents
from harness import check, pass_time, run, say, wait_until
from incidents import Office, ago, count, minutes
from modbus_peer import Peer, reply

PUMPS = 30
MAINS, FLOW, PRESSURE, PUMP = 0, 1, 2, 3  # registers; pumps from PUMP on
FINE = [230, 60, 35] + [50] * PUMPS
OWN_INCIDENT_MIN = 10  # a consequence that outlives its cause by so much
OPENED = 0  # in the table of messages
KEPT = ("id", "start_at", "due_at", "limit_h", "members", "facts", "ties")


class Province:
    def __init__(self, port):
        self.shows = list(FINE)
        self.peer = Peer(port, lambda link, r: link.send(reply(r, self.shows[r.address:r.address + r.quantity])))


def plant(port):
    points = [incidents.point(MAINS, "mains", "unit: V, parameter: voltage", "mains, kind: mains, limit: 100"),
              incidents.point(FLOW, "flow", "unit: m3/h, parameter: flow", "burst, kind: high, limit: 80, step: 25"),
              incidents.point(PRESSURE, "pressure", "unit: bar, parameter: pressure, scale: 0.1", "low, kind: low, limit: 2")]
    points += [incidents.point(PUMP + n, "pump-%02d" % n, "unit: Hz, parameter: frequency", "stopped, kind: low, limit: 10")
               for n in range(PUMPS)]
    return ("  - id: w\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
            "      - { id: station, site: site, unit: 1, every: 500ms, points: [\n" % port + ",\n".join(points) + " ] }\n"
            "zones:\n  - { id: z, name: Khu vực thử, versions: [ { from: 2020-01-01, flows: [ { point: a.flow, sign: in } ],"
            " critical: [ a.pressure ], connections: 300, people: 1200, supply: continuous } ] }\n")


class Night:
    """What the API said of every incident, minute by minute; nothing that was said once is taken back by itself."""

    def __init__(self, office):
        self.office, self.said, self.looks = office, {}, 0

    def look(self):
        for brief in (self.office.listed() or []) + (self.office.listed("closed") or []):
            now, before = self.office.one(brief["id"]), self.said.get(brief["id"])
            if before:
                check(len(now["facts"]) >= len(before["facts"]) and now["facts"][:len(before["facts"])] == before["facts"],
                      "a fact was lost or changed: %s" % now["id"])
                check(now["start_at"] <= before["start_at"] or now["merged_into"], "a start went forward: %s" % now["id"])
            self.said[brief["id"]] = now
        self.looks += 1

    def until(self, seconds, condition=lambda: False):
        end = datetime.datetime.now() + datetime.timedelta(seconds=seconds)
        while datetime.datetime.now() < end and not condition():
            self.look()
            pass_time(min(5, max(0.1, (end - datetime.datetime.now()).total_seconds())))
        self.look()


def one_of(office, what):
    return [i for i in office.listed() or [] if what in incidents.evidence(office.one(i["id"]))]


def mains_fail(office, province, night):
    province.shows[MAINS] = 0
    province.shows[PUMP:] = [0] * PUMPS
    wait_until(lambda: len(office.listed() or []) == 1 and office.listed()[0]["member_count"] == 1 + PUMPS, 40, "one incident of all")
    [brief] = office.listed()
    whole = office.one(brief["id"])
    power = [m for m in whole["members"] if m["evidence"] == "power"]
    check(len(power) == 1 and all(m["cause"] == power[0]["id"] for m in whole["members"] if m["evidence"] == "pump"), "by the mains")
    night.look()
    return brief["id"]


def bursts(office, province, night):
    province.shows[FLOW] = 100
    wait_until(lambda: one_of(office, "flow"), 20, "a burst")
    [brief] = one_of(office, "flow")
    office.step(brief["id"], "acknowledge")
    check(not office.one(brief["id"])["unacknowledged"], "somebody has seen it")
    night.look()
    province.shows[FLOW] = 140
    wait_until(lambda: office.one(brief["id"])["unacknowledged"], 20, "a second burst in the same zone")
    again = office.one(brief["id"])
    check(len([m for m in again["members"] if m["evidence"] == "flow"]) == 2, "it is a member of its own: %s" % again["members"])
    office.step(brief["id"], "acknowledge")
    return brief["id"]


def a_call_of_six_hours_ago(office, incident, night):
    before = office.one(incident)
    status, call = office.post("/calls", zone="z", note="mất nước từ tối", phone="0912 000 111", claimed_at=ago(hours=6),
                               incident=incident)
    check(status == 201, str(call))
    after = office.one(incident)
    check(minutes(after["start_at"], before["start_at"]) > 350, "the start moved back: %s" % after["start_at"])
    check(minutes(after["start_at"], after["due_at"]) == 12 * 60, "12 h from there: %s" % after["due_at"])
    night.look()


def approved_after_the_due_time(scene, office, incident, night):
    office.step(incident, "backdate", claimed_at=ago(hours=13))
    check(office.one(incident)["on_time"] == "no", "it is late")
    office.step(incident, "cause", cause="burst", controllability="beyond_control", note="sạt lở")
    office.step(incident, "propose", note="thay đoạn ống")
    approved = incidents.ctl(scene, "step", "--by", "Sở Xây dựng", incident, "approve", "note=đồng ý")  # the authority's to do
    check("incident %s is " % incident in approved, approved)
    late = office.one(incident)
    check(late["on_time"] == "no", "an approval changes nothing of it")
    check([f for f in late["facts"] if f["fact"] == "remedy_approved"][0]["recorded_at"] > late["due_at"], "after the due time")
    night.look()


def a_pump_stays_dead(office, province, first, burst, long, night):
    province.shows[MAINS] = FINE[MAINS]
    province.shows[PUMP + 1:] = FINE[PUMP + 1:]  # the first does not start again
    wait_until(lambda: sum(m["restored_at"] is not None for m in office.one(first)["members"]) == PUMPS, 30, "all but one are back")
    check(office.step(first, "close", 409)["reason"] == "member_not_restored", "one is not")
    if not long:
        return
    ids = {i["id"] for i in office.listed()}
    night.until((OWN_INCIDENT_MIN + 3) * 60, lambda: {i["id"] for i in office.listed() or []} - ids)
    [own] = {i["id"] for i in office.listed()} - ids
    whole = office.one(own)
    check(whole["members"][0]["point"] == "a.pump-00", str(whole["members"]))
    check(all(m["cause"] == whole["members"][0]["id"] for m in whole["members"][1:]), "and what it explains")
    check(first in [t["incident"] for t in whole["ties"]], "tied to the first: %s" % whole["ties"])
    check(whole["start_at"] == whole["members"][0]["start_at"], "from its own first evidence: %s" % whole["start_at"])
    check(minutes(office.one(burst)["start_at"], whole["start_at"]) > 300, "the call belongs to the burst: %s" % whole["start_at"])


def what_sql_and_the_outbox_say(scene, office):
    for brief in office.listed() + office.listed("closed"):
        whole = office.one(brief["id"])
        where = " WHERE incident = %s" % brief["id"]
        check(count(scene, "capnuoc.incident_fact" + where) == len(whole["facts"]), "facts of %s" % brief["id"])
        check(count(scene, "capnuoc.incident_member" + where) == len(whole["members"]), "members of %s" % brief["id"])
        start = scene.sql("SELECT to_char(start_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS') FROM capnuoc.incident"
                          " WHERE incident = %s" % brief["id"])
        check(whole["start_at"].startswith(start[0][0]), "%s began %s, in SQL %s" % (brief["id"], whole["start_at"], start))
    for incident in {i["id"] for i in office.listed() + office.listed("closed")}:
        told = scene.sql("SELECT kind, warnings, legal FROM capnuoc.incident_message WHERE incident = %s ORDER BY at, n" % incident)
        check(len([t for t in told if t[0] == str(OPENED)]) == 1, "%s was told as new once: %s" % (incident, told))
        seen = 0
        for _, warnings, legal in told:
            mask = int(warnings) if legal == "t" else 0
            check(mask & seen == 0, "%s: a warning was told twice: %s" % (incident, told))
            seen |= mask


def main(scene):
    o = scene.options
    long = o.minutes >= 20
    scene.own_cluster()
    province = Province(scene.port + 1)
    scene.secret("operator.token", incidents.TOKEN)
    scene.configure(plant(province.peer.port), http=", operator_token_file: operator.token", incidents="wait_for_cause: 1s")
    scene.migrate()
    daemon = scene.start().wait_ready()
    office = Office(scene)
    night = Night(office)
    wait_until(lambda: office.listed() == [], 20, "nothing is wrong")
    scene.cluster.kill()
    began = datetime.datetime.now()
    first = mains_fail(office, province, night)
    burst = bursts(office, province, night)
    check(burst != first, "less flows without the mains, never more")
    a_call_of_six_hours_ago(office, burst, night)
    night.until(o.minutes * 60 * 0.4)
    before = {i: {k: office.one(i)[k] for k in KEPT} for i in night.said}
    daemon.kill()
    daemon = scene.start().wait_ready()
    wait_until(lambda: office.listed(), 20, "they are there after the kill, without PostgreSQL")
    check({i: {k: office.one(i)[k] for k in KEPT} for i in before} == before, "other incidents after the kill")
    a_pump_stays_dead(office, province, first, burst, long, night)
    approved_after_the_due_time(scene, office, burst, night)
    night.until(o.minutes * 60 - (datetime.datetime.now() - began).total_seconds())
    check(count_is_impossible(scene), "PostgreSQL was there")
    scene.cluster.restart()
    wait_until(lambda: count(scene, "capnuoc.incident_fact WHERE note = 'đồng ý'") == 1, 120, "delivered")
    daemon.stop()
    daemon = scene.start().wait_ready()
    wait_until(lambda: office.listed(), 20, "back")
    what_sql_and_the_outbox_say(scene, office)
    daemon.stop()
    say("%.0f min without PostgreSQL: %d incidents, looked at %d times" %
        ((datetime.datetime.now() - began).total_seconds() / 60, len(night.said), night.looks))


def count_is_impossible(scene):
    try:
        count(scene, "capnuoc.incident")
    except Exception:
        return True
    return False


if __name__ == "__main__":
    run(main, lambda parser: parser.add_argument("--minutes", type=float, default=0.5), ports=3)
