/* The past: what the stored step function says, in samples or buckets. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <libpq-fe.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "sql.h"

enum { LONG_MS = 20000, KEY = 42, ROWS_MAX = 8, BUCKETS_MAX = 5 };

static struct pgtest T;

/* ---- asking and waiting ---- */

struct answer {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    int times;
    enum err code;
    struct series series;
    struct fault why;
};

static void done(void *ticket, enum err code, struct series *result, const struct fault *why)
{
    struct answer *a = ticket;

    (void)pthread_mutex_lock(&a->lock);
    a->times++;
    a->code = code;
    if (code == ERR_NONE)
        a->series = *result;
    a->why = *why;
    (void)pthread_cond_broadcast(&a->cond);
    (void)pthread_mutex_unlock(&a->lock);
}

static void answer_init(struct answer *a)
{
    *a = (struct answer){ .times = 0 };
    (void)pthread_mutex_init(&a->lock, NULL);
    (void)pthread_cond_init(&a->cond, NULL);
}

static enum err wait_for(struct answer *a)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LONG_MS / 1000;
    (void)pthread_mutex_lock(&a->lock);
    while (a->times == 0 && pthread_cond_timedwait(&a->cond, &a->lock, &until) == 0)
        ;
    assert_int_equal(a->times, 1);
    (void)pthread_mutex_unlock(&a->lock);
    return a->code;
}

static void expect_series(struct historian *h, const struct series_ask *ask, struct series *out)
{
    struct history_port port = historian_port(h);
    struct answer a;
    struct fault why = { 0 };

    answer_init(&a);
    assert_int_equal(port.ask(port.self, ask, -1, done, &a, &why), ERR_NONE);
    if (wait_for(&a) != ERR_NONE)
        fail_msg("%s", a.why.text);
    *out = a.series;
}

/* ---- the table: times in seconds after 10:00Z ---- */

struct row {
    int at_s;
    double value; /* NaN: bad */
    int quality;
};

struct want {
    double min, max, mean, good;
    unsigned rows;
};

static const struct row_case {
    const char *name;
    struct row rows[ROWS_MAX];
    int n, seen_s, from_s, to_s;
    unsigned buckets;
    bool raw;
    int count; /* samples, or buckets */
    struct want want[BUCKETS_MAX];
} CASES[] = {
    { "nothing stored is an empty answer",
      { { 0, 0, 0 } },
      0,
      1000,
      0,
      100,
      2,
      true,
      0,
      { { 0, 0, 0, 0, 0 } } },
    { "a held value alone is one sample",
      { { -50, 7, 2 } },
      1,
      1000,
      0,
      100,
      1,
      true,
      1,
      { { 0, 0, 0, 0, 0 } } },
    { "exactly as many rows as buckets are raw",
      { { 0, 1, 2 }, { 50, 2, 2 } },
      2,
      1000,
      0,
      100,
      2,
      true,
      2,
      { { 0, 0, 0, 0, 0 } } },
    { "the held row counts too: one more than buckets is not raw",
      { { -10, 5, 2 }, { 0, 1, 2 }, { 50, 3, 2 } },
      3,
      1000,
      0,
      100,
      2,
      false,
      2,
      { { 1, 1, 1, 1, 1 }, { 3, 3, 3, 1, 1 } } },
    { "mean is weighted by time on the held value",
      { { -10, 0, 2 }, { 25, 4, 2 }, { 150, 10, 2 } },
      3,
      1000,
      0,
      200,
      2,
      false,
      2,
      { { 0, 4, 3, 1, 1 }, { 4, 10, 7, 1, 1 } } },
    { "a bad row holds unknown until the next",
      { { 0, 8, 2 }, { 25, NAN, 0 }, { 75, 4, 2 } },
      3,
      1000,
      0,
      100,
      1,
      false,
      1,
      { { 4, 8, 6, 0.5, 3 } } },
    { "an uncertain value is shown but not good",
      { { 0, 8, 1 }, { 50, 4, 2 }, { 60, 4, 2 } },
      3,
      1000,
      0,
      100,
      1,
      false,
      1,
      { { 4, 8, 6, 0.5, 3 } } },
    { "the last row holds only as far as its node has delivered",
      { { 0, 1, 2 }, { 10, 2, 2 }, { 20, 3, 2 } },
      3,
      25,
      0,
      100,
      2,
      false,
      2,
      { { 1, 3, 1.8, 0.5, 3 }, { NAN, NAN, NAN, 0, 0 } } },
    { "a row holds two hours at most",
      { { 0, 1, 2 }, { 1, 2, 2 }, { 20000, 3, 2 } },
      3,
      90000,
      0,
      28800,
      2,
      false,
      2,
      { { 1, 2, 2 - 1 / 7201.0, 7201 / 14400.0, 2 }, { 3, 3, 3, 7200 / 14400.0, 1 } } },
    { "an older row than two hours is not held into the span",
      { { -7201, 9, 2 }, { 50, 1, 2 }, { 60, 2, 2 } },
      3,
      1000,
      0,
      100,
      1,
      false,
      1,
      { { 1, 2, 1.8, 0.5, 2 } } },
    { "a row at the edge belongs to the bucket it begins",
      { { 0, 1, 2 }, { 50, 2, 2 }, { 100, 3, 2 } },
      3,
      1000,
      0,
      100,
      1,
      false,
      1,
      { { 1, 2, 1.5, 1, 2 } } },
    { "the last bucket may be short and is whole in itself",
      { { 0, 1, 2 }, { 1, 1, 2 }, { 2, 1, 2 }, { 3, 1, 2 } },
      4,
      1000,
      0,
      10,
      3,
      false,
      3,
      { { 1, 1, 1, 1, 4 }, { 1, 1, 1, 1, 0 }, { 1, 1, 1, 1, 0 } } },
    { "zero stays zero and bad is not zero",
      { { 0, 0, 2 }, { 50, NAN, 0 }, { 60, NAN, 0 } },
      3,
      1000,
      0,
      100,
      2,
      false,
      2,
      { { 0, 0, 0, 1, 1 }, { NAN, NAN, NAN, 0, 2 } } },
};

