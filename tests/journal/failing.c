/* A disk that is full or broken for a while: nothing is lost, nothing is claimed, and it is said. */
#include "powercut_vfs.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/wake.h"
#include "desk.h"

enum { WAIT_MS = 20000 };

static bool REALLOC_FAILS, CALLOC_FAILS;

/* Linked with --wrap: memory runs out where a test says so. */
void *__real_realloc(void *p, size_t size);
void *__real_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_realloc(void *p, size_t size)
{
    return __atomic_load_n(&REALLOC_FAILS, __ATOMIC_SEQ_CST) ? NULL : __real_realloc(p, size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return __atomic_load_n(&CALLOC_FAILS, __ATOMIC_SEQ_CST) ? NULL : __real_calloc(n, size);
}

/* The committer's complaints come here: the test waits for them instead of for time to pass. */
static pthread_mutex_t LOCK = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t HEARD;
static unsigned ERRORS, ENDS;

static void hear(void *self, enum log_level level, const char *line)
{
    (void)self;
    (void)pthread_mutex_lock(&LOCK);
    ERRORS += level == LOG_LEVEL_ERROR && strstr(line, "journal not written") != NULL;
    ENDS += strstr(line, "journal written again") != NULL;
    (void)pthread_cond_broadcast(&HEARD);
    (void)pthread_mutex_unlock(&LOCK);
}

static void wait_for_complaint(void)
{
    struct timespec until = wake_timespec((struct mono){ mono_read().ms + WAIT_MS });

    (void)pthread_mutex_lock(&LOCK);
    while (ERRORS == 0)
        assert_int_equal(pthread_cond_timedwait(&HEARD, &LOCK, &until), 0);
    (void)pthread_mutex_unlock(&LOCK);
}

static int make_desk(void **state)
{
    struct desk *d = calloc(1, sizeof *d);

    assert_non_null(d);
    desk_init(d);
    powercut_begin(1, 0);
    d->set.vfs = POWERCUT_VFS;
    d->set.group_ms = 1;
    ERRORS = 0;
    ENDS = 0;
    *state = d;
    return 0;
}

static int drop_desk(void **state)
{
    powercut_disk(DISK_FINE);
    desk_clear(*state);
    free(*state);
    return 0;
}

static enum err put_number(struct desk *d, uint64_t number)
{
    static const char padding[1000] = "";
    char body[1000];
    struct journal_entry e = { LANE_LIVE, body, sizeof body };
    struct fault why;
    uint64_t seq;
    enum err rc;

    memcpy(body, padding, sizeof body);
    memcpy(body, &number, sizeof number);
    rc = journal_append(d->journal, &e, 1, NULL, 0, false, &seq, &why);
    assert_true(rc != ERR_FULL || strstr(why.text, "behind") != NULL);
    return rc;
}

static void assert_numbers(struct desk *d, uint64_t count)
{
    struct seen seen;
    uint64_t number;

    desk_read(d, LANE_LIVE, 0, SIZE_MAX, &seen);
    assert_int_equal(seen.count, count);
    for (uint64_t i = 0; i < count; i++) {
        memcpy(&number, seen.entries[i].body, sizeof number);
        assert_int_equal(number, i + 1);
        assert_int_equal(seen.entries[i].seq, i + 1);
    }
    seen_clear(&seen);
}

static void a_disk_that_fails_for_a_while_loses_nothing(struct desk *d, enum disk trouble, const char *says)
{
    struct journal_stats stats;
    uint64_t taken = 10, durable;

    d->set.pending_max = 60000;
    desk_open(d);
    for (uint64_t i = 1; i <= taken; i++)
        assert_int_equal(put_number(d, i), ERR_NONE);
    desk_wait(d, taken);
    powercut_disk(trouble);
    while (put_number(d, taken + 1) == ERR_NONE)
        taken++;
    wait_for_complaint();
    durable = journal_durable(d->journal);
    assert_true(durable < taken && taken - durable <= 60);
    journal_stats(d->journal, &stats);
    assert_true(stats.failing);
    assert_true(stats.failed_commits >= 1);
    assert_int_equal(stats.refused_records, 1);
    if (strstr(stats.text, says) == NULL)
        fail_msg("%s", stats.text);
    assert_numbers(d, durable);
    powercut_disk(DISK_FINE);
    desk_wait(d, taken);
    assert_int_equal(put_number(d, taken + 1), ERR_NONE);
    desk_wait(d, taken + 1);
    assert_numbers(d, taken + 1);
    journal_stats(d->journal, &stats);
    assert_false(stats.failing);
    assert_int_equal(stats.dropped_entries, 0);
    desk_close(d);
    assert_int_equal(ERRORS, 1); /* damped: said once, and its end once */
    assert_int_equal(ENDS, 1);
}

static void on_a_full_disk_appends_are_refused_at_the_ceiling_and_nothing_is_lost(void **state)
{
    a_disk_that_fails_for_a_while_loses_nothing(*state, DISK_FULL, "full");
}

static void on_a_broken_disk_appends_are_refused_at_the_ceiling_and_nothing_is_lost(void **state)
{
    a_disk_that_fails_for_a_while_loses_nothing(*state, DISK_BROKEN, "I/O error");
}

static void closing_on_a_broken_disk_does_not_wait_and_keeps_what_was_durable(void **state)
{
    struct desk *d = *state;

    desk_open(d);
    assert_int_equal(put_number(d, 1), ERR_NONE);
    desk_wait(d, 1);
    powercut_disk(DISK_BROKEN);
    assert_int_equal(put_number(d, 2), ERR_NONE);
    wait_for_complaint();
    desk_close(d);
    powercut_disk(DISK_FINE);
    desk_open(d);
    assert_numbers(d, 1);
}

/* Effects wait, appends do not, what is durable can be read and delivered, and memory is bounded. */
static void a_sync_that_takes_long_holds_up_effects_and_nothing_else(void **state)
{
    struct desk *d = *state;
    struct journal_stats stats;
    uint64_t taken = 1;

    d->set.pending_max = 60000;
    desk_open(d);
    assert_int_equal(put_number(d, 1), ERR_NONE);
    desk_wait(d, 1);
    powercut_disk(DISK_STALLED);
    while (put_number(d, taken + 1) == ERR_NONE)
        taken++;
    assert_true(taken > 40);
    assert_int_equal(journal_durable(d->journal), 1);
    assert_numbers(d, 1);
    journal_stats(d->journal, &stats);
    assert_false(stats.failing); /* slow is not broken */
    assert_int_equal(stats.refused_records, 1);
    powercut_disk(DISK_FINE);
    desk_wait(d, taken);
    assert_numbers(d, taken);
    assert_int_equal(ERRORS, 0);
}

static int64_t ballast_size(const struct desk *d)
{
    char path[300];
    struct stat is;

    (void)snprintf(path, sizeof path, "%s/ballast", d->folder);
    return stat(path, &is) == 0 ? is.st_size : -1;
}

static void a_full_disk_gets_the_ballast_and_gives_it_back(void **state)
{
    struct desk *d = *state;
    struct journal_stats stats;
    int64_t give_up = mono_read().ms + WAIT_MS;

    d->set.ballast_bytes = 256 << 10;
    desk_open(d);
    assert_int_equal(ballast_size(d), 256 << 10);
    assert_int_equal(put_number(d, 1), ERR_NONE);
    desk_wait(d, 1);
    powercut_disk(DISK_FULL);
    assert_int_equal(put_number(d, 2), ERR_NONE);
    wait_for_complaint();
    assert_int_equal(ballast_size(d), -1);
    journal_stats(d->journal, &stats);
    assert_true(stats.short_of_disk);
    powercut_disk(DISK_FINE);
    desk_wait(d, 2);
    assert_int_equal(ballast_size(d), -1); /* not at once: room may be there for a moment only */
    atomic_fetch_add(&d->now_ms, 60000);
    do {
        assert_int_equal(put_number(d, 3), ERR_NONE);
        assert_int_equal(journal_wait(d->journal, UINT64_MAX, 10), ERR_TIMEOUT);
        journal_stats(d->journal, &stats);
        assert_true(mono_read().ms < give_up);
    } while (stats.short_of_disk);
    assert_int_equal(ballast_size(d), 256 << 10);
}

static void a_ballast_no_more_wanted_goes(void **state)
{
    struct desk *d = *state;

    d->set.ballast_bytes = 64 << 10;
    desk_open(d);
    assert_int_equal(ballast_size(d), 64 << 10);
    desk_close(d);
    assert_int_equal(ballast_size(d), 64 << 10);
    d->set.ballast_bytes = 0;
    desk_open(d);
    assert_int_equal(ballast_size(d), -1);
}

/* Somebody makes room and stops the daemon: the pause between two tries may be seconds long. */
static void closing_tries_once_more_and_writes_what_waits_behind(void **state)
{
    struct desk *d = *state;
    struct journal_stats stats;

    desk_open(d);
    powercut_disk(DISK_FULL);
    assert_int_equal(put_number(d, 1), ERR_NONE);
    do { /* pauses double: to more than a slow machine needs from here to the close */
        assert_int_equal(journal_wait(d->journal, 1, 10), ERR_TIMEOUT);
        journal_stats(d->journal, &stats);
    } while (stats.failed_commits < 5);
    assert_int_equal(put_number(d, 2), ERR_NONE);
    powercut_disk(DISK_FINE);
    desk_close(d);
    desk_open(d);
    assert_numbers(d, 2);
}

static void a_disk_that_is_full_at_the_start_keeps_the_old_data_readable(void **state)
{
    struct desk *d = *state;

    desk_open(d);
    assert_int_equal(put_number(d, 1), ERR_NONE);
    desk_close(d);
    /* the log of SQLite has to be made again, which a full disk may refuse: then the sentence says so */
    powercut_disk(DISK_FULL);
    {
        struct fault why = { .text = "" };
        enum err rc = journal_open(&d->journal, &d->set, desk_clock(d), &why);
        assert_true(rc == ERR_NONE || strstr(why.text, "journal") != NULL);
        if (rc == ERR_NONE)
            desk_close(d);
        else
            d->journal = NULL;
    }
    powercut_disk(DISK_FINE);
    desk_open(d);
    assert_numbers(d, 1);
}

static void without_memory_an_append_takes_nothing_and_the_next_one_works(void **state)
{
    struct desk *d = *state;

    desk_open(d);
    __atomic_store_n(&REALLOC_FAILS, true, __ATOMIC_SEQ_CST);
    assert_int_equal(put_number(d, 1), ERR_MEMORY);
    __atomic_store_n(&REALLOC_FAILS, false, __ATOMIC_SEQ_CST);
    assert_int_equal(put_number(d, 1), ERR_NONE);
    desk_wait(d, 1);
    assert_numbers(d, 1);
}

static enum err last_state(void *ctx, const struct journal_state *state)
{
    assert_int_equal(state->len, sizeof(uint64_t));
    memcpy(ctx, state->body, sizeof(uint64_t));
    return ERR_NONE;
}

/* The table that finds the last state of each key is only a short cut. */
static void without_memory_for_the_short_cut_the_last_state_still_wins(void **state)
{
    struct desk *d = *state;
    uint64_t kept = 0, seq = 0;
    struct fault why;

    d->set.group_ms = CLOCK_HOUR_MS;
    desk_open(d);
    for (uint64_t i = 1; i <= 20; i++) {
        const struct journal_state s = { 5, &i, sizeof i };
        assert_int_equal(journal_append(d->journal, NULL, 0, &s, 1, false, &seq, &why), ERR_NONE);
    }
    __atomic_store_n(&CALLOC_FAILS, true, __ATOMIC_SEQ_CST);
    desk_wait(d, seq);
    __atomic_store_n(&CALLOC_FAILS, false, __ATOMIC_SEQ_CST);
    assert_int_equal(journal_states(d->journal, last_state, &kept, &why), ERR_NONE);
    assert_int_equal(kept, 20);
}

#define RULE(f) cmocka_unit_test_setup_teardown(f, make_desk, drop_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(on_a_full_disk_appends_are_refused_at_the_ceiling_and_nothing_is_lost),
        RULE(on_a_broken_disk_appends_are_refused_at_the_ceiling_and_nothing_is_lost),
        RULE(a_sync_that_takes_long_holds_up_effects_and_nothing_else),
        RULE(a_full_disk_gets_the_ballast_and_gives_it_back),
        RULE(a_ballast_no_more_wanted_goes),
        RULE(closing_on_a_broken_disk_does_not_wait_and_keeps_what_was_durable),
        RULE(closing_tries_once_more_and_writes_what_waits_behind),
        RULE(a_disk_that_is_full_at_the_start_keeps_the_old_data_readable),
        RULE(without_memory_an_append_takes_nothing_and_the_next_one_works),
        RULE(without_memory_for_the_short_cut_the_last_state_still_wins),
    };

    wake_cond_init(&HEARD);
    log_set_tee(hear, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
