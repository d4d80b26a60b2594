/* What a journal promises while the disk is well. */
#include "journal/journal.h"

#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "desk.h"

static int make_desk(void **state)
{
    struct desk *d = calloc(1, sizeof *d);

    assert_non_null(d);
    desk_init(d);
    *state = d;
    return 0;
}

static int drop_desk(void **state)
{
    desk_clear(*state);
    free(*state);
    return 0;
}

static void assert_entry(const struct seen *s, size_t i, uint64_t seq, const char *text)
{
    assert_true(i < s->count);
    assert_int_equal(s->entries[i].seq, seq);
    assert_string_equal((const char *)s->entries[i].body, text);
}

static enum err no_state(void *ctx, const struct journal_state *state)
{
    (void)ctx;
    (void)state;
    return ERR_STATE;
}

/* ---- order ---- */

static void each_lane_counts_from_one_in_the_order_of_the_appends(void **state)
{
    struct desk *d = *state;
    uint64_t first, last;
    struct seen seen;

    desk_open(d);
    desk_span(d, LANE_LIVE, &first, &last);
    assert_int_equal(first, 0);
    assert_int_equal(last, 0);
    (void)desk_put(d, LANE_LIVE, "a", false);
    (void)desk_put(d, LANE_EVENTS, "x", false);
    (void)desk_put(d, LANE_LIVE, "b", false);
    desk_wait(d, desk_put(d, LANE_LIVE, "c", false));
    desk_span(d, LANE_LIVE, &first, &last);
    assert_int_equal(first, 1);
    assert_int_equal(last, 3);
    desk_read(d, LANE_LIVE, 0, 1000, &seen);
    assert_int_equal(seen.count, 3);
    assert_entry(&seen, 0, 1, "a");
    assert_entry(&seen, 1, 2, "b");
    assert_entry(&seen, 2, 3, "c");
    seen_clear(&seen);
    desk_read(d, LANE_EVENTS, 0, 1000, &seen);
    assert_int_equal(seen.count, 1);
    assert_entry(&seen, 0, 1, "x");
    seen_clear(&seen);
}

static void records_wait_for_company_but_one_at_once_takes_all_along(void **state)
{
    struct desk *d = *state;
    struct journal_stats stats;
    uint64_t seq = 0;

    d->set.group_ms = CLOCK_HOUR_MS;
    desk_open(d);
    for (int i = 0; i < 10; i++)
        (void)desk_put(d, LANE_LIVE, "waits", false);
    assert_int_equal(journal_durable(d->journal), 0);
    seq = desk_put(d, LANE_EVENTS, "now", true);
    desk_wait(d, seq);
    journal_stats(d->journal, &stats);
    assert_int_equal(stats.commits, 1);
    assert_int_equal(stats.records, 11);
    assert_int_equal(stats.undelivered[LANE_LIVE], 10);
    assert_int_equal(stats.undelivered[LANE_EVENTS], 1);
}

struct told {
    atomic_ullong last;
    atomic_bool back;
};

static void note_told(void *self, uint64_t seq)
{
    struct told *t = self;

    if (seq <= atomic_load(&t->last))
        atomic_store(&t->back, true);
    atomic_store(&t->last, seq);
}

static void the_caller_is_told_of_each_commit_in_rising_order(void **state)
{
    struct desk *d = *state;
    struct told told = { 0 };
    uint64_t seq = 0;

    d->set.group_ms = 1;
    desk_open(d);
    journal_on_durable(d->journal, note_told, &told);
    for (int i = 0; i < 200; i++)
        seq = desk_put(d, LANE_LIVE, "r", i % 7 == 0);
    desk_close(d);
    assert_int_equal(atomic_load(&told.last), seq);
    assert_false(atomic_load(&told.back));
}

static void a_large_group_does_not_wait_and_is_split_into_whole_records(void **state)
{
    struct desk *d = *state;
    static char body[40000];
    struct journal_stats stats;
    struct seen seen;
    uint64_t seq = 0;

    memset(body, 'r', sizeof body - 1);
    d->set.max_bytes = 1 << 20; /* transactions of an eighth of it */
    d->set.pending_max = 800000;
    d->set.group_ms = CLOCK_HOUR_MS;
    desk_open(d);
    for (int i = 0; i < 18; i++)
        seq = desk_put(d, LANE_LIVE, body, false);
    desk_wait(d, seq);
    journal_stats(d->journal, &stats);
    assert_true(stats.commits > 3);
    desk_read(d, LANE_LIVE, 0, SIZE_MAX, &seen);
    assert_int_equal(seen.count, 18);
    seen_clear(&seen);
}

