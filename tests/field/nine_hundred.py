"""A node at its limit: 900 TCP wires, 50 registers each, every second, every one of them stored, beside PostgreSQL and
the field on the same machine; and in the same run collectd with its modbus and postgresql plugins, with as many
registers as it can keep.

Prints cycles kept, lateness, processor time and memory, and the ratio of registers kept a second.  Fails only when
something is wrong, never because the machine is slow.
"""
import os
import shutil
import subprocess
import time

from harness import Skipped, check, pass_time, run, say, wait_until

REGISTERS = 50
COLLECTD = "/usr/sbin/collectd"
PLUGINS = "/usr/lib/collectd"


def host(i):
    return "127.1.%d.%d" % (i // 200, 1 + i % 200)


def ticks(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid):
    with open("/proc/%d/status" % pid, encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS")) / 1024


def field(scene, program):
    """The registers' server, as a process that ends with the test."""
    port = scene.port + 1
    server = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", program, str(port)], stdout=subprocess.PIPE, text=True)
    scene.at_end.append(lambda: (server.kill(), server.wait()))
    check(server.stdout.readline() == "listening\n", "the field did not start")
    return server, port


def plant(count, port):
    lines = []
    for i in range(count):
        lines.append("  - id: w%d\n    tcp: \"%s:%d\"\n    devices:\n      - { id: d%d, unit: 1, site: site, every: 1s,"
                     " points: [\n" % (i, host(i), port, i))
        lines.append(",\n".join("          { id: w%d.r%d, name: R, unit: \"-\", holding: %d, type: u16 }" % (i, r, r)
                                for r in range(REGISTERS)) + " ] }\n")
    return "".join(lines)


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def lateness(scene, first_ms, last_ms):
    """Of the first register of every wire, every cycle: ms behind the wire's own beat, which is what most follow."""
    late, kept = [], 0
    rows = {}
    for point, at in scene.sql("SELECT p.id, (extract(epoch FROM r.at) * 1000)::bigint FROM capnuoc.reading r"
                               "  JOIN capnuoc.point p USING (point_key) WHERE p.id LIKE '%%.r0' AND r.quality = 2"
                               "  AND r.at >= to_timestamp(%d / 1000.0) AND r.at < to_timestamp(%d / 1000.0)"
                               "  ORDER BY p.id, r.at" % (first_ms, last_ms), "reader"):
        rows.setdefault(point, []).append(int(at))
    for times in rows.values():
        beat = quantile([t % 1000 for t in times], 0.05)
        seen = set()
        for t in times:
            late.append((t - beat + 100) % 1000 - 100)
            seen.add(int((t - beat + 100) // 1000))
        kept += len(seen)
    return late, kept, len(rows)


def ours(scene, count, seconds, port):
    scene.configure(plant(count, port))
    scene.migrate()
    daemon = scene.start().wait_ready(120)
    total = count * REGISTERS
    wait_until(lambda: (daemon.get("/api/v1/points?quality=good&limit=1")[0] == 200) and
               (daemon.metric("capnuoc_readings_total") or 0) >= 3 * total, 120, "first three cycles")
    pass_time(5)
    begin, cpu = time.time(), ticks(daemon.pid)
    pass_time(seconds)
    end, cpu = time.time(), ticks(daemon.pid) - cpu
    memory = resident_mib(daemon.pid)
    lost = daemon.metric("capnuoc_readings_refused_total") or 0
    daemon.stop(180)
    first, last = (int(begin) + 1) * 1000, int(end) * 1000
    late, kept, wires = lateness(scene, first, last)
    wanted = count * (last - first) // 1000
    stored = int(scene.sql("SELECT count(*) FROM capnuoc.reading WHERE quality = 2"
                           "  AND at >= to_timestamp(%d) AND at < to_timestamp(%d)" %
                           (first // 1000, last // 1000), "reader")[0][0])
    rate = stored * 1000 / (last - first)
    check(wires == count, "%d of %d wires have readings" % (wires, count))
    say("capnuocd: %d wires, %.3f %% of cycles kept, lateness p50 %d ms p99 %d ms, %d registers/s stored, "
        "%.0f %% of one core, %.0f MiB, refused %d" %
        (wires, 100 * kept / wanted, quantile(late, 0.5), quantile(late, 0.99), rate, 100 * cpu / (end - begin),
         memory, lost))
    return rate, rate / (cpu / (end - begin))


def collectd_conf(scene, registers, port):
    env = scene.cluster.env
    hosts = (registers + REGISTERS - 1) // REGISTERS
    data = "".join("  <Data \"r%d\">\n    RegisterBase %d\n    RegisterType uint16\n    RegisterCmd ReadHolding\n"
                   "    Type gauge\n    Instance \"r%d\"\n  </Data>\n" % (r, r, r) for r in range(REGISTERS))
    asks = ""
    for i in range(hosts):
        n = min(REGISTERS, registers - i * REGISTERS)
        asks += ("  <Host \"h%d\">\n    Address \"%s\"\n    Port \"%d\"\n    Interval 1\n    <Slave 1>\n"
                 "      Instance \"s\"\n%s    </Slave>\n  </Host>\n" %
                 (i, host(i), port, "".join("      Collect \"r%d\"\n" % r for r in range(n))))
    return scene.write("collectd.conf", """
BaseDir "%s"
PIDFile "%s"
PluginDir "%s"
TypesDB "/usr/share/collectd/types.db"
Interval 1
ReadThreads 32
WriteThreads 4
WriteQueueLimitHigh 1000000
WriteQueueLimitLow 1000000
LoadPlugin logfile
<Plugin logfile>
  LogLevel info
  File "%s"
</Plugin>
LoadPlugin modbus
LoadPlugin postgresql
<Plugin modbus>
%s%s</Plugin>
<Plugin postgresql>
  <Writer w>
    Statement "INSERT INTO collectd (at, host, instance, v) SELECT $1::timestamptz, $2::text, $6::text, ($9::text[])[1]::float8 WHERE ($3::text || $4::text || $5::text || ($7::text[])[1] || ($8::text[])[1]) IS NOT NULL;"
    StoreRates false
  </Writer>
  <Database "%s">
    Host "%s"
    Port "%s"
    User "%s"
    Password "%s"
    SSLMode "disable"
    Writer w
    CommitInterval 1
  </Database>
</Plugin>
""" % (scene.folder, scene.path("collectd.pid"), PLUGINS, scene.path("collectd.log"), data, asks, scene.database,
       env["PGHOST"], env["PGPORT"], env["OWNER_USER"], env["OWNER_PASSWORD"]))


def collectd_keeps(scene, registers, port, seconds):
    """How many a second it stored of so many asked for; the first seconds do not count."""
    conf = collectd_conf(scene, registers, port)
    scene.sql("DROP TABLE IF EXISTS collectd; CREATE TABLE collectd (at timestamptz, host text, instance text, v float8);"
              "CREATE INDEX ON collectd (host, instance, at); ALTER TABLE collectd OWNER TO %s" %
              scene.cluster.env["OWNER_USER"])
    program = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", COLLECTD, "-f", "-C", conf],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        pass_time(6)
        check(program.poll() is None, "collectd ended: " + log_end(scene))
        begin, cpu = time.time(), ticks(program.pid)
        pass_time(seconds)
        end, cpu = time.time(), ticks(program.pid) - cpu
        pass_time(3)
    finally:
        program.kill()
        program.wait()
    rows = int(scene.sql("SELECT count(*) FROM collectd WHERE at >= to_timestamp(%f) AND at < to_timestamp(%f)" %
                         (begin, end))[0][0])
    rate = rows / (end - begin)
    say("collectd: asked for %d registers/s, stored %.0f/s, %.0f %% of one core" %
        (registers, rate, 100 * cpu / (end - begin)))
    return rate, rate * (end - begin) / cpu


def log_end(scene):
    try:
        with open(scene.path("collectd.log"), encoding="utf-8", errors="replace") as f:
            return f.read()[-1500:]
    except OSError:
        return "no log"


def theirs(scene, port, seconds):
    """Doubles what is asked until a twentieth is missed; the best it stored is what it can keep."""
    best, per_core, registers = 0.0, 0.0, 250
    while registers <= 900 * REGISTERS:
        rate, worth = collectd_keeps(scene, registers, port, seconds)
        if rate > best:
            best, per_core = rate, worth
        if rate < 0.95 * registers:
            break
        registers *= 2
    if best == 0:
        say(log_end(scene))
    check(best > 0, "collectd stored nothing")
    return best, per_core


def main(scene):
    if not os.path.exists(COLLECTD) or not os.path.exists(os.path.join(PLUGINS, "modbus.so")):
        raise Skipped("collectd-core is not installed")
    check(shutil.which("setpriv") is not None, "no setpriv")
    options = scene.options
    scene.own_cluster()
    _, port = field(scene, options.registers)
    rate, worth = ours(scene, options.wires, options.seconds, port)
    best, theirs_worth = theirs(scene, port, min(options.seconds, 20))
    say("registers kept a second, capnuocd / collectd: %.0f (all there were) / %.0f (the most it could) = %.1f" %
        (rate, best, rate / best))
    say("registers stored per second of its processor time: %.0f / %.0f = %.1f" %
        (worth, theirs_worth, worth / theirs_worth))


def arguments(parser):
    parser.add_argument("--registers", required=True, help="the field: tests/bench/registers.c")
    parser.add_argument("--wires", type=int, default=900)
    parser.add_argument("--seconds", type=int, default=60)


if __name__ == "__main__":
    run(main, arguments, ports=2)