/* ("raw" cases with two rows at most would be raw anyway; those above have one row too many) */

static struct wall at(int64_t s)
{
    return (struct wall){ PGTEST_NOW.ms + s * 1000 };
}

static void sql_row(const struct row *r, char *sql, size_t size)
{
    char when[CLOCK_TEXT_MAX], value[32] = "NULL";

    wall_text_utc(at(r->at_s), when);
    if (!isnan(r->value))
        (void)snprintf(value, sizeof value, "%.17g", r->value);
    (void)snprintf(sql, size, "INSERT INTO capnuoc.reading VALUES (%d, '%s', %s, %d, %d)", KEY, when, value,
                   r->quality, r->quality == 2 ? 0 : 2);
}

static void owner(const char *sql)
{
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, sql), "");
}

static void lay(const struct row_case *c)
{
    char sql[256], when[CLOCK_TEXT_MAX];

    owner("TRUNCATE capnuoc.reading");
    for (int i = 0; i < c->n; i++) {
        sql_row(&c->rows[i], sql, sizeof sql);
        owner(sql);
    }
    wall_text_utc(at(c->seen_s), when);
    (void)snprintf(sql, sizeof sql, "UPDATE capnuoc.node SET seen = '%s'", when);
    owner(sql);
}

static void expect_number(const char *what, size_t i, double got, double want)
{
    bool same = isnan(want) ? isnan(got) != 0 : fabs(got - want) < 1e-9;

    if (!same)
        fail_msg("bucket %zu: %s is %.17g, expected %.17g", i, what, got, want);
}

static void check_buckets(const struct row_case *c, const struct series *s)
{
    for (size_t i = 0; i < s->count; i++) {
        expect_number("min", i, s->buckets[i].min, c->want[i].min);
        expect_number("max", i, s->buckets[i].max, c->want[i].max);
        expect_number("mean", i, s->buckets[i].mean, c->want[i].mean);
        expect_number("good", i, s->buckets[i].good_share, c->want[i].good);
        assert_int_equal(s->buckets[i].rows, c->want[i].rows);
        assert_int_equal(s->buckets[i].at.ms, at(c->from_s).ms + (int64_t)i * s->width_ms);
    }
}

static void check_samples(const struct row_case *c, const struct series *s)
{
    for (size_t i = 0; i < s->count; i++) {
        assert_int_equal(s->samples[i].at.ms, at(c->rows[i].at_s).ms);
        expect_number("value", i, s->samples[i].value, c->rows[i].value);
        assert_int_equal(s->samples[i].quality, c->rows[i].quality);
    }
}

static struct historian *begin(void)
{
    struct historian *h;
    struct fault why = { 0 };

    if (historian_start(&h, &T.settings, pgtest_clock(), &why) != ERR_NONE)
        fail_msg("%s", why.text);
    return h;
}