static void what_is_pending_at_the_end_is_written(void **state)
{
    struct desk *d = *state;
    struct seen seen;

    d->set.group_ms = CLOCK_HOUR_MS;
    desk_open(d);
    (void)desk_put(d, LANE_LIVE, "last words", false);
    desk_close(d);
    desk_open(d);
    desk_read(d, LANE_LIVE, 0, 100, &seen);
    assert_int_equal(seen.count, 1);
    seen_clear(&seen);
}

static void records_that_cannot_be_are_refused_whole(void **state)
{
    struct desk *d = *state;
    const struct journal_entry strange = { LANE_END, "x", 1 }, huge = { LANE_LIVE, d, 5 << 20 };
    struct fault why;
    uint64_t seq = 77;

    desk_open(d);
    assert_int_equal(journal_append(d->journal, &strange, 1, NULL, 0, true, &seq, &why), ERR_RANGE);
    assert_int_equal(journal_append(d->journal, &huge, 1, NULL, 0, true, &seq, &why), ERR_RANGE);
    assert_int_equal(seq, 77);
    assert_int_equal(desk_put(d, LANE_LIVE, "", true), 1);
    desk_wait(d, 1);
}

/* ---- state ---- */

struct states {
    size_t count;
    uint64_t keys[8];
    char bodies[8][16];
};

static enum err take_state(void *ctx, const struct journal_state *state)
{
    struct states *s = ctx;

    assert_true(s->count < 8 && state->len < 16);
    s->keys[s->count] = state->key;
    memcpy(s->bodies[s->count++], state->body, state->len);
    return ERR_NONE;
}

static void put_state(struct desk *d, uint64_t key, const char *text)
{
    const struct journal_state s = { key, text, text != NULL ? strlen(text) : 0 };
    struct fault why;
    uint64_t seq;

    assert_int_equal(journal_append(d->journal, NULL, 0, &s, 1, false, &seq, &why), ERR_NONE);
}

static void of_each_state_the_last_one_is_kept_and_a_forgotten_one_is_gone(void **state)
{
    struct desk *d = *state;
    struct states s = { 0 };
    struct fault why;

    desk_open(d);
    put_state(d, 0, "zero");
    put_state(d, UINT64_MAX, "most");
    put_state(d, 5, "old");
    put_state(d, 6, "goes");
    put_state(d, 5, "new");
    put_state(d, 6, NULL);
    put_state(d, 7, NULL);
    put_state(d, 7, "came back");
    desk_close(d);
    desk_open(d);
    assert_int_equal(journal_states(d->journal, take_state, &s, &why), ERR_NONE);
    assert_int_equal(s.count, 4);
    for (size_t i = 0; i < s.count; i++) {
        const char *want = s.keys[i] == 0            ? "zero"
                           : s.keys[i] == 5          ? "new"
                           : s.keys[i] == 7          ? "came back"
                           : s.keys[i] == UINT64_MAX ? "most"
                                                     : "?";
        assert_string_equal(s.bodies[i], want);
    }
    assert_int_equal(journal_states(d->journal, no_state, NULL, &why), ERR_STATE);
}

/* ---- delivery ---- */

static void a_read_is_bounded_but_gives_at_least_one(void **state)
{
    struct desk *d = *state;
    struct seen seen;

    desk_open(d);
    for (int i = 0; i < 5; i++)
        desk_wait(d, desk_put(d, LANE_LIVE, "ten bytes.", true));
    desk_read(d, LANE_LIVE, 0, 0, &seen);
    assert_int_equal(seen.count, 1);
    seen_clear(&seen);
    desk_read(d, LANE_LIVE, 1, 35, &seen);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.entries[0].seq, 2);
    seen_clear(&seen);
    desk_read(d, LANE_LIVE, 5, 35, &seen);
    assert_int_equal(seen.count, 0);
    seen_clear(&seen);
}

