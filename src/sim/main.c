/* capnuoc-sim: the field to try the daemon on. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "control.h"
#include "field.h"
#include "grid.h"
#include "keep.h"
#include "mischief.h"
#include "scenario_line.h"
#include "script.h"
#include "server.h"
#include "stand.h"
#include "truth.h"

enum { EXIT_USAGE = 2, SPEED_MAX = 3600, FAULTS_MAX = 64, CHRONICLE_MIB = 64, CHRONICLE_MIB_MAX = 65536 };
enum { GRID_PER_WIRE = 5 };

struct arguments {
    struct server_setup setup;
    const char *scenarios, *truth;
    int64_t start_s; /* where the field's day begins; below 0: now */
    const char *faults[FAULTS_MAX];
    size_t fault_count;
    const char *script;
    unsigned grid, per_wire; /* 0: the province */
};

static void print_help(FILE *to)
{
    (void)fprintf(
        to,
        "capnuoc-sim --port-base P [--state DIR] [--seed N] [--speed X] [--control PATH] [--fault F]...\n"
        "            [--rtu-port-base P] [--terminals DIR] [--grid N[xM]] [--script PATH]\n"
        "            [--chronicle PATH] [--chronicle-max MIB]\n"
        "A province's water over Modbus TCP on 127.0.0.1: port P the town's treatment plant, P+1 the "
        "booster\n"
        "station, P+2 and P+3 the metered areas, P+4 Bình Lư, P+5 Nậm Nhùn, P+6 Tân Uyên, P+7 two villages\n"
        "behind a slow modem.\n\n"
        "  --port-base P   first of the ports, one for each wire\n"
        "  --state DIR     keep levels, totalizers and counters there, and go on with them\n"
        "  --seed N        the same seed gives the same run (default 1)\n"
        "  --speed X       simulated seconds per second, 0.1 to %d (default 1)\n"
        "  --control PATH  socket for commands: fault, raw, hold, count, clear, devices, scenarios (docs)\n"
        "  --start HH:MM   the field's day begins there, not at the hour it is\n"
        "  --scenarios F   file of scenarios, each with its time (docs/simulator.md)\n"
        "  --truth F       log of what the scenarios really did, one JSON object a line\n"
        "  --fault F       DEVICE:KIND[:ARG[:COUNT]], may be given several times; kinds:\n"
        "                  %s\n"
        "  --rtu-port-base P   every wire once more, RTU framing over TCP\n"
        "  --terminals DIR     every wire once more, RTU on a pseudo-terminal: DIR/WIRE is a link to it\n"
        "  --grid N[xM]        N generated devices, M on a wire (5), instead of the province\n"
        "  --script PATH       commands with their times, lines of SECONDS COMMAND\n"
        "  --chronicle PATH    a record of what every register showed when\n"
        "  --chronicle-max M   its size in MiB at which a new file begins (%d); the one before stays\n",
        SPEED_MAX, mischief_list(), CHRONICLE_MIB);
}

static bool number_in(const char *text, double low, double high, double *out)
{
    char *end;

    errno = 0;
    *out = strtod(text, &end);
    return errno == 0 && end != text && *end == '\0' && *out >= low && *out <= high;
}

static bool whole_in(const char *text, unsigned long low, unsigned long high, unsigned long *out)
{
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *out = strtoul(text, &end, 10);
    return errno == 0 && *end == '\0' && *out >= low && *out <= high;
}

static int refuse(const char *sentence, const char *text)
{
    (void)fprintf(stderr, "capnuoc-sim: %s: %s\n", sentence, text);
    return EXIT_USAGE;
}

/* "N" or "NxM" */
static bool grid_in(const char *text, struct arguments *a)
{
    char devices[8];
    size_t len = strcspn(text, "x");
    unsigned long n, per_wire = GRID_PER_WIRE;

    if (len >= sizeof devices || (text[len] == 'x' && !whole_in(text + len + 1, 1, 999, &per_wire)))
        return false;
    memcpy(devices, text, len);
    devices[len] = '\0';
    if (!whole_in(devices, 1, 9999, &n))
        return false;
    a->grid = (unsigned)n;
    a->per_wire = (unsigned)per_wire;
    return true;
}

