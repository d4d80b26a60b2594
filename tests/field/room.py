"""The page against the daemon and the simulated field: an operator signs in, sees the works, an alarm that appears, acts on it."""
import json
import os
import re
import subprocess

from harness import TREE, Skipped, check, run, say, wait_until

WIRES = 8
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser")


def plant(port):
    """The demo's town on our ports; the alarm of a burst comes and goes without its minutes."""
    with open(os.path.join(TREE, "config", "demo", "lai-chau.yaml"), encoding="utf-8") as f:
        text = re.sub(r"127\.0\.0\.1:849(\d)", lambda m: "127.0.0.1:%d" % (port + 1 + int(m[1])), f.read())
    quick, times = re.subn(r"(id: lc\.dk\.flow_in, [^\n]*\n[^\n]*id: flow-high, .*?on_delay: )5min(, off_delay: )10min", r"\g<1>1s\g<2>1s", text)
    check(times == 1, "the rule on the inflow is another one")
    return quick


def simulator(scene):
    control = scene.path("sim.socket")
    log = open(scene.path("sim.log"), "ab")
    process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", scene.options.sim, "--port-base", str(scene.port + 1), "--control", control],
                               stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    scene.at_end.append(process.kill)
    wait_until(lambda: os.path.exists(control), 20, "the simulator's socket")
    return control


def main(scene):
    tools = os.path.join(TREE, "tests", "node", "node_modules")
    if not any(map(os.path.exists, CHROMIUM)) or not os.path.exists(os.path.join(tools, "playwright-core")):
        raise Skipped("no Chromium, or no playwright-core in tests/node")
    scene.use_database()
    control = simulator(scene)
    scene.configure("")
    scene.write("plant.yaml", plant(scene.port))
    with open(os.path.join(TREE, "config", "demo", "areas.yaml"), encoding="utf-8") as f:
        scene.write("areas.yaml", f.read())
    with open(scene.config_path, encoding="utf-8") as f:
        scene.write("daemon.yaml", f.read().replace("plants: [ plant.yaml ]", "plants: [ plant.yaml ]\nareas: [ areas.yaml ]"))
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: daemon.get("/api/v1/points/lc.nmn.chlorine_dose")[1].get("quality") == "good", 60, "the dose is read")
    with open(scene.path("journal", "first-password"), encoding="utf-8") as f:
        first = f.read().strip()
    settings = {"address": "http://127.0.0.1:%d" % scene.http_port, "tools": tools, "control": control, "first": first,
                "pictures": scene.path("pictures")}
    done = subprocess.run([scene.options.node, os.path.join(TREE, "tests", "browser", "live.mjs")], input=json.dumps(settings), text=True,
                          capture_output=True, timeout=400, check=False)
    for line in done.stdout.splitlines():
        say(line)
    check(done.returncode == 0, done.stderr[-6000:])
    daemon.stop()


if __name__ == "__main__":
    def options(parser):
        parser.add_argument("--node", required=True)
        parser.add_argument("--sim", required=True)

    run(main, options, ports=1 + WIRES)
