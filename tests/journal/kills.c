/* kill -9 at random moments: the program runs itself as the one that is killed, and reads what that one
 * reported as durable.  KILLS=n makes it longer. */
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "desk.h"

extern char **environ;

enum { KILLS = 100, STATE_KEY = 9, REPORT_WAIT_MS = 20000 };

/* ---- the one that is killed ---- */

static enum err take_counter(void *ctx, const struct journal_state *state)
{
    memcpy(ctx, state->body, sizeof(uint64_t));
    return ERR_NONE;
}

struct victim {
    uint64_t before; /* the counter of record n is before + n */
};

static void report(void *self, uint64_t seq)
{
    uint64_t counter = ((struct victim *)self)->before + seq;

    if (write(STDOUT_FILENO, &counter, sizeof counter) != (ssize_t)sizeof counter)
        _exit(3);
}

static int live(const char *folder)
{
    struct desk d = { .set = { .max_bytes = 64 << 20, .group_ms = 1, .pending_max = 20000 } };
    struct victim v = { 0 };
    uint64_t seq = 0;
    struct fault why;

    atomic_store(&d.now_ms, 1800000000000);
    (void)snprintf(d.set.folder, sizeof d.set.folder, "%s", folder);
    if (journal_open(&d.journal, &d.set, desk_clock(&d), &why) != ERR_NONE ||
        journal_states(d.journal, take_counter, &v.before, &why) != ERR_NONE) {
        (void)fprintf(stderr, "%s\n", why.text);
        return 2;
    }
    journal_on_durable(d.journal, report, &v);
    for (uint64_t counter = v.before + 1;; counter++) {
        const struct journal_entry entries[] = { { LANE_LIVE, &counter, sizeof counter },
                                                 { LANE_EVENTS, &counter, sizeof counter } };
        const struct journal_state state = { STATE_KEY, &counter, sizeof counter };
        while (journal_append(d.journal, entries, 1 + (counter % 10 == 0), &state, 1, counter % 3 == 0, &seq,
                              &why) == ERR_FULL)
            if (journal_wait(d.journal, seq, REPORT_WAIT_MS) != ERR_NONE)
                return 4;
    }
}

/* ---- the one that kills ---- */

/* Reads reports until `stop_after` of them have come, or to the end of the pipe; returns the newest. */
static uint64_t hear(int fd, unsigned stop_after, uint64_t newest)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    uint64_t counter;

    for (unsigned n = 0; n < stop_after; n++) {
        if (poll(&p, 1, REPORT_WAIT_MS) != 1)
            fail_msg("no report");
        if (read(fd, &counter, sizeof counter) != (ssize_t)sizeof counter)
            break;
        assert_true(counter > newest);
        newest = counter;
    }
    return newest;
}

static uint64_t run_and_kill(const char *folder, unsigned reports, uint64_t newest)
{
    char self[] = "/proc/self/exe", live_arg[] = "live", where[300];
    char *argv[] = { self, live_arg, where, NULL };
    posix_spawn_file_actions_t actions;
    int ends[2], status;
    pid_t pid;

    (void)snprintf(where, sizeof where, "%s", folder);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO), 0);
    assert_int_equal(posix_spawn_file_actions_addclose(&actions, ends[0]), 0);
    assert_int_equal(posix_spawn_file_actions_addclose(&actions, ends[1]), 0);
    assert_int_equal(posix_spawn(&pid, self, &actions, NULL, argv, environ), 0);
    assert_int_equal(posix_spawn_file_actions_destroy(&actions), 0);
    assert_int_equal(close(ends[1]), 0);
    newest = hear(ends[0], reports, newest);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    newest = hear(ends[0], UINT32_MAX, newest);
    assert_int_equal(close(ends[0]), 0);
    return newest;
}

struct count {
    uint64_t next_seq, step;
};

static enum err is_next(void *ctx, const struct lane_entry *e)
{
    struct count *c = ctx;
    uint64_t counter;

    assert_int_equal(e->len, sizeof counter);
    memcpy(&counter, e->body, sizeof counter);
    assert_int_equal(e->seq, c->next_seq);
    assert_int_equal(counter, c->next_seq * c->step);
    c->next_seq++;
    return ERR_NONE;
}

/* Every counter once and in order, events and state of the same records; returns the last. */
static uint64_t verify(struct desk *d, uint64_t reported)
{
    struct count live_ones = { 1, 1 }, events = { 1, 10 };
    uint64_t counter = 0;
    struct fault why;

    desk_open(d);
    assert_int_equal(d->lanes.read(d->lanes.self, LANE_LIVE, 0, SIZE_MAX, is_next, &live_ones, &why),
                     ERR_NONE);
    assert_int_equal(d->lanes.read(d->lanes.self, LANE_EVENTS, 0, SIZE_MAX, is_next, &events, &why),
                     ERR_NONE);
    assert_int_equal(journal_states(d->journal, take_counter, &counter, &why), ERR_NONE);
    desk_close(d);
    assert_true(counter >= reported);
    assert_int_equal(live_ones.next_seq - 1, counter);
    assert_int_equal(events.next_seq - 1, counter / 10);
    return counter;
}

static void nothing_reported_durable_is_lost_to_a_kill(void **state)
{
    const char *given = getenv("KILLS");
    unsigned long kills = given != NULL ? strtoul(given, NULL, 10) : KILLS;
    uint64_t random = test_seed("kills"), newest = 0;
    struct desk d;

    (void)state;
    desk_init(&d);
    for (unsigned long i = 0; i < kills; i++) {
        newest = run_and_kill(d.folder, test_below(&random, 6), newest);
        if (i % 10 == 9 || i + 1 == kills)
            newest = verify(&d, newest);
    }
    print_message("%lu kills, %llu records\n", kills, (unsigned long long)newest);
    assert_true(newest > kills);
    desk_clear(&d);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_reported_durable_is_lost_to_a_kill) };

    log_set_level(LOG_LEVEL_COUNT);
    if (argc == 3 && strcmp(argv[1], "live") == 0)
        return live(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