static enum err reads_while_visiting(void *ctx, const struct lane_entry *entry)
{
    struct desk *d = ctx;
    struct seen seen;

    desk_wait(d, desk_put(d, LANE_EVENTS, "meanwhile", true));
    desk_read(d, LANE_LIVE, entry->seq - 1, 1, &seen);
    assert_int_equal(seen.count, 1);
    seen_clear(&seen);
    return entry->seq == 2 ? ERR_PEER : ERR_NONE;
}

static void a_visitor_holds_nothing_up_and_may_stop_the_visit(void **state)
{
    struct desk *d = *state;
    struct fault why;

    desk_open(d);
    for (int i = 0; i < 4; i++)
        desk_wait(d, desk_put(d, LANE_LIVE, "r", true));
    assert_int_equal(d->lanes.read(d->lanes.self, LANE_LIVE, 0, 1000, reads_while_visiting, d, &why),
                     ERR_PEER);
}

static void delivered(struct desk *d, enum lane lane, uint64_t seq)
{
    struct fault why;

    assert_int_equal(d->lanes.delivered(d->lanes.self, lane, seq, &why), ERR_NONE);
}

static void assert_first(struct desk *d, uint64_t first)
{
    uint64_t is, last;

    /* dropping happens beside a commit */
    desk_wait(d, desk_put(d, LANE_EVENTS, "turn", true));
    desk_span(d, LANE_LIVE, &is, &last);
    assert_int_equal(is, first);
}

static void delivered_entries_stay_for_their_time_counted_from_delivery(void **state)
{
    struct desk *d = *state;

    desk_open(d);
    for (int i = 0; i < 10; i++)
        desk_wait(d, desk_put(d, LANE_LIVE, "r", true));
    atomic_fetch_add(&d->now_ms, 10 * CLOCK_HOUR_MS); /* the database was away */
    delivered(d, LANE_LIVE, 4);
    assert_first(d, 1);
    atomic_fetch_add(&d->now_ms, CLOCK_HOUR_MS / 2);
    delivered(d, LANE_LIVE, 8);
    assert_first(d, 1);
    atomic_fetch_add(&d->now_ms, CLOCK_HOUR_MS / 2);
    assert_first(d, 5);
    atomic_fetch_add(&d->now_ms, CLOCK_HOUR_MS / 2);
    assert_first(d, 9);
    atomic_fetch_add(&d->now_ms, 100 * (int64_t)CLOCK_HOUR_MS);
    assert_first(d, 9); /* 9 and 10 nobody has yet */
}

static void a_cursor_that_moves_back_takes_its_entries_back(void **state)
{
    struct desk *d = *state;
    struct journal_stats stats;
    struct fault why;

    desk_open(d);
    for (int i = 0; i < 10; i++)
        desk_wait(d, desk_put(d, LANE_LIVE, "r", true));
    delivered(d, LANE_LIVE, 9);
    atomic_fetch_add(&d->now_ms, CLOCK_HOUR_MS - 1);
    delivered(d, LANE_LIVE, 3); /* a database that was restored */
    atomic_fetch_add(&d->now_ms, 1);
    assert_first(d, 1);
    journal_stats(d->journal, &stats);
    assert_int_equal(stats.undelivered[LANE_LIVE], 7);
    assert_int_equal(d->lanes.delivered(d->lanes.self, LANE_LIVE, 11, &why), ERR_RANGE);
}

static void sequences_go_on_after_everything_was_dropped_and_after_a_restart(void **state)
{
    struct desk *d = *state;
    struct seen seen;
    uint64_t first, last;
    int64_t epoch;

    d->set.keep_delivered_ms = 0;
    desk_open(d);
    epoch = d->lanes.epoch(d->lanes.self);
    assert_true(epoch > 0);
    for (int i = 0; i < 10; i++)
        desk_wait(d, desk_put(d, LANE_LIVE, "r", true));
    delivered(d, LANE_LIVE, 10);
    assert_first(d, 11);
    for (int i = 0; i < 2; i++) {
        desk_close(d);
        atomic_fetch_add(&d->now_ms, 1000);
        desk_open(d);
    }
    assert_int_equal(d->lanes.epoch(d->lanes.self), epoch);
    desk_span(d, LANE_LIVE, &first, &last);
    assert_int_equal(first, 11);
    assert_int_equal(last, 10);
    assert_int_equal(desk_put(d, LANE_LIVE, "next", true), 1); /* records count from each opening */
    desk_wait(d, 1);
    desk_read(d, LANE_LIVE, 0, 100, &seen);
    assert_int_equal(seen.count, 1);
    assert_entry(&seen, 0, 11, "next");
    seen_clear(&seen);
}

