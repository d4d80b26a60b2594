/* CPU per Modbus transaction: a bare libmodbus loop, and the whole pipeline (plan, send, receive, check,
 * decode, judge, journal, snapshot) over the same server in the same run.  Prints both and their ratio.
 *
 * The server is another process, so that only the client's CPU is counted. */
#include <errno.h>
#include <math.h>
#include <modbus/modbus.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "acquire/wire.h"
#include "double/fake_line.h"
#include "pipeline.h"

enum { POINTS = 50, ROUNDS = 7, TRANSACTIONS = 20000, EVERY_MS = 1000 };

static double cpu_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what, const char *text)
{
    (void)fprintf(stderr, "bench: %s: %s\n", what, text);
    exit(EXIT_FAILURE);
}

/* One register in ten changes with each read: a lively plant. */
static void serve(int listener)
{
    modbus_t *ctx = modbus_new_tcp("127.0.0.1", 0);
    modbus_mapping_t *map = modbus_mapping_new(0, 0, POINTS, 0);
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    unsigned turn = 0;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* not longer than who asks */
    for (;;) {
        if (modbus_tcp_accept(ctx, &listener) < 0)
            _exit(EXIT_FAILURE);
        for (int n; (n = modbus_receive(ctx, query)) >= 0; turn++) {
            if (n == 0)
                continue;
            for (unsigned i = turn % 10; i < POINTS; i += 10)
                map->tab_registers[i]++;
            if (modbus_reply(ctx, query, n, map) < 0)
                break;
        }
        modbus_close(ctx);
    }
}

static double bare(const char *port, int transactions)
{
    modbus_t *ctx = modbus_new_tcp("127.0.0.1", atoi(port));
    uint16_t words[POINTS];
    double start;

    if (modbus_connect(ctx) != 0)
        die("connect", modbus_strerror(errno));
    start = cpu_s();
    for (int i = 0; i < transactions; i++)
        if (modbus_read_registers(ctx, 0, POINTS, words) != POINTS)
            die("read", modbus_strerror(errno));
    start = cpu_s() - start;
    modbus_close(ctx);
    modbus_free(ctx);
    return start / transactions;
}

struct whole {
    char folder[64];
    struct fake_clock clock;
    struct catalogue catalogue;
    struct tag tags[POINTS];
    struct device device;
    struct wire_settings settings;
    struct low_descriptors *pool;
    struct wire *wire;
    struct journal *journal;
    struct pipeline *pipeline;
};

static void to_pipeline(void *self, const struct message *m)
{
    pipeline_put(((struct whole *)self)->pipeline, m);
}

static void must(enum err rc, const struct fault *why)
{
    if (rc != ERR_NONE)
        die("set-up", why->text);
}

static void whole_open(struct whole *w, const char *port)
{
    struct journal_settings js = {
        .max_bytes = 1 << 30, .keep_delivered_ms = CLOCK_HOUR_MS, .group_ms = 250, .pending_max = 64 << 20
    };
    struct pipeline_settings ps = {
        .catalogue = &w->catalogue, .clock = fake_clock(&w->clock), .inbox = 4096, .node = "bench"
    };
    struct fault why = { .text = "" };
    struct line *line;

    for (uint32_t i = 0; i < POINTS; i++) {
        struct point p = { .every_ms = EVERY_MS, .heartbeat_ms = 300000 };
        (void)snprintf(p.id, sizeof p.id, "p%u", i);
        w->tags[i] = (struct tag){
            .function = 3, .address = (uint16_t)i, .kind = KIND_U16, .scale = 0.1, .low = 0, .high = 1e9
        };
        must(catalogue_add_point(&w->catalogue, &p, &w->tags[i].point), &why);
    }
    must(catalogue_seal(&w->catalogue, &why), &why);
    w->device = (struct device){ .id = "d",
                                 .unit = 255,
                                 .every_ms = EVERY_MS,
                                 .max_registers = 125,
                                 .tags = w->tags,
                                 .tag_count = POINTS };
    w->settings = (struct wire_settings){ .id = "w",
                                          .host = "127.0.0.1",
                                          .answer_ms = 1000,
                                          .connect_ms = 1000,
                                          .devices = &w->device,
                                          .device_count = 1 };
    (void)snprintf(w->settings.port, sizeof w->settings.port, "%s", port);
    (void)snprintf(w->folder, sizeof w->folder, "/tmp/capnuoc-bench-XXXXXX");
    if (mkdtemp(w->folder) == NULL)
        die("folder", strerror(errno));
    (void)snprintf(js.folder, sizeof js.folder, "%s", w->folder);
    must(journal_open(&w->journal, &js, ps.clock, &why), &why);
    ps.journal = w->journal;
    must(pipeline_new(&w->pipeline, &ps, &why), &why);
    must(low_descriptors_reserve(&w->pool, 1, &why), &why);
    must(line_tcp_new(&line, w->settings.host, w->settings.port, 1000, w->pool, &why), &why);
    must(wire_new(&w->wire, &w->settings, line, (struct wire_sink){ w, to_pipeline }, ps.clock, &why), &why);
}