static int take_number(struct arguments *a, int option, const char *text)
{
    unsigned long n;

    switch (option) {
    case 'p':
    case 'r':
        if (!whole_in(text, 1, 65535, &n))
            return refuse("a port base is a number from 1 to 65535", text);
        *(option == 'p' ? &a->setup.port_base : &a->setup.rtu_port_base) = (uint16_t)n;
        return -1;
    case 's':
        if (!whole_in(text, 0, UINT32_MAX, &n))
            return refuse("--seed is a whole number below 2^32", text);
        a->setup.seed = n;
        return -1;
    case 'm':
        if (!whole_in(text, 1, CHRONICLE_MIB_MAX, &n))
            return refuse("--chronicle-max is a number of MiB from 1 to 65536", text);
        a->setup.chronicle_max = (uint64_t)n << 20;
        return -1;
    case 'b':
        a->start_s = scenario_clock_s(text);
        return a->start_s >= 0 ? -1 : refuse("--start is HH:MM", text);
    default:
        return number_in(text, 0.1, SPEED_MAX, &a->setup.speed) ? -1
                                                                : refuse("--speed is from 0.1 to 3600", text);
    }
}

/* -1: go on; else the exit code. */
static int take_option(struct arguments *a, int option, const char *text)
{
    switch (option) {
    case 'd': a->setup.folder = text; return -1;
    case 'c': a->setup.control = text; return -1;
    case 'n': a->scenarios = text; return -1;
    case 'u': a->truth = text; return -1;
    case 't': a->setup.terminals = text; return -1;
    case 'k': a->setup.chronicle = text; return -1;
    case 'i': a->script = text; return -1;
    case 'g': return grid_in(text, a) ? -1 : refuse("--grid is N or NxM", text);
    case 'f':
        if (a->fault_count == FAULTS_MAX)
            return refuse("--fault: too many, use a script", text);
        a->faults[a->fault_count++] = text;
        return -1;
    case 'h': print_help(stdout); return EXIT_SUCCESS;
    case '?': print_help(stderr); return EXIT_USAGE;
    default: return take_number(a, option, text);
    }
}

static int read_arguments(struct arguments *a, int argc, char **argv)
{
    static const struct option LONG[] = {
        { "port-base", required_argument, NULL, 'p' },
        { "state", required_argument, NULL, 'd' },
        { "seed", required_argument, NULL, 's' },
        { "speed", required_argument, NULL, 'x' },
        { "control", required_argument, NULL, 'c' },
        { "fault", required_argument, NULL, 'f' },
        { "start", required_argument, NULL, 'b' },
        { "scenarios", required_argument, NULL, 'n' },
        { "truth", required_argument, NULL, 'u' },
        { "rtu-port-base", required_argument, NULL, 'r' },
        { "terminals", required_argument, NULL, 't' },
        { "grid", required_argument, NULL, 'g' },
        { "script", required_argument, NULL, 'i' },
        { "chronicle", required_argument, NULL, 'k' },
        { "chronicle-max", required_argument, NULL, 'm' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "h", LONG, NULL)) != -1) {
        int end = take_option(a, option, optarg);
        if (end >= 0)
            return end;
    }
    if (optind < argc)
        return refuse("unexpected argument", argv[optind]);
    return a->setup.port_base != 0 ? -1 : refuse("which port?", "--port-base P is needed (--help)");
}

static double local_second(struct wall at)
{
    return (double)(at.ms - wall_local_midnight(at).ms) / 1000.0;
}

/* A kept state goes on under a seed of its own, or every start would repeat the same weather. */
static void wake_field(struct field *f, const struct arguments *a)
{
    struct fault why;
    double local_s = a->start_s >= 0 ? (double)a->start_s : local_second(wall_read());
    enum err rc;

    field_begin(f, a->setup.seed, local_s);
    if (a->setup.folder == NULL)
        return;
    rc = keep_load(f, a->setup.folder, &why);
    if (rc == ERR_NONE) {
        f->water.chance = noise_seeded(a->setup.seed ^ f->alive_s[0] << 16);
        f->city.chance = noise_seeded(a->setup.seed ^ f->alive_s[0] << 17);
        f->works_chance = noise_seeded(a->setup.seed ^ f->alive_s[0] << 18);
        field_second(f); /* or the registers would show the new field's totals for a second */
        log_info("field goes on from %s", a->setup.folder);
    } else if (rc == ERR_MISSING) {
        log_info("field starts new");
    } else {
        log_warn("field starts new, its state cannot be used: %s", why.text);
    }
}

