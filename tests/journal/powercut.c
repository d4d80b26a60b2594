/* The power goes at a random moment: everything that was reported durable is there, in order, once, and each
 * record is there whole or not at all.  SEED=n repeats a run; CUTS=n makes it longer. */
#include "powercut_vfs.h"

#include <sys/stat.h>

#include "base/log.h"
#include "desk.h"

enum { RECORDS_MAX = 120, ENTRIES_MAX = 3, CUTS = 250, STATE_KEYS = 6 };

/* What the test appended, from which everything that must be in the file follows. */
struct made {
    uint32_t seed; /* of the bodies */
    unsigned entries;
    enum lane lanes[ENTRIES_MAX];
    size_t lens[ENTRIES_MAX];
    uint64_t state_key; /* beside key 1, which every record sets to its number */
    bool forgets;
};

struct story {
    struct made records[RECORDS_MAX + 1]; /* from 1 on */
    uint64_t appended;
    atomic_ullong told;
};

struct stored_states {
    uint64_t value[STATE_KEYS + 2]; /* 0: not there */
};

static void told(void *self, uint64_t seq)
{
    atomic_store(&((struct story *)self)->told, seq);
}

static void fill(unsigned char *body, size_t len, uint64_t record, unsigned entry, uint32_t seed)
{
    uint64_t r = seed + entry;

    for (size_t i = 0; i < len; i++)
        body[i] = (unsigned char)test_random(&r);
    memcpy(body, &record, sizeof record);
}

static struct made invent(uint64_t *random)
{
    struct made m = { .seed = (uint32_t)test_random(random), .entries = test_below(random, ENTRIES_MAX + 1) };

    for (unsigned i = 0; i < m.entries; i++) {
        m.lanes[i] = test_below(random, 4) == 0 ? LANE_EVENTS : LANE_LIVE;
        m.lens[i] = sizeof(uint64_t) + test_below(random, test_below(random, 8) == 0 ? 20000 : 900);
    }
    m.state_key = 2 + test_below(random, STATE_KEYS);
    m.forgets = test_below(random, 6) == 0;
    return m;
}

static bool append(struct journal *j, struct story *s, struct made m, bool at_once)
{
    static unsigned char bodies[ENTRIES_MAX][24000];
    struct journal_entry entries[ENTRIES_MAX];
    uint64_t number = s->appended + 1, seq;
    const struct journal_state states[] = { { 1, &number, sizeof number },
                                            { m.state_key, m.forgets ? NULL : &number, sizeof number } };
    struct fault why;

    for (unsigned i = 0; i < m.entries; i++) {
        fill(bodies[i], m.lens[i], number, i, m.seed);
        entries[i] = (struct journal_entry){ m.lanes[i], bodies[i], m.lens[i] };
    }
    if (journal_append(j, entries, m.entries, states, 2, at_once, &seq, &why) != ERR_NONE)
        return false;
    assert_int_equal(seq, number);
    s->records[number] = m;
    s->appended = number;
    return true;
}

/* The deliverer's part: something is delivered now and then, and an hour passes. */
static void deliver(struct desk *d, uint64_t *random)
{
    struct fault why;
    uint64_t first, last;

    desk_span(d, LANE_LIVE, &first, &last);
    if (last >= first && last > 0)
        assert_int_equal(d->lanes.delivered(d->lanes.self, LANE_LIVE,
                                            first + test_below(random, (uint32_t)(last - first + 1)), &why),
                         ERR_NONE);
    atomic_fetch_add(&d->now_ms, CLOCK_HOUR_MS);
}

static void live_until_dark(struct desk *d, struct story *s, uint64_t *random)
{
    struct fault why;
    uint32_t records = 20 + test_below(random, RECORDS_MAX - 19);

    if (journal_open(&d->journal, &d->set, desk_clock(d), &why) != ERR_NONE)
        return;
    powercut_folder_synced();
    d->lanes = journal_lanes(d->journal);
    journal_on_durable(d->journal, told, s);
    for (uint32_t i = 0; i < records && !powercut_is_dark(); i++) {
        uint32_t what = test_below(random, 10);
        if (!append(d->journal, s, invent(random), what < 4))
            break;
        if (what == 5)
            assert_in_range(journal_wait(d->journal, s->appended, 20), ERR_NONE, ERR_TIMEOUT);
        if (what == 6)
            deliver(d, random);
    }
    desk_close(d);
}

/* ---- what must be there ---- */

static enum err take_state(void *ctx, const struct journal_state *state)
{
    struct stored_states *s = ctx;

    assert_true(state->key >= 1 && state->key < STATE_KEYS + 2);
    assert_int_equal(state->len, sizeof(uint64_t));
    memcpy(&s->value[state->key], state->body, sizeof(uint64_t));
    return ERR_NONE;
}

