"""What agencies pull, while there is no database at all: the present, today, and the seal.  The check that docs/portal.md
tells people to make is taken from that page and made: it passes, and fails on any one byte that is changed."""
import http.client
import json
import os
import subprocess

from contract import tokens
from harness import TREE, check, run, say, wait_until
from modbus_peer import Peer, reply

QCVN = os.path.join(TREE, "config", "standards", "qcvn-01-1-2018.yaml")
KINDS = ["summary", "water-quality", "supply", "incidents", "systems"]


def wires(port):
    return ("  - id: w\n    tcp: 127.0.0.1:%d\n    typical_answer: 1ms\n    devices:\n"
            "      - { id: meter, site: site, unit: 1, every: 200ms, points: [\n"
            "          { id: a.chlorine, name: Clo dư, unit: mg/L, holding: 104, type: u16, scale: 0.01, at: treated,"
            " parameter: free_chlorine },\n"
            "          { id: a.silent, name: Độ đục, unit: NTU, holding: 500, type: u16, at: tap, parameter: turbidity } ] }\n"
            % port)


def get(scene, path, token=None):
    """(status, the lines of the header, the bytes)"""
    link = http.client.HTTPConnection("127.0.0.1", scene.http_port, timeout=20)
    try:
        link.request("GET", path, headers={"Authorization": "Bearer " + token} if token else {})
        answer = link.getresponse()
        return answer.status, "".join("%s: %s\r\n" % line for line in answer.getheaders()), answer.read()
    finally:
        link.close()


def shell_of_the_page():
    with open(os.path.join(TREE, "docs", "portal.md"), encoding="utf-8") as f:
        return f.read().split("```sh\n")[1].split("```")[0]


class Checker:
    def __init__(self, scene):
        self.scene, self.script = scene, scene.write("check.sh", shell_of_the_page())

    def passes(self, body, head, keys):
        names = [self.scene.path(name) for name in ("body", "headers", "keys.json")]
        for name, text in zip(names, (body, head.encode(), keys)):
            with open(name, "wb") as f:
                f.write(text)
        return subprocess.run(["sh", self.script, *names], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0


def changed(text, at):
    return text[:at] + bytes([text[at] ^ 1]) + text[at + 1:]


def sealed(scene, token, checker):
    _, _, keys = get(scene, "/api/v1/portal/keys")
    for kind in KINDS:
        status, head, body = get(scene, "/api/v1/portal/" + kind, token)
        check(status == 200, "%s: %d" % (kind, status))
        check(checker.passes(body, head, keys), "%s: the seal does not fit" % kind)
        for at in {0, len(body) - 1, *(scene.random.randrange(len(body)) for _ in range(8))}:
            check(not checker.passes(changed(body, at), head, keys), "%s: byte %d was changed, and nobody saw" % (kind, at))
    return keys, head, body


def present(scene, token):
    def read():
        _, _, body = get(scene, "/api/v1/portal/water-quality", token)
        points = {p["id"]: p for p in json.loads(body).get("points", [])}
        return points if points and points["a.chlorine"]["quality"] == "good" else None

    points = wait_until(read, 30, "a value without a database")
    good, silent = points["a.chlorine"], points["a.silent"]
    check(good["value"] == 0.5 and good["verdict"]["word"] == "within" and good["verdict"]["set"], "%s" % good)
    check(good["verdict"]["in_force"] is False and "01/07/2025" in good["verdict"]["note"], "%s" % good["verdict"])
    check(silent["value"] is None and silent["verdict"]["word"] == "unknown", "%s" % silent)
    check(good["today"]["within"] is None, "a day of which nothing is known has a share: %s" % good["today"])


def of_nobody_else(scene, made):
    for name in ("viewer", "operator of one"):
        check(get(scene, "/api/v1/portal/summary", made[name])[0] == 403, "%s may pull" % name)
    check(get(scene, "/api/v1/portal/summary")[0] == 401, "a stranger may pull")


def main(scene):
    scene.use_database()
    peer = Peer(scene.port + 1, lambda link, request: link.send(
        reply(request, [50] * request.quantity) if request.address < 500 else b""))
    scene.configure(wires(scene.port + 1))
    with open(scene.config_path, encoding="utf-8") as f:
        text = f.read()
    scene.write("daemon.yaml", text.replace("port=%s " % scene.cluster.env["PGPORT"], "port=%d " % (scene.port + 8))
                .replace("plants:", "standards: [ %s ]\nplants:" % QCVN))
    scene.start().wait_ready()
    _, made = tokens(scene)
    made["viewer"] = scene.token
    present(scene, made["agency"])
    of_nobody_else(scene, made)
    checker = Checker(scene)
    before, head, body = sealed(scene, made["agency"], checker)
    say("the check of docs/portal.md passes on %d bodies, and fails on each with one changed byte" % len(KINDS))
    scene.at_end.pop()()
    os.rename(scene.path("journal", "portal.key"), scene.path("old.key"))
    scene.start().wait_ready()
    _, _, keys = get(scene, "/api/v1/portal/keys")
    list_before, listed = json.loads(before)["keys"], json.loads(keys)["keys"]
    check(len(listed) == 2 and listed[0]["until"] == listed[1]["from"], "%s" % listed)
    check(listed[0]["public"] == list_before[0]["public"] != listed[1]["public"], "%s" % listed)
    check(checker.passes(body, head, keys), "what the old key sealed is not known any more")
    wait_until(lambda: get(scene, "/api/v1/portal/summary", made["agency"])[0] == 200, 30, "a body after the start")
    after = sealed(scene, made["agency"], checker)
    check(not checker.passes(after[2], after[1], before), "a new seal fits the old keys")
    say("another key: the old one ends, and what it sealed is still known")
    peer.close()


if __name__ == "__main__":
    run(main)
