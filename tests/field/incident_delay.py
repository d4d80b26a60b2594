"""From the register's change to the open incident in the API: what it takes of the poll period, the rule's delay and 300 ms.
Printed; nothing is asserted of how long it took, but that each change became an incident of its own."""
import random
import time

from harness import check, pass_time, run, say, wait_until
from incidents import FINE, MAINS, TOKEN, Office, Station, wires

EVERY_MS, DELAY_MS, ABOUT_MS = 200, 1000, 300


def opens(office, station):
    """How long it took, in ms; looked for every 10 ms."""
    pass_time(random.random() * EVERY_MS / 1000)  # anywhere between two polls
    changed = time.monotonic()
    station.shows[MAINS] = 0
    [brief] = wait_until(office.listed, 30, "it is seen", every=0.01)
    return brief["id"], (time.monotonic() - changed) * 1000


def is_over(office, station, incident):
    station.shows[:] = FINE
    wait_until(lambda: office.one(incident)["state"] == "restored", 30, "the mains are back")
    office.step(incident, "cause", cause="mains_away", controllability="beyond_control", note="thử")
    office.step(incident, "close")
    wait_until(lambda: office.listed() == [], 30, "nothing is open")


def at(sorted_ms, share):
    return sorted_ms[min(len(sorted_ms) - 1, int(len(sorted_ms) * share))]


def main(scene):
    random.seed(scene.options.seed)
    scene.use_database()
    station = Station(scene.port + 1)
    scene.secret("operator.token", TOKEN)
    scene.configure(wires(station.peer.port), http=", operator_token_file: operator.token")
    scene.migrate()
    daemon = scene.start().wait_ready()
    office = Office(scene)
    wait_until(lambda: office.listed() == [], 20, "nothing is wrong")
    took, seen = [], set()
    for _ in range(scene.options.incidents):
        incident, ms = opens(office, station)
        took.append(ms)
        seen.add(incident)
        is_over(office, station, incident)
    daemon.stop()
    check(len(seen) == len(took), "each is an incident of its own")
    took.sort()
    say("%d incidents, from the register's change to the API: p50 %.0f, p90 %.0f, p99 %.0f, most %.0f ms; "
        "poll period and rule delay %d ms, beyond them at p99 %.0f ms (aim: %d or less)" %
        (len(took), at(took, .5), at(took, .9), at(took, .99), took[-1], EVERY_MS + DELAY_MS,
         at(took, .99) - EVERY_MS - DELAY_MS, ABOUT_MS))


if __name__ == "__main__":
    run(main, lambda parser: parser.add_argument("--incidents", type=int, default=100), ports=3)