static void check_states(const struct story *s, const struct stored_states *is, uint64_t upto)
{
    struct stored_states want = { 0 };

    for (uint64_t r = 1; r <= upto; r++) {
        want.value[1] = r;
        want.value[s->records[r].state_key] = s->records[r].forgets ? 0 : r;
    }
    assert_memory_equal(&want, is, sizeof want);
}

static void check_entry(const struct story *s, uint64_t record, unsigned i, const struct seen_entry *is,
                        uint64_t seq)
{
    static unsigned char want[24000];
    const struct made *m = &s->records[record];

    assert_int_equal(is->seq, seq);
    assert_int_equal(is->len, m->lens[i]);
    fill(want, m->lens[i], record, i, m->seed);
    assert_memory_equal(is->body, want, m->lens[i]);
}

/* The lane holds what records 1..upto put there: the k-th of it has sequence k; a head may have been
 * delivered and dropped. */
static void check_lane(struct desk *d, const struct story *s, enum lane lane, uint64_t upto)
{
    struct seen seen;
    uint64_t seq = 0, first, last;
    size_t n = 0;

    desk_span(d, lane, &first, &last);
    desk_read(d, lane, 0, SIZE_MAX, &seen);
    for (uint64_t r = 1; r <= upto; r++)
        for (unsigned i = 0; i < s->records[r].entries; i++) {
            if (s->records[r].lanes[i] != lane || ++seq < first)
                continue;
            assert_true(n < seen.count);
            check_entry(s, r, i, &seen.entries[n++], seq);
        }
    assert_int_equal(n, seen.count);
    assert_int_equal(last, seq);
    seen_clear(&seen);
}

static void check_survivors(const char *folder, const struct story *s)
{
    struct stored_states states = { 0 };
    struct desk after;
    struct fault why;

    desk_init(&after);
    folder_remove(after.folder);
    (void)snprintf(after.set.folder, sizeof after.set.folder, "%s", folder);
    desk_open(&after);
    assert_int_equal(journal_states(after.journal, take_state, &states, &why), ERR_NONE);
    assert_true(states.value[1] >= atomic_load(&s->told));
    assert_true(states.value[1] <= s->appended);
    check_states(s, &states, states.value[1]);
    check_lane(&after, s, LANE_EVENTS, states.value[1]);
    check_lane(&after, s, LANE_LIVE, states.value[1]);
    desk_wait(&after, desk_put(&after, LANE_LIVE, "goes on", true));
    desk_close(&after);
}

/* One life, one cut.  Returns the operations it took. */
static uint64_t one_cut(uint64_t seed, uint64_t cut_at)
{
    uint64_t random = seed, operations;
    struct story *s = calloc(1, sizeof *s);
    struct desk d;
    char survivors[300];

    assert_non_null(s);
    desk_init(&d);
    (void)snprintf(survivors, sizeof survivors, "%s-after", d.folder);
    folder_remove(survivors);
    assert_int_equal(mkdir(survivors, 0700), 0);
    d.set.vfs = POWERCUT_VFS;
    d.set.group_ms = 1;
    d.set.max_bytes = 4 << 20; /* so that the log is written back every megabyte */
    powercut_begin(seed, cut_at);
    live_until_dark(&d, s, &random);
    operations = powercut_operations();
    powercut_settle(survivors);
    check_survivors(survivors, s);
    folder_remove(survivors);
    folder_remove(d.folder);
    free(s);
    return operations;
}

static uint64_t LAST_SEED;

/* Early in the life, when the file is made, or late in it. */
static uint64_t choose_cut(uint64_t seed)
{
    uint64_t random = ~seed;

    return 1 + test_below(&random, 32u << test_below(&random, 6));
}

static void nothing_reported_durable_is_lost_and_nothing_is_half_there(void **state)
{
    const char *given = getenv("CUTS");
    unsigned long cuts = given != NULL ? strtoul(given, NULL, 10) : CUTS, in_the_dark = 0;
    uint64_t seed = test_seed("power cuts");

    (void)state;
    for (unsigned long i = 0; i < cuts; i++) {
        uint64_t cut_at = choose_cut(seed + i);
        LAST_SEED = seed + i;
        in_the_dark += one_cut(LAST_SEED, cut_at) >= cut_at;
    }
    print_message("%lu cuts, %lu of them while it wrote\n", cuts, in_the_dark);
    assert_true(cuts < 50 || in_the_dark > cuts / 4);
}

static int say_seed(void **state)
{
    (void)state;
    print_message("last: SEED=%llu CUTS=1\n", (unsigned long long)LAST_SEED);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(nothing_reported_durable_is_lost_and_nothing_is_half_there, say_seed),
    };

    log_set_level(LOG_LEVEL_COUNT); /* a failing disk is what it complains of */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
