"""A backup of a running daemon, brought back: into an empty database beside the journal that went on, and, journal and
all, into an empty place.  Every reading that the journal has is there afterwards, none twice, and delivery goes on.
"""
import os
import shutil
import subprocess

from harness import check, run, say, wait_until
from modbus_peer import Counters

UNITS = 4


def ctl(scene, *words):
    done = subprocess.run([os.path.join(os.path.dirname(scene.program), "capnuocctl"), *words],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return done.returncode, done.stdout, done.stderr


def refused(scene, what, *words):
    code, out, err = ctl(scene, *words)
    check(code == 1 and what in err and out == "", "%s: %d %s %s" % (" ".join(words), code, out, err))


def count(scene):
    return int(scene.sql("SELECT count(*) FROM capnuoc.reading")[0][0])


def new_database(scene, number, plant):
    stem = scene.database.rsplit("__", 1)[0]
    scene.database = "%s__%d" % (stem, number)
    scene.cluster.psql("CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'" % scene.database,
                       "postgres", "owner")
    name = scene.database
    scene.at_end.append(lambda: scene.cluster.psql("DROP DATABASE IF EXISTS %s WITH (FORCE)" % name, "postgres"))
    scene.configure(plant)


def run_on(scene, counters, more):
    """The daemon runs until so many readings came, then ends in order."""
    daemon = scene.start().wait_ready()
    before = counters.count()
    wait_until(lambda: counters.count() > before + more, 60, "reads go on")
    wait_until(lambda: daemon.part("database")[0] == "ok", 60, "the database is well")
    daemon.stop()


def damaged(scene, to):
    with open(os.path.join(to, "manifest"), encoding="utf-8") as f:
        names = [line.split("  ", 1)[1].rstrip("\n") for line in f if not line.startswith("#")]
    for name in ("database.dump", "journal/journal.db", "config/daemon.yaml", "config/plant.yaml"):
        check(name in names, "the manifest does not name %s: %s" % (name, names))
    check(not [n for n in names if "password" in n or "token" in n], "secrets in the backup: %s" % names)
    check(subprocess.run(["sha256sum", "--quiet", "--strict", "-c", "manifest"], cwd=to).returncode == 0,
          "sha256sum does not agree")
    broken = to + ".broken"
    shutil.copytree(to, broken)
    with open(os.path.join(broken, "database.dump"), "r+b") as f:
        f.seek(-1, os.SEEK_END)
        last = f.read(1)
        f.seek(-1, os.SEEK_END)
        f.write(bytes([last[0] ^ 1]))
    refused(scene, "hash differs", "restore", "--config", scene.config_path, broken)
    os.remove(os.path.join(broken, "manifest"))
    refused(scene, "no manifest", "restore", "--config", scene.config_path, broken)


def main(scene):
    scene.use_database()
    counters = Counters(scene.port + 1)
    plant = Counters.plant(scene.port + 1, UNITS, slots=2)
    scene.configure(plant)
    scene.migrate()
    daemon = scene.start().wait_ready()
    wait_until(lambda: count(scene) > 200, 60, "readings are delivered")
    to = scene.path("kept", "monday")
    code, out, err = ctl(scene, "backup", "--config", scene.config_path, to)
    check(code == 0, "backup: %s %s" % (out, err))
    refused(scene, "not empty", "backup", "--config", scene.config_path, to)
    backed_up = count(scene)
    wait_until(lambda: count(scene) > backed_up + 200, 60, "readings go on")
    daemon.stop()
    scene.compare_with_journal()
    everything = count(scene)
    refused(scene, "not empty", "restore", "--config", scene.config_path, to)
    damaged(scene, to)

    new_database(scene, 1, plant)
    refused(scene, "--only database", "restore", "--config", scene.config_path, to)
    code, out, err = ctl(scene, "restore", "--config", scene.config_path, "--only", "database", to)
    check(code == 0 and "database restored" in out, "restore: %s %s" % (out, err))
    restored = count(scene)
    check(100 < restored <= backed_up, "restored rows: %d of %d" % (restored, backed_up))
    run_on(scene, counters, 200)
    scene.compare_with_journal()
    check(count(scene) > everything, "what came after the backup is there again")
    say("database alone: %d rows restored, %d after the journal had delivered again" % (restored, count(scene)))

    new_database(scene, 2, plant)
    os.rename(scene.path("journal"), scene.path("journal.lost"))
    code, out, err = ctl(scene, "restore", "--config", scene.config_path, to + "/")
    check(code == 0 and "database and journal restored" in out, "restore: %s %s" % (out, err))
    check(len(scene.journalled()[0]) >= restored, "the journal is older than the database")
    run_on(scene, counters, 200)
    scene.compare_with_journal()
    check(count(scene) > restored + 100, "delivery did not go on")
    versions = scene.sql("SELECT version, author FROM capnuoc.config_version ORDER BY version")
    check(versions[0] == ["1", "start"], "versions of the configuration: %s" % versions)
    say("database and journal: %d rows restored, %d when it had gone on" % (restored, count(scene)))


run(main)