static void whole_close(struct whole *w)
{
    char command[128];

    wire_free(w->wire);
    low_descriptors_release(w->pool);
    pipeline_free(w->pipeline);
    journal_close(w->journal);
    catalogue_clear(&w->catalogue);
    (void)snprintf(command, sizeof command, "rm -r '%s'", w->folder);
    if (system(command) != 0)
        die("clean up", w->folder);
}

/* Cycles one after the other, the clock set forward by a period each time. */
static double whole(struct whole *w, int transactions)
{
    struct wire_status s;
    double start = cpu_s();
    uint64_t before;

    wire_status(w->wire, &s, NULL, 0);
    before = s.transactions;
    for (int i = 0; i < transactions; i++) {
        struct mono next = wire_turn(w->wire);
        (void)pipeline_step(w->pipeline, 0);
        if (next.ms > w->clock.now.mono.ms)
            fake_clock_advance(&w->clock, next.ms - w->clock.now.mono.ms);
    }
    start = cpu_s() - start;
    wire_status(w->wire, &s, NULL, 0);
    return start / (double)(s.transactions - before);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(void)
{
    int listener;
    modbus_t *ctx = modbus_new_tcp("127.0.0.1", 0);
    double ratios[ROUNDS];
    struct whole *w = calloc(1, sizeof *w);
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    char port[8];
    pid_t server;

    listener = modbus_tcp_listen(ctx, 1);
    if (w == NULL || listener < 0 || getsockname(listener, (struct sockaddr *)&address, &len) != 0)
        die("listen", strerror(errno));
    (void)snprintf(port, sizeof port, "%u",
                   (unsigned)((uint8_t *)&address)[2] << 8 | ((uint8_t *)&address)[3]);
    modbus_free(ctx);
    server = fork();
    if (server == 0)
        serve(listener);
    w->clock.now = (struct now){ { 1000 }, { 1700000000000 } };
    for (int i = 0; i < ROUNDS; i++) {
        double b = bare(port, TRANSACTIONS), all;
        whole_open(w, port);
        all = whole(w, TRANSACTIONS);
        whole_close(w);
        ratios[i] = all / b;
        (void)printf(
            "bare libmodbus %6.1f us, whole pipeline %6.1f us of CPU per transaction of %d registers: %.2f\n",
            b * 1e6, all * 1e6, POINTS, ratios[i]);
    }
    (void)kill(server, SIGKILL);
    (void)waitpid(server, NULL, 0);
    qsort(ratios, ROUNDS, sizeof *ratios, by_size);
    (void)printf("ratio, median of %d: %.2f (min %.2f, max %.2f)\n", ROUNDS, ratios[ROUNDS / 2], ratios[0],
                 ratios[ROUNDS - 1]);
    free(w);
    return EXIT_SUCCESS;
}
