"""docs/commissioning.md is followed as a stranger would: each command of the page is run as it stands there, on other ports and
in a home of its own, against the made-up meter; what the page promises must be what comes out, and each mistake that it names
must be called as it says."""
import json
import os
import re
import shutil
import signal
import subprocess

from harness import TREE, Failed, Skipped, check, run, say

PAGE = os.path.join(TREE, "docs", "commissioning.md")
HEAD = """supplier: { id: toi, name: T }
system: { id: thu, name: T }
sites: [ { id: tram-1, name: T, kind: chamber } ]
wires:
"""
DEVICE = "  - id: day-1\n    tcp: %s\n    devices:\n      - id: d\n        site: tram-1\n%s        points:\n"
POINT = "          - { id: %s, name: T, unit: %s, holding: %s, type: %s%s }\n"
# A person waits a little longer when the machine is slow; so does the test, before the page's own pause.
PATIENCE = {
    "sleep 5": "for i in $(seq 600); do curl -sf http://127.0.0.1:18480/healthz && break; sleep 0.1; done; sleep 5",
    "tail -n 3 ~/first-meter/log": "for i in $(seq 600); do grep -q configuration=2 ~/first-meter/log && break; sleep 0.1; done; sleep 2;"
                                   " tail -n 3 ~/first-meter/log",
}
# Said when it starts, not by --check.
AT_START = ["others may read this secret", "must hold a random token", "refuses to run as root"]


def arguments(parser):
    parser.add_argument("--node", default="node")


def commands(page, scene):
    """The page's shell blocks, but what builds and installs, as one script."""
    script = "set -eu\ncd '%s'\n" % TREE
    for block in re.findall(r"^```sh\n(.*?)^```$", page, re.M | re.S):
        if block.startswith("cmake") or (block.startswith("mbpoll") and not shutil.which("mbpoll")):
            continue
        lines = [PATIENCE.get(line, line) for line in block.splitlines() if "npm ci" not in line]
        script += "echo '@@@'\n" + "\n".join(lines) + "\n"
    return (script.replace("build/release/src/app", os.path.dirname(scene.program)).replace("18480", str(scene.http_port))
            .replace("15020", str(scene.port + 1)).replace("node tests/", scene.options.node + " tests/"))


def follow(page, scene):
    process = subprocess.Popen(["bash", "-c", commands(page, scene)], env=dict(os.environ, HOME=scene.folder),
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    # the practice meter is in the script's own session and outlives it
    scene.at_end.append(lambda: end_session(process))
    said = []
    while True:
        line = process.stdout.readline().decode()
        said.append(line)
        if not line or line.startswith("@@@ end"):
            break
    return "".join(said)


def end_session(process):
    try:
        os.killpg(process.pid, signal.SIGTERM)
    except ProcessLookupError:
        pass
    process.wait()


def values(said):
    """{id: point} of the points that curl showed whole."""
    shown = [json.loads(text) for text in re.findall(r'\{"id":"t1\..*?"heartbeat_ms":\d+\}', said)]
    return {point["id"]: point for point in shown}


def check_promises(said):
    point = values(said)
    check(point.get("t1.luu-luong", {}).get("value") == 125.3, "the flow is not on the screen: " + said[-3000:])
    check(point["t1.luu-luong"]["name"] == "Lưu lượng vào trạm", "the point's own name does not count")
    check(point["t1.ap-luc"]["value"] == 3.52 and point["t1.ap-luc"]["decimals"] == 1, "the reload was without effect")
    check(said.count("; right\n") == 2, "not every --check was right: " + said)
    check('"reason": "sentinel"' in said, "a missing sensor is not told")
    check(re.search(r"^100 +999A +39322 +-26214 ", said, re.M), "the probe shows other registers")
    check(re.search(r"^100 +- +125\.3 ", said, re.M), "the probe does not show the flow in its order")
    check(re.search(r"^102 +\d+ +12345[67]\d ", said, re.M), "the probe does not show the total in its order")
    if shutil.which("mbpoll"):
        check("0x999A" in said and "0x0160" in said, "mbpoll shows other words")
    check(re.search(r"^cdab float 125\.3", said, re.M), "the worked example comes to something else")


def check_mistakes(page, scene):
    """Each message in the page's table of mistakes is what --check says to that mistake."""
    table = page[page.index("| the program says | what happened |"):page.index("What `--check` cannot see")]
    promised = [line.split("` |")[0][3:] for line in table.splitlines()[2:] if line.startswith("| `")]
    promised = [text for text in promised if not any(late in text for late in AT_START)]
    folder = os.path.join(scene.folder, "first-meter")
    plants = [
        HEAD + DEVICE % ("127.0.0.1", "        every: 2\n") + POINT % ("t1.a", "m3/h", "0x69", "float", "") +
        POINT % ("t1.Áp-lực", "bar", "3", "u16", ", scale: 0,01") + POINT % ("t1.c", "°C", "5", "i16", ", no_value: -1"),
        HEAD + DEVICE % ("127.0.0.1:502", "        profile: practice\n") +
        POINT % ("t1.a", "bar", "1", "f32", ", parameter: flow") + POINT % ("t1.b", "°C", "5", "i16", ", parameter: temp") +
        POINT % ("t1.c", "°C", "6", "i16", ", no_value: 0xFFFFFFFF") + "          - { id: t1.d, use: totl }\n",
        HEAD + DEVICE % ("127.0.0.1:502", "") + POINT % ("t1.a", "m3", "1", "f32", "") + POINT % ("t1.b", "m3", "2", "f32", ""),
    ]
    said = ""
    for text in plants:
        with open(os.path.join(folder, "plant.yaml"), "w", encoding="utf-8") as f:
            f.write(text)
        done = subprocess.run([scene.program, "--config", os.path.join(folder, "daemon.yaml"), "--check"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        check(done.returncode != 0, "a plant with mistakes passed")
        said += done.stdout.decode()
    place = re.compile(r"plant\.yaml:\d+:\d+")
    said = place.sub("PLACE", said.replace(folder + "/", ""))
    for text in promised:
        check(place.sub("PLACE", text) in said, "the page promises: %s\nThe program said:\n%s" % (text, said))
    check(len(promised) >= 10, "the page's table of mistakes was not found")
    return len(promised)


def main(scene):
    if not os.path.isdir(os.path.join(TREE, "tests", "node", "node_modules", "modbus-serial")):
        raise Skipped("npm's modbus-serial is not installed in tests/node")
    with open(PAGE, encoding="utf-8") as f:
        page = f.read()
    said = follow(page + "\n```sh\necho '@@@ end'\n```\n", scene)
    if "@@@ end" not in said:
        raise Failed("a command of the page failed: " + said[-3000:])
    check_promises(said)
    say("commissioning: %d blocks of commands work as written, %d mistakes are called as promised" %
        (said.count("@@@") - 1, check_mistakes(page, scene)))


run(main, arguments)