static void series_by_the_table(void **state)
{
    struct historian *h = begin();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const struct row_case *c = &CASES[i];
        struct series_ask ask = {
            .key = KEY, .from = at(c->from_s), .to = at(c->to_s), .buckets = c->buckets
        };
        struct series s;

        print_message("%s\n", c->name);
        lay(c);
        expect_series(h, &ask, &s);
        assert_int_equal(s.raw, c->raw);
        assert_int_equal(s.count, c->count);
        if (s.raw)
            check_samples(c, &s);
        else
            check_buckets(c, &s);
        series_clear(&s);
    }
    historian_stop(h);
}

static void many_rows_fall_into_their_buckets(void **state)
{
    struct historian *h = begin();
    struct series_ask ask = { .key = KEY, .from = at(0), .to = at(3600), .buckets = 60 };
    struct series s;

    (void)state;
    owner("TRUNCATE capnuoc.reading");
    owner("UPDATE capnuoc.node SET seen = '2026-11-23 12:00Z'");
    owner("INSERT INTO capnuoc.reading SELECT 42, timestamptz '2026-11-23 10:00Z' + i * interval '290 "
          "milliseconds', i % 2, 2, "
          "0 FROM generate_series(0, 12413) i");
    expect_series(h, &ask, &s);
    assert_false(s.raw);
    assert_int_equal(s.count, 60);
    for (size_t i = 0; i < s.count; i++) {
        assert_in_range(s.buckets[i].rows, 206, 207);
        assert_true(fabs(s.buckets[i].good_share - 1) < 1e-9);
        assert_true(fabs(s.buckets[i].mean - 0.5) < 0.01);
    }
    series_clear(&s);
    historian_stop(h);
}

/* 12,414 readings in an hour, 100 of them at one moment that lies across the end of a page; then years of
 * nothing. */
static void every_reading_comes_page_by_page(void **state)
{
    struct historian *h = begin();
    struct series_ask ask = { .key = KEY, .from = at(0), .to = at(3600 + 5 * 366 * 86400), .page = true };
    struct wall last = { 0 };
    size_t pages = 0, rows = 0, together = 0, most = 0;

    (void)state;
    owner("TRUNCATE capnuoc.reading");
    owner("INSERT INTO capnuoc.reading SELECT 42, timestamptz '2026-11-23 10:00Z' + CASE WHEN i BETWEEN 4950 "
          "AND 5049 "
          "THEN 4950 ELSE i END * interval '290 milliseconds', i, 2, 0 FROM generate_series(0, 12413) i");
    while (ask.from.ms < ask.to.ms) {
        struct series s;
        expect_series(h, &ask, &s);
        assert_true(s.raw && s.count <= SERIES_PAGE_MAX && s.until.ms > ask.from.ms);
        for (size_t i = 0; i < s.count; i++, rows++) {
            assert_true(s.samples[i].at.ms >= last.ms && s.samples[i].at.ms >= ask.from.ms);
            assert_true(s.samples[i].at.ms < s.until.ms); /* none of the next page's moment */
            together = s.samples[i].at.ms == last.ms ? together + 1 : 1;
            most = together > most ? together : most;
            last = s.samples[i].at;
        }
        ask.from = s.until;
        pages++;
        series_clear(&s);
    }
    assert_int_equal(rows, 12414);
    assert_int_equal(most, 100);
    assert_in_range(pages, 4, 10);
    historian_stop(h);
}

static void question_out_of_range_is_refused_at_once(void **state)
{
    static const struct series_ask BAD[] = {
        { .key = KEY, .from = { 2 }, .to = { 2 }, .buckets = 1 },
        { .key = KEY, .from = { 2 }, .to = { 1 }, .buckets = 1 },
        { .key = KEY, .from = { 1 }, .to = { 2 }, .buckets = 0 },
        { .key = KEY, .from = { 1 }, .to = { 2 }, .buckets = SERIES_BUCKETS_MAX + 1 },
        { .key = 0, .from = { 1 }, .to = { 2 }, .buckets = 1 },
        { .key = KEY, .from = { INT64_MIN }, .to = { 2 }, .buckets = 1 },
        { .key = KEY, .from = { 1 }, .to = { INT64_MAX }, .buckets = 1 },
    };
    struct historian *h = begin();
    struct history_port port = historian_port(h);
    struct fault why;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(BAD); i++)
        assert_int_equal(port.ask(port.self, &BAD[i], -1, done, NULL, &why), ERR_RANGE);
    historian_stop(h);
}

