/* Backends and whole servers die or freeze at random instants while a counter is delivered: afterwards the
 * database holds every number once.  A cluster of its own, so that nobody else's tests suffer.
 *
 *   test_store_kills [rounds [seed]] */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/lanes_double.h"

enum { LONG_MS = 60000, FAMILY_MAX = 64, FEED = 20 };

static struct scene {
    struct pgtest pg;
    struct catalogue catalogue;
    struct lanes_double journal;
    struct deliverer *deliverer;
    pthread_t feeder;
    atomic_bool fed;
    unsigned dice;
} S;

static unsigned ROUNDS = 20, SEED = 1;

/* ---- chance ---- */

static unsigned chance(unsigned below)
{
    S.dice = S.dice * 1103515245U + 12345U;
    return (S.dice >> 8) % below;
}

static void let_time_pass(unsigned ms)
{
    (void)poll(NULL, 0, (int)ms); /* the random instant is the point of this test */
}

/* ---- the counter ---- */

static void *feed(void *self)
{
    uint64_t key = pgtest_key(&S.catalogue, 0);
    int64_t n = 0;

    (void)self;
    while (!atomic_load(&S.fed)) {
        /* some of it is the past whenever a connection is made: then it goes by the backlog */
        S.journal.recorded.ms = PGTEST_NOW.ms - (n / 500 % 3 == 2 ? 0 : CLOCK_HOUR_MS);
        for (int i = 0; i < FEED; i++, n++)
            (void)lanes_double_reading(&S.journal, key, (struct wall){ PGTEST_NOW.ms + n }, (double)(n + 1));
        (void)lanes_double_event(&S.journal, EVENT_WIRE_UP, PGTEST_NOW, "w");
        deliverer_poke(S.deliverer);
        (void)poll(NULL, 0, 2);
    }
    return NULL;
}

/* ---- the harm ---- */

static void cluster(const char *verb)
{
    char command[1200];

    (void)snprintf(command, sizeof command, "'%s' %s '%s' %s >/dev/null", PG_SH, verb, PG_DIR,
                   strcmp(verb, "start") == 0 ? PG_PORT : "");
    assert_int_equal(system(command), 0); // NOLINT(cert-env33-c): the fixture is a script
}

static int parent_of(const char *pid)
{
    char path[300], stat[512];
    int parent = 0;
    FILE *f;

    (void)snprintf(path, sizeof path, "/proc/%s/stat", pid);
    f = fopen(path, "r");
    if (f == NULL)
        return 0;
    if (fgets(stat, sizeof stat, f) != NULL && strrchr(stat, ')') != NULL)
        parent = (int)strtol(strrchr(stat, ')') + 4, NULL, 10);
    (void)fclose(f);
    return parent;
}

/* The server and all its processes. */
static size_t family(int server, pid_t *out)
{
    DIR *proc = opendir("/proc");
    struct dirent *e;
    size_t n = 0;

    out[n++] = server;
    while (proc != NULL && (e = readdir(proc)) != NULL && n < FAMILY_MAX)
        if (isdigit((unsigned char)e->d_name[0]) && parent_of(e->d_name) == server)
            out[n++] = (pid_t)strtol(e->d_name, NULL, 10);
    if (proc != NULL)
        (void)closedir(proc);
    return n;
}

static pid_t backend_of_the_writer(void)
{
    return (pid_t)strtol(
        pgtest_ask(&S.pg, PGTEST_SUPERUSER,
                   "SELECT pid FROM pg_stat_activity WHERE application_name = 'capnuoc delivery' "
                   "ORDER BY backend_start DESC LIMIT 1"),
        NULL, 10);
}

/* A backend killed with -9 makes the server restart all of them. */
static void kill_backend(void)
{
    pid_t pid = backend_of_the_writer();

    let_time_pass(chance(30));
    if (pid > 0)
        (void)kill(pid, SIGKILL);
}

static void freeze_backend(void)
{
    pid_t pid = backend_of_the_writer();

    let_time_pass(chance(30));
    if (pid <= 0 || kill(pid, SIGSTOP) != 0)
        return;
    let_time_pass(200 + chance(2000));
    (void)kill(pid, SIGCONT);
}

static void freeze_server(void)
{
    pid_t all[FAMILY_MAX];
    size_t n = family(S.pg.postmaster, all);

    for (size_t i = 0; i < n; i++)
        (void)kill(all[i], SIGSTOP);
    let_time_pass(200 + chance(3000));
    for (size_t i = n; i-- > 0;)
        (void)kill(all[i], SIGCONT);
}