/* Scenarios may begin at once, so the log comes first. */
static int tell_scenarios(struct field *f, const struct arguments *a, struct truth **truth)
{
    struct fault why;

    if (a->truth != NULL && truth_open(truth, a->truth, &why) != ERR_NONE)
        return refuse("--truth", why.text);
    if (*truth != NULL)
        f->scenarios.truth = truth_ear(*truth);
    if (a->scenarios != NULL && scenario_file(f, a->scenarios, &why) != ERR_NONE)
        return refuse("--scenarios", why.text);
    return EXIT_SUCCESS;
}

static bool ports_fit(const struct arguments *a, unsigned wires)
{
    return a->setup.port_base + wires <= 65536 && a->setup.rtu_port_base + wires <= 65536;
}

/* Faults and script need to know the devices. */
static int prepare(struct arguments *a, struct control *orders, struct script *script)
{
    struct fault why;

    if (!ports_fit(a, orders->stand->from.wire_count))
        return refuse("the ports of all wires must be below 65536", "--port-base");
    for (size_t i = 0; i < a->fault_count; i++)
        if (control_option(orders, a->faults[i], &why) != ERR_NONE)
            return refuse("--fault", why.text);
    if (a->script != NULL && script_read(script, a->script, &why) != ERR_NONE)
        return refuse("--script", why.text);
    return EXIT_SUCCESS;
}

static int serve(struct arguments *a, struct stand_source from)
{
    struct stand stand = { 0 };
    struct control orders = { 0 };
    struct script script = { 0 };
    struct fault why;
    int end = EXIT_FAILURE;
    enum err rc = stand_init(&stand, from, &why);

    if (rc == ERR_NONE)
        rc = control_init(&orders, &stand, &why);
    orders.field = a->setup.field;
    if (rc == ERR_NONE) {
        a->setup.stand = &stand;
        a->setup.orders = &orders;
        a->setup.script = &script;
        end = prepare(a, &orders, &script);
    }
    if (rc == ERR_NONE && end == EXIT_SUCCESS)
        rc = server_run(&a->setup, &why);
    if (rc != ERR_NONE) {
        (void)fprintf(stderr, "capnuoc-sim: %s\n", why.text);
        end = EXIT_FAILURE;
    }
    a->setup.stand = NULL; /* they end here */
    a->setup.orders = NULL;
    a->setup.script = NULL;
    script_clear(&script);
    control_clear(&orders);
    stand_clear(&stand);
    return end;
}

static int serve_grid(struct arguments *a)
{
    struct grid *g;
    struct fault why;
    int end;

    if (grid_new(&g, a->grid, a->per_wire, a->setup.seed, &why) != ERR_NONE)
        return refuse("--grid", why.text);
    end = serve(a, grid_source(g));
    grid_free(g);
    return end;
}

static int serve_province(struct field *f, struct arguments *a)
{
    struct scenario_world world = field_world(f);
    struct truth *truth = NULL;
    int end = tell_scenarios(f, a, &truth);

    if (end == EXIT_SUCCESS)
        end = serve(a, stand_province(f));
    scenarios_stop(&f->scenarios, &world);
    truth_close(truth);
    return end;
}

int main(int argc, char **argv)
{
    static struct field f;
    struct arguments a = {
        .setup = { .speed = 1.0, .seed = 1, .chronicle_max = (uint64_t)CHRONICLE_MIB << 20 }, .start_s = -1
    };
    int end = read_arguments(&a, argc, argv);

    if (end >= 0)
        return end;
    if (a.grid > 0)
        return serve_grid(&a);
    wake_field(&f, &a);
    a.setup.field = &f;
    return serve_province(&f, &a);
}