/* A table lock makes any question wait until it is told to stop. */
static struct series_ask a_question(void)
{
    return (struct series_ask){ .key = KEY, .from = at(0), .to = at(100), .buckets = 10 };
}

static PGconn *lock_readings(void);

static void slow_database_times_out_in_words(void **state)
{
    struct series_ask ask = a_question();
    PGconn *lock = lock_readings();
    struct answer a;
    struct historian *h;
    struct history_port port;
    struct fault why;

    (void)state;
    T.settings.answer_ms = 400;
    h = begin();
    port = historian_port(h);
    answer_init(&a);
    assert_int_equal(port.ask(port.self, &ask, -1, done, &a, &why), ERR_NONE);
    assert_int_equal(wait_for(&a), ERR_TIMEOUT);
    PQfinish(lock);
    answer_init(&a);
    assert_int_equal(port.ask(port.self, &ask, -1, done, &a, &why), ERR_NONE);
    assert_int_equal(wait_for(&a), ERR_NONE);
    series_clear(&a.series);
    historian_stop(h);
    T.settings.answer_ms = 2000;
}

static bool query_is_waiting(void *ctx)
{
    (void)ctx;
    return strcmp(pgtest_ask(&T, PGTEST_SUPERUSER,
                             "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
                             "application_name = 'capnuoc history' AND datname = current_database()"),
                  "1") == 0;
}

static bool no_query_is_waiting(void *ctx)
{
    return !query_is_waiting(ctx);
}

static void client_that_hangs_up_cancels_its_query(void **state)
{
    struct series_ask ask = a_question();
    PGconn *lock = lock_readings();
    struct answer a;
    struct historian *h;
    struct history_port port;
    struct fault why;
    int pair[2];

    (void)state;
    T.settings.answer_ms = 60000;
    h = begin();
    port = historian_port(h);
    answer_init(&a);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(port.ask(port.self, &ask, pair[0], done, &a, &why), ERR_NONE);
    assert_true(pgtest_until(query_is_waiting, NULL, LONG_MS));
    (void)close(pair[1]);
    assert_int_equal(wait_for(&a), ERR_STATE);
    assert_true(pgtest_until(no_query_is_waiting, NULL, LONG_MS)); /* the server noticed, without PQcancel */
    (void)close(pair[0]);
    PQfinish(lock);
    historian_stop(h);
    T.settings.answer_ms = 2000;
}

static void stop_answers_everybody_at_once(void **state)
{
    struct series_ask ask = a_question();
    PGconn *lock = lock_readings();
    struct answer a[6];
    struct historian *h;
    struct history_port port;
    struct fault why;
    struct mono began;

    (void)state;
    T.settings.answer_ms = 60000;
    h = begin();
    port = historian_port(h);
    for (size_t i = 0; i < COUNT_OF(a); i++) {
        answer_init(&a[i]);
        assert_int_equal(port.ask(port.self, &ask, -1, done, &a[i], &why), ERR_NONE);
    }
    began = mono_read();
    historian_stop(h);
    assert_true(mono_read().ms - began.ms < 5000);
    for (size_t i = 0; i < COUNT_OF(a); i++) {
        assert_int_equal(a[i].times, 1);
        assert_int_equal(a[i].code, ERR_STATE);
    }
    PQfinish(lock);
    T.settings.answer_ms = 2000;
}

static void full_queue_is_refused(void **state)
{
    struct series_ask ask = a_question();
    PGconn *lock = lock_readings();
    struct answer a[40];
    struct historian *h;
    struct history_port port;
    struct fault why;
    size_t taken = 0;
    enum err rc = ERR_NONE;

    (void)state;
    T.settings.answer_ms = 60000;
    h = begin();
    port = historian_port(h);
    while (taken < COUNT_OF(a) && rc == ERR_NONE) {
        answer_init(&a[taken]);
        rc = port.ask(port.self, &ask, -1, done, &a[taken], &why);
        taken += rc == ERR_NONE;
    }
    assert_int_equal(rc, ERR_FULL);
    assert_in_range(taken, 16, 18); /* the queue, and what the workers already hold */
    historian_stop(h);
    PQfinish(lock);
    T.settings.answer_ms = 2000;
}

static void database_away_is_an_answer(void **state)
{
    struct series_ask ask = a_question();
    struct store_settings s = T.settings;
    struct historian *h;
    struct history_port port;
    struct answer a;
    struct fault why;

    (void)state;
    (void)snprintf(s.connect, sizeof s.connect, "host=127.0.0.1 port=9409 dbname=nowhere");
    assert_int_equal(historian_start(&h, &s, pgtest_clock(), &why), ERR_NONE);
    port = historian_port(h);
    answer_init(&a);
    assert_int_equal(port.ask(port.self, &ask, -1, done, &a, &why), ERR_NONE);
    assert_int_equal(wait_for(&a), ERR_PEER);
    assert_string_not_equal(a.why.text, "");
    historian_stop(h);
}