static void a_journal_made_later_has_a_larger_epoch(void **state)
{
    struct desk *d = *state;
    int64_t epoch;

    desk_open(d);
    epoch = d->lanes.epoch(d->lanes.self);
    desk_clear(d);
    atomic_fetch_add(&d->now_ms, 1);
    desk_open(d);
    assert_true(d->lanes.epoch(d->lanes.self) > epoch);
}

/* ---- the ceiling ---- */

struct gaps {
    uint64_t events, lost;
};

/* Adds up what the gap events of the events lane say. */
static struct gaps count_gaps(struct desk *d)
{
    struct gaps g = { 0 };
    struct seen seen;

    desk_read(d, LANE_EVENTS, 0, SIZE_MAX, &seen);
    for (size_t i = 0; i < seen.count; i++) {
        struct body_reader r;
        struct stored_reading reading;
        enum body_item item;
        struct event e;

        body_read(&r, seen.entries[i].body, seen.entries[i].len);
        assert_int_equal(body_next(&r, &item, &reading, &e), ERR_NONE);
        assert_int_equal(item, BODY_EVENT);
        assert_int_equal(e.kind, EVENT_GAP);
        assert_true(strstr(e.text, "+07:00 to ") != NULL);
        g.events++;
        g.lost += (uint64_t)e.number;
    }
    seen_clear(&seen);
    return g;
}

static uint64_t put_readings(struct desk *d, unsigned n, int64_t at_ms)
{
    struct strbuf body;
    struct journal_entry e = { .lane = LANE_LIVE };
    struct fault why = { .text = "" };
    uint64_t seq = 0;

    strbuf_init(&body, 1 << 20);
    for (unsigned i = 0; i < n; i++)
        body_add_reading(&body, &(struct stored_reading){
                                    .key = 1 + i, .at = { at_ms + i }, .value = i, .quality = QUALITY_GOOD });
    e.body = body.text;
    e.len = body.len;
    if (journal_append(d->journal, &e, 1, NULL, 0, false, &seq, &why) != ERR_NONE)
        fail_msg("%s", why.text);
    strbuf_clear(&body);
    return seq;
}

static void at_the_ceiling_the_oldest_readings_go_and_gaps_tell_exactly_how_many(void **state)
{
    enum { RECORDS = 3000, READINGS = 50 };
    struct desk *d = *state;
    struct journal_stats stats;
    struct gaps gaps;
    struct stat file;
    uint64_t first, last;
    char path[300];

    d->set.max_bytes = 1 << 20;
    desk_open(d);
    for (int i = 0; i < RECORDS; i++) {
        uint64_t seq = put_readings(d, READINGS, 1000000 * (int64_t)i);
        if (i % 20 == 19)
            desk_wait(d, seq);
    }
    desk_span(d, LANE_LIVE, &first, &last);
    assert_int_equal(last, RECORDS);
    assert_true(first > RECORDS / 2);
    assert_true(last - first > 300); /* most of the megabyte is used: an entry is 1.4 kB */
    gaps = count_gaps(d);
    assert_int_equal(gaps.lost, (first - 1) * READINGS);
    assert_true(gaps.events < (first - 1) / 8);
    journal_stats(d->journal, &stats);
    assert_int_equal(stats.dropped_entries, first - 1);
    assert_int_equal(stats.undelivered[LANE_LIVE], last - first + 1);
    assert_false(stats.failing);
    assert_true(stats.bytes <= d->set.max_bytes);
    (void)snprintf(path, sizeof path, "%s/journal.db", d->folder);
    assert_int_equal(stat(path, &file), 0);
    assert_true(file.st_size <= d->set.max_bytes);
    desk_close(d);
    desk_open(d);
    journal_stats(d->journal, &stats);
    assert_int_equal(stats.dropped_entries, first - 1);
}