static void kill_server(void)
{
    pid_t all[FAMILY_MAX];
    size_t n = family(S.pg.postmaster, all);
    struct pgtest again;

    for (size_t i = 0; i < n; i++)
        (void)kill(all[i], SIGKILL);
    cluster("restart");
    assert_true(pgtest_find(&again, PG_DIR "/env"));
    S.pg.postmaster = again.postmaster;
}

/* ---- the test ---- */

static bool connected(void *ctx)
{
    struct deliverer_stats s;

    (void)ctx;
    deliverer_stats(S.deliverer, &s);
    return s.connected && s.text[0] == '\0';
}

static bool all_delivered(void *ctx)
{
    (void)ctx;
    return lanes_double_delivered(&S.journal, LANE_LIVE) == S.journal.count[LANE_LIVE] &&
           lanes_double_delivered(&S.journal, LANE_EVENTS) == S.journal.count[LANE_EVENTS];
}

static void every_number_arrives_once_whatever_dies(void **state)
{
    static void (*const HARM[])(void) = { kill_backend, freeze_backend, freeze_server, kill_server };
    static const char *const NAMES[] = { "backend killed", "backend frozen", "server frozen",
                                         "server killed" };
    struct deliverer_stats s;
    int64_t n;

    (void)state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        unsigned which = i % COUNT_OF(HARM);

        assert_true(pgtest_until(connected, NULL, LONG_MS));
        let_time_pass(chance(300));
        HARM[which]();
        print_message("round %u: %s\n", i, NAMES[which]);
    }
    atomic_store(&S.fed, true);
    (void)pthread_join(S.feeder, NULL);
    assert_true(pgtest_until(all_delivered, NULL, LONG_MS));
    deliverer_stats(S.deliverer, &s);
    n = (int64_t)S.journal.count[LANE_LIVE];
    print_message("%" PRId64 " readings, %zu events, %" PRIu64 " transactions, %" PRIu64
                  " reconnects, seed %u\n",
                  n, S.journal.count[LANE_EVENTS], s.transactions, s.reconnects, SEED);
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.reading"), n);
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(DISTINCT value) FROM capnuoc.reading"), n);
    assert_int_equal(pgtest_count(&S.pg, "SELECT max(value)::bigint FROM capnuoc.reading"), n);
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.event"), S.journal.count[LANE_EVENTS]);
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.quarantine"), 0);
}

static int up(void **state)
{
    struct fault why = { 0 };

    (void)state;
    pgtest_make(&S.pg, true);
    S.pg.settings.answer_ms = 700;
    S.pg.settings.batch_bytes = 16384;
    pgtest_catalogue(&S.catalogue, 1);
    lanes_double_init(&S.journal, 1);
    if (deliverer_start(&S.deliverer, &S.pg.settings, &S.catalogue, lanes_double_port(&S.journal),
                        pgtest_clock(), &why) != ERR_NONE)
        fail_msg("%s", why.text);
    return pthread_create(&S.feeder, NULL, feed, NULL);
}

static int down(void **state)
{
    (void)state;
    if (!atomic_exchange(&S.fed, true))
        (void)pthread_join(S.feeder, NULL);
    deliverer_stop(S.deliverer, 0);
    deliverer_free(S.deliverer);
    lanes_double_clear(&S.journal);
    catalogue_clear(&S.catalogue);
    return 0;
}

static bool have_cluster(void)
{
    char command[1200];

    (void)snprintf(command, sizeof command, "'%s' start '%s' %s >/dev/null", PG_SH, PG_DIR, PG_PORT);
    return system(command) == 0; // NOLINT(cert-env33-c): the fixture is a script
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_number_arrives_once_whatever_dies, up, down),
    };
    int failed;

    if (argc > 1)
        ROUNDS = (unsigned)strtoul(argv[1], NULL, 10);
    if (argc > 2)
        SEED = (unsigned)strtoul(argv[2], NULL, 10);
    S.dice = SEED;
    if (!have_cluster() || !pgtest_find(&S.pg, PG_DIR "/env")) {
        (void)fprintf(stderr, "skipped: no PostgreSQL could be started\n");
        return PGTEST_SKIP;
    }
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    cluster("stop");
    return failed;
}