/* The statement as the historian sends it: typed parameters, the unnamed statement, so a custom plan. */
static size_t partitions_in_plan(const char *sql, const char *const *values, int n)
{
    static const Oid TYPES[] = { 20, 1184, 1184, 1184, 20, 20 };
    const char *const KEYS[] = { "host", "port", "dbname", "user", "password", NULL };
    const char *const VALUES[] = {
        T.host, T.port, T.database, T.logins[PGTEST_READER].user, T.logins[PGTEST_READER].password, NULL
    };
    char explain[8192];
    PGconn *c = PQconnectdbParams(KEYS, VALUES, 0);
    PGresult *r;
    size_t found = 0;

    (void)snprintf(explain, sizeof explain, "EXPLAIN %s", sql);
    r = PQexecParams(c, explain, n, TYPES, values, NULL, NULL, 0);
    assert_int_equal(PQresultStatus(r), PGRES_TUPLES_OK);
    for (int i = 0; i < PQntuples(r); i++)
        found += strstr(PQgetvalue(r, i, 0), "on reading_2026") != NULL;
    PQclear(r);
    PQfinish(c);
    return found;
}

static void only_the_spans_days_are_looked_at(void **state)
{
    const char *const inside[] = {
        "42", "2026-11-23T08:00Z", "2026-11-23T10:00Z", "2026-11-23T11:00Z", "10000", "7200000"
    };

    (void)state;
    assert_int_equal(
        pgtest_count(&T, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'capnuoc.reading'::regclass"),
        4);
    assert_int_equal(partitions_in_plan(sql_series_raw, inside, 5),
                     2); /* the span, and what is held before it */
    assert_int_equal(partitions_in_plan(sql_series_buckets, inside, 6), 2);
}

static PGconn *lock_readings(void)
{
    const char *const KEYS[] = { "host", "port", "dbname", "user", "password", NULL };
    const char *const VALUES[] = {
        T.host, T.port, T.database, T.logins[PGTEST_OWNER].user, T.logins[PGTEST_OWNER].password, NULL
    };
    PGconn *c = PQconnectdbParams(KEYS, VALUES, 0);
    PGresult *r = PQexec(c, "BEGIN; LOCK TABLE capnuoc.reading IN ACCESS EXCLUSIVE MODE");

    assert_int_equal(PQresultStatus(r), PGRES_COMMAND_OK);
    PQclear(r);
    return c;
}

static int up(void **state)
{
    (void)state;
    pgtest_make(&T, true);
    for (int day = 22; day <= 25; day++) {
        char sql[80];
        (void)snprintf(sql, sizeof sql, "SELECT capnuoc.make_reading_day('2026-11-%d')", day);
        assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, sql), "t");
    }
    owner("INSERT INTO capnuoc.supplier VALUES ('s', 's')");
    owner("INSERT INTO capnuoc.system VALUES ('y', 's', 'y')");
    owner("INSERT INTO capnuoc.site VALUES ('t', 'y', 't', 'dma')");
    owner("INSERT INTO capnuoc.node VALUES ('n', 1, '0')");
    owner("INSERT INTO capnuoc.point VALUES (42, 'p', 'p', 't', 'n', 'w', 'd', NULL, 'm', 1, 1000, 0, "
          "3600000)");
    return 0;
}

static int down(void **state)
{
    (void)state;
    pgtest_drop(&T);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(series_by_the_table),
        cmocka_unit_test(many_rows_fall_into_their_buckets),
        cmocka_unit_test(every_reading_comes_page_by_page),
        cmocka_unit_test(question_out_of_range_is_refused_at_once),
        cmocka_unit_test(slow_database_times_out_in_words),
        cmocka_unit_test(client_that_hangs_up_cancels_its_query),
        cmocka_unit_test(stop_answers_everybody_at_once),
        cmocka_unit_test(full_queue_is_refused),
        cmocka_unit_test(database_away_is_an_answer),
        cmocka_unit_test(only_the_spans_days_are_looked_at),
    };

    if (!pgtest_find(&T, PG_ENV))
        return PGTEST_SKIP;
    return cmocka_run_group_tests(tests, up, down);
}