static void readings_that_nobody_takes_go_at_their_age_and_a_gap_tells_it(void **state)
{
    struct desk *d = *state;
    struct journal_stats stats;
    int64_t begun = atomic_load(&d->now_ms);
    struct gaps g;
    uint64_t first, last;

    d->set.keep_undelivered_ms = 30LL * CLOCK_DAY_MS;
    desk_open(d);
    journal_clock_is_true(d->journal);
    for (unsigned i = 0; i < 199; i++)
        (void)put_readings(d, 3, begun);
    desk_wait(d, put_readings(d, 3, begun));
    atomic_fetch_add(&d->now_ms, 30LL * CLOCK_DAY_MS); /* to the last ms */
    desk_wait(d, put_readings(d, 5, begun));
    desk_span(d, LANE_LIVE, &first, &last);
    assert_int_equal(first, 1);
    atomic_fetch_add(&d->now_ms, 1);
    for (int i = 0; i < 5; i++) /* a few with each commit */
        desk_wait(d, put_readings(d, 7, begun));
    desk_span(d, LANE_LIVE, &first, &last);
    assert_int_equal(first, 201); /* those of today are there */
    journal_stats(d->journal, &stats);
    assert_int_equal(stats.undelivered[LANE_LIVE], 6);
    assert_int_equal(stats.dropped_entries, 200);
    g = count_gaps(d);
    assert_in_range(g.events, 1, 5);
    assert_int_equal(g.lost, 600);
}

static void nothing_is_too_old_by_a_clock_that_is_not_synchronised(void **state)
{
    struct desk *d = *state;
    int64_t begun = atomic_load(&d->now_ms);
    uint64_t first, last;

    d->set.keep_undelivered_ms = 30LL * CLOCK_DAY_MS;
    desk_open(d);
    desk_wait(d, put_readings(d, 3, begun));
    atomic_fetch_add(&d->now_ms, 5000LL * CLOCK_DAY_MS); /* a battery that is empty */
    for (int i = 0; i < 3; i++)
        desk_wait(d, put_readings(d, 5, begun));
    desk_span(d, LANE_LIVE, &first, &last);
    assert_int_equal(first, 1);
    journal_clock_is_true(d->journal);
    for (int i = 0; i < 3; i++)
        desk_wait(d, put_readings(d, 7, begun));
    desk_span(d, LANE_LIVE, &first, &last);
    assert_int_equal(first, 2); /* what came by that clock is of today */
}

static void delivered_entries_go_before_undelivered_ones_and_leave_no_gap(void **state)
{
    enum { RECORDS = 2000 };
    struct desk *d = *state;
    struct gaps gaps;
    uint64_t seq = 0, first, last;

    d->set.max_bytes = 1 << 20;
    desk_open(d);
    for (int i = 0; i < RECORDS; i++) {
        seq = put_readings(d, 50, 1);
        if (i % 20 != 19)
            continue;
        desk_wait(d, seq);
        delivered(d, LANE_LIVE, (uint64_t)i - 10);
    }
    desk_wait(d, seq);
    desk_span(d, LANE_LIVE, &first, &last);
    assert_true(first > 1000 && first <= RECORDS - 10);
    gaps = count_gaps(d);
    assert_int_equal(gaps.events, 0);
}

static void events_go_only_when_there_are_no_readings_left(void **state)
{
    static char text[4000];
    struct desk *d = *state;
    struct journal_stats stats;
    uint64_t first, last, seq = 0;

    memset(text, 'e', sizeof text - 1);
    d->set.max_bytes = 1 << 20;
    desk_open(d);
    for (int i = 0; i < 100; i++)
        seq = put_readings(d, 50, 1);
    for (int i = 0; i < 150; i++)
        seq = desk_put(d, LANE_EVENTS, text, false);
    desk_wait(d, seq);
    desk_span(d, LANE_EVENTS, &first, &last);
    assert_int_equal(first, 1);
    for (int i = 0; i < 300; i++)
        desk_wait(d, desk_put(d, LANE_EVENTS, text, i % 10 == 9));
    desk_span(d, LANE_LIVE, &first, &last);
    assert_int_equal(first, last + 1);
    desk_span(d, LANE_EVENTS, &first, &last);
    assert_true(first > 1);
    journal_stats(d->journal, &stats);
    assert_int_equal(stats.dropped_entries, 100 + first - 1);
}

/* ---- doors ---- */

