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
#include "keep.h"
#include "mischief.h"
#include "scenario_line.h"
#include "server.h"
#include "truth.h"

enum { EXIT_USAGE = 2, SPEED_MAX = 3600 };

struct arguments {
    struct server_setup setup;
    const char *scenarios, *truth;
    int64_t start_s; /* where the field's day begins; below 0: now */
};

static void print_help(FILE *to)
{
    (void)fprintf(
        to,
        "capnuoc-sim --port-base P [--state DIR] [--seed N] [--speed X] [--control PATH] [--fault F]...\n"
        "A province's water over Modbus TCP on 127.0.0.1: port P the town's treatment plant, P+1 the "
        "booster\n"
        "station, P+2 and P+3 the metered areas, P+4 Bình Lư, P+5 Nậm Nhùn, P+6 Tân Uyên, P+7 two villages\n"
        "behind a slow modem.\n\n"
        "  --port-base P   first of the eight ports (1..65528)\n"
        "  --state DIR     keep levels, totalizers and counters there, and go on with them\n"
        "  --seed N        the same seed gives the same run (default 1)\n"
        "  --speed X       simulated seconds per second, 0.1 to %d (default 1)\n"
        "  --control PATH  socket for commands: fault, raw, clear, devices, scenarios (docs/simulator.md)\n"
        "  --start HH:MM   the field's day begins there, not at the hour it is\n"
        "  --scenarios F   file of scenarios, each with its time (docs/simulator.md)\n"
        "  --truth F       log of what the scenarios really did, one JSON object a line\n"
        "  --fault F       DEVICE:KIND[:ARG[:COUNT]], may be given several times; kinds:\n"
        "                  %s\n",
        SPEED_MAX, mischief_list());
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

/* -1: go on; else the exit code. */
static int take_option(struct arguments *a, int option, const char *text)
{
    unsigned long n;
    struct fault why;

    switch (option) {
    case 'p':
        if (!whole_in(text, 1, 65536 - FIELD_WIRES, &n))
            return refuse("--port-base is a number from 1 to 65528", text);
        a->setup.port_base = (uint16_t)n;
        return -1;
    case 'd': a->setup.folder = text; return -1;
    case 'c': a->setup.control = text; return -1;
    case 'b':
        a->start_s = scenario_clock_s(text);
        return a->start_s >= 0 ? -1 : refuse("--start is HH:MM", text);
    case 'n': a->scenarios = text; return -1;
    case 'u': a->truth = text; return -1;
    case 's':
        if (!whole_in(text, 0, UINT32_MAX, &n))
            return refuse("--seed is a whole number below 2^32", text);
        a->setup.seed = n;
        return -1;
    case 'x':
        return number_in(text, 0.1, SPEED_MAX, &a->setup.speed) ? -1
                                                                : refuse("--speed is from 0.1 to 3600", text);
    case 'f':
        if (control_option(a->setup.mischief, text, &why) != ERR_NONE)
            return refuse("--fault", why.text);
        return -1;
    case 'h': print_help(stdout); return EXIT_SUCCESS;
    default: print_help(stderr); return EXIT_USAGE;
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

    field_init(f, a->setup.seed, local_s);
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

static int serve(struct field *f, const struct arguments *a)
{
    struct scenario_world world = field_world(f);
    struct truth *truth = NULL;
    struct fault why;
    int end = tell_scenarios(f, a, &truth);

    if (end == EXIT_SUCCESS && server_run(f, &a->setup, &why) != ERR_NONE) {
        (void)fprintf(stderr, "capnuoc-sim: %s\n", why.text);
        end = EXIT_FAILURE;
    }
    scenarios_stop(&f->scenarios, &world);
    truth_close(truth);
    return end;
}

int main(int argc, char **argv)
{
    static struct field f;
    struct arguments a = { .setup = { .speed = 1.0, .seed = 1 }, .start_s = -1 };
    int end = read_arguments(&a, argc, argv);

    if (end >= 0)
        return end;
    wake_field(&f, &a);
    return serve(&f, &a);
}