static void a_second_one_is_refused_while_the_first_is_open(void **state)
{
    struct desk *d = *state;
    struct journal *second;
    struct fault why;
    char pid[32];

    desk_open(d);
    assert_int_equal(journal_open(&second, &d->set, desk_clock(d), &why), ERR_STATE);
    (void)snprintf(pid, sizeof pid, "process %ld", (long)getpid());
    assert_non_null(strstr(why.text, pid));
    desk_close(d);
    desk_open(d);
}

static void write_file(const struct desk *d, const char *name, const void *bytes, size_t len)
{
    char path[400];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", d->folder, name);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static size_t read_db(const struct desk *d, unsigned char *to, size_t size)
{
    char path[400];
    size_t n;
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/journal.db", d->folder);
    f = fopen(path, "r");
    assert_non_null(f);
    n = fread(to, 1, size, f);
    assert_int_equal(fclose(f), 0);
    return n;
}

static void assert_refused_untouched(struct desk *d, const char *because)
{
    static unsigned char before[1 << 20], after[1 << 20];
    size_t n = read_db(d, before, sizeof before);
    struct fault why;

    assert_int_equal(journal_open(&d->journal, &d->set, desk_clock(d), &why), ERR_STATE);
    if (strstr(why.text, because) == NULL)
        fail_msg("%s", why.text);
    assert_null(d->journal);
    assert_int_equal(read_db(d, after, sizeof after), n);
    assert_memory_equal(before, after, n);
}

static void a_file_that_is_no_database_is_refused_untouched(void **state)
{
    static unsigned char garbage[10000];
    struct desk *d = *state;
    uint64_t random = test_seed("garbage");

    for (size_t i = 0; i < sizeof garbage; i++)
        garbage[i] = (unsigned char)test_random(&random);
    write_file(d, "journal.db", garbage, sizeof garbage);
    assert_refused_untouched(d, "move it");
    write_file(d, "journal.db", "hello", 5);
    assert_refused_untouched(d, "move it");
}

static void run_sql(const struct desk *d, const char *sql)
{
    char path[400];
    sqlite3 *db;

    (void)snprintf(path, sizeof path, "%s/journal.db", d->folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_database_of_another_program_is_refused_untouched(void **state)
{
    struct desk *d = *state;

    run_sql(d, "CREATE TABLE recipes(name TEXT)");
    assert_refused_untouched(d, "not a journal");
}

static void a_journal_of_another_version_is_refused_untouched(void **state)
{
    struct desk *d = *state;

    desk_open(d);
    desk_wait(d, desk_put(d, LANE_LIVE, "r", true));
    desk_close(d);
    run_sql(d, "PRAGMA user_version = 99");
    assert_refused_untouched(d, "version 99");
}

/* A disk that lost a page, found after an end that was not orderly. */
static void a_damaged_journal_is_refused_untouched(void **state)
{
    static unsigned char bytes[1 << 20];
    static char text[3000];
    struct desk *d = *state;
    size_t n;

    memset(text, 'r', sizeof text - 1);
    desk_open(d);
    for (int i = 0; i < 50; i++)
        desk_wait(d, desk_put(d, LANE_LIVE, text, true));
    desk_close(d);
    run_sql(d, "UPDATE meta SET value = 0 WHERE name = 'clean'");
    n = read_db(d, bytes, sizeof bytes);
    assert_true(n > 20 * 4096);
    memset(bytes + 4096, 0xA5, n - 4096);
    write_file(d, "journal.db", bytes, n);
    assert_refused_untouched(d, "move it");
}

static enum err count_one(void *ctx, const struct lane_entry *entry)
{
    struct seen *seen = ctx;

    (void)entry;
    seen->count++;
    return ERR_NONE;
}

/* After an orderly end nobody reads all of the file at the start: damage shows when its entries are asked
 * for. */
static void damage_in_the_middle_is_said_by_the_lane_it_is_in_and_the_rest_goes_on(void **state)
{
    struct desk *d = *state;
    static char padding[3000], ones[64 * 4096];
    struct seen seen = { 0 };
    struct fault why = { .text = "" };
    uint64_t last = 0;
    char path[300];
    FILE *f;

    memset(padding, 'x', sizeof padding - 1);
    memset(ones, 0xFF, sizeof ones);
    desk_open(d);
    (void)desk_put(d, LANE_EVENTS, "an event", false);
    for (int i = 0; i < 400; i++)
        last = desk_put(d, LANE_LIVE, padding, false);
    desk_wait(d, last);
    desk_close(d);
    (void)snprintf(path, sizeof path, "%s/journal.db", d->folder);
    f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, 200 * 4096, SEEK_SET), 0);
    assert_int_equal(fwrite(ones, sizeof ones, 1, f), 1);
    assert_int_equal(fclose(f), 0);
    desk_open(d);
    assert_int_equal(d->lanes.read(d->lanes.self, LANE_LIVE, 150, SIZE_MAX, count_one, &seen, &why),
                     ERR_STATE);
    assert_non_null(strstr(why.text, "malformed"));
    desk_read(d, LANE_EVENTS, 0, SIZE_MAX, &seen);
    assert_int_equal(seen.count, 1);
    seen_clear(&seen);
    desk_wait(d, desk_put(d, LANE_EVENTS, "another", false));
    desk_wait(d, desk_put(d, LANE_LIVE, "a reading", false));
    desk_read(d, LANE_LIVE, 400, SIZE_MAX, &seen);
    assert_int_equal(seen.count, 1);
    seen_clear(&seen);
}

static void an_empty_file_is_a_journal_to_be_made(void **state)
{
    struct desk *d = *state;

    write_file(d, "journal.db", "", 0);
    desk_open(d);
    desk_wait(d, desk_put(d, LANE_LIVE, "r", true));
}

static void a_folder_that_cannot_be_written_is_refused_with_its_name(void **state)
{
    struct desk *d = *state;
    struct fault why;

    (void)snprintf(d->set.folder, sizeof d->set.folder, "/proc/self/journal");
    assert_int_equal(journal_open(&d->journal, &d->set, desk_clock(d), &why), ERR_IO);
    assert_non_null(strstr(why.text, "/proc/self/journal"));
    d->set.max_bytes = 1000;
    assert_int_equal(journal_open(&d->journal, &d->set, desk_clock(d), &why), ERR_RANGE);
}

#define RULE(f) cmocka_unit_test_setup_teardown(f, make_desk, drop_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(each_lane_counts_from_one_in_the_order_of_the_appends),
        RULE(records_wait_for_company_but_one_at_once_takes_all_along),
        RULE(the_caller_is_told_of_each_commit_in_rising_order),
        RULE(a_large_group_does_not_wait_and_is_split_into_whole_records),
        RULE(what_is_pending_at_the_end_is_written),
        RULE(records_that_cannot_be_are_refused_whole),
        RULE(of_each_state_the_last_one_is_kept_and_a_forgotten_one_is_gone),
        RULE(a_read_is_bounded_but_gives_at_least_one),
        RULE(a_visitor_holds_nothing_up_and_may_stop_the_visit),
        RULE(delivered_entries_stay_for_their_time_counted_from_delivery),
        RULE(a_cursor_that_moves_back_takes_its_entries_back),
        RULE(sequences_go_on_after_everything_was_dropped_and_after_a_restart),
        RULE(a_journal_made_later_has_a_larger_epoch),
        RULE(readings_that_nobody_takes_go_at_their_age_and_a_gap_tells_it),
        RULE(nothing_is_too_old_by_a_clock_that_is_not_synchronised),
        RULE(at_the_ceiling_the_oldest_readings_go_and_gaps_tell_exactly_how_many),
        RULE(delivered_entries_go_before_undelivered_ones_and_leave_no_gap),
        RULE(events_go_only_when_there_are_no_readings_left),
        RULE(a_second_one_is_refused_while_the_first_is_open),
        RULE(a_file_that_is_no_database_is_refused_untouched),
        RULE(a_database_of_another_program_is_refused_untouched),
        RULE(a_journal_of_another_version_is_refused_untouched),
        RULE(a_damaged_journal_is_refused_untouched),
        RULE(damage_in_the_middle_is_said_by_the_lane_it_is_in_and_the_rest_goes_on),
        RULE(an_empty_file_is_a_journal_to_be_made),
        RULE(a_folder_that_cannot_be_written_is_refused_with_its_name),
    };

    log_set_level(LOG_LEVEL_COUNT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
