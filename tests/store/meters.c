/* A meter's rows: in order, whole, with its exchanges, however many there are. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LONG_MS = 60000, KEY = 42, KEPT_MAX = 16 };

static struct pgtest T;

struct answer {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    int begun, times;
    enum err code;
    size_t count;
    struct meter_row kept[KEPT_MAX]; /* the first */
    struct wall last;
    bool in_order;
};

static void begin(void *self)
{
    struct answer *a = self;

    a->begun++;
    a->count = 0;
    a->last.ms = INT64_MIN;
    a->in_order = true;
}

static void row(void *self, const struct meter_row *r)
{
    struct answer *a = self;

    if (a->count < KEPT_MAX)
        a->kept[a->count] = *r;
    a->count++;
    a->in_order = a->in_order && r->at.ms >= a->last.ms;
    a->last = r->at;
}

static void done(void *self, enum err code, const struct fault *why)
{
    struct answer *a = self;

    (void)why;
    (void)pthread_mutex_lock(&a->lock);
    a->times++;
    a->code = code;
    (void)pthread_cond_broadcast(&a->cond);
    (void)pthread_mutex_unlock(&a->lock);
}

static struct wall at(int64_t s)
{
    return (struct wall){ PGTEST_NOW.ms + s * 1000 };
}

static enum err ask(struct historian *h, int64_t from_s, int64_t to_s, struct answer *a)
{
    const struct meters_port port = historian_meters(h);
    const struct meter_ask span = { KEY, at(from_s), at(to_s) };
    const struct meter_fold fold = { a, begin, row, done };
    struct fault why = { 0 };

    *a = (struct answer){ .times = 0 };
    (void)pthread_mutex_init(&a->lock, NULL);
    (void)pthread_cond_init(&a->cond, NULL);
    return port.read(port.self, &span, -1, &fold, &why);
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

static void owner(const char *sql)
{
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, sql), "");
}

static struct historian *start(void)
{
    struct historian *h;
    struct fault why = { 0 };

    owner("TRUNCATE capnuoc.reading, capnuoc.manual_reading, capnuoc.meter_exchange");
    if (historian_start(&h, &T.settings, pgtest_clock(), &why) != ERR_NONE)
        fail_msg("%s", why.text);
    return h;
}

static void read_all(struct historian *h, int64_t from_s, int64_t to_s, struct answer *a)
{
    assert_int_equal(ask(h, from_s, to_s, a), ERR_NONE);
    assert_int_equal(wait_for(a), ERR_NONE);
    assert_int_equal(a->begun, 1);
    assert_true(a->in_order);
}

static void nothing_stored_is_no_row(void **state)
{
    struct historian *h = start();
    struct answer a;

    (void)state;
    read_all(h, 0, 100, &a);
    assert_int_equal(a.count, 0);
    historian_stop(h);
}

static void readings_come_with_the_good_ones_beside_the_span(void **state)
{
    struct historian *h = start();
    struct answer a;

    (void)state;
    owner("INSERT INTO capnuoc.reading VALUES "
          "(42, '2026-11-22 08:00Z', 90, 2, 0),"      /* good, but not the nearest */
          "(42, '2026-11-22 09:00Z', 100, 2, 0),"     /* the nearest good one, a day before */
          "(42, '2026-11-22 10:00Z', 7, 1, 8),"       /* uncertain: outside it tells nothing */
          "(42, '2026-11-23 10:00Z', 101.5, 2, 0),"   /* on the edge: inside */
          "(42, '2026-11-23 10:00:30Z', 3, 1, 8),"    /* uncertain inside is given */
          "(42, '2026-11-23 10:00:40Z', NULL, 0, 2)," /* no number */
          "(42, '2026-11-23 10:01:40Z', NULL, 0, 2),"
          "(42, '2026-11-23 10:01:41Z', 102, 2, 0)," /* the next good one */
          "(42, '2026-11-23 10:01:42Z', 103, 2, 0),"
          "(43, '2026-11-23 10:00:20Z', 5, 2, 0)"); /* another point's */
    read_all(h, 0, 100, &a);
    assert_int_equal(a.count, 4);
    assert_true(a.kept[0].value == 100 && a.kept[1].value == 101.5 && a.kept[3].value == 102);
    assert_int_equal(a.kept[1].at.ms, at(0).ms);
    assert_true(a.kept[2].value == 3 && a.kept[2].quality == 1 && a.kept[2].reason == 8);
    assert_true(!a.kept[0].exchanged && isnan(a.kept[0].old_end));
    historian_stop(h);
}

static void exchanges_and_readings_by_hand_stand_in_their_places(void **state)
{
    struct historian *h = start();
    struct answer a;

    (void)state;
    owner("INSERT INTO capnuoc.reading VALUES (42, '2026-11-23 10:00Z', 100, 2, 0), "
          "(42, '2026-11-23 10:00:50Z', 1, 2, 0)");
    read_all(h, 0, 100, &a);
    assert_int_equal(a.count, 2);
    /* told after the fact, at the very time of a reading: after it */
    owner("INSERT INTO capnuoc.meter_exchange VALUES "
          "('n', 'k', 42, '2026-11-23 10:00Z', 100.5, 0.25, 'w', '', '2026-11-24Z'), "
          "('n', 'l', 43, '2026-11-23 10:00Z', 7, 7, 'w', '', '2026-11-24Z')");
    owner("INSERT INTO capnuoc.manual_reading VALUES "
          "('n', 'm', 42, '2026-11-23 10:00:10Z', 0.5, 2, 0, 'w', '', '2026-11-24Z')");
    read_all(h, 0, 100, &a);
    assert_int_equal(a.count, 4);
    assert_true(a.kept[0].value == 100 && !a.kept[0].exchanged);
    assert_true(a.kept[1].exchanged && a.kept[1].old_end == 100.5 && a.kept[1].value == 0.25);
    assert_true(a.kept[2].value == 0.5 && a.kept[2].quality == 2 && !a.kept[2].exchanged);
    assert_true(a.kept[3].value == 1);
    historian_stop(h);
}

/* Chunks are of 10,000: their edges lose nothing and give nothing twice. */
static void more_rows_than_a_chunk_come_all(void **state)
{
    static const int COUNTS[] = { 9999, 10000, 10001, 35000 };
    struct historian *h = start();
    struct answer a;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(COUNTS); i++) {
        char sql[256];
        owner("TRUNCATE capnuoc.reading");
        (void)snprintf(sql, sizeof sql,
                       "INSERT INTO capnuoc.reading SELECT 42, timestamptz '2026-11-23 10:00Z' + (i / 2) * "
                       "interval '1 s', i, 2, 0 FROM generate_series(1, %d) i",
                       COUNTS[i]);
        owner(sql);
        read_all(h, 0, 36000, &a);
        assert_int_equal(a.count, COUNTS[i]);
    }
    historian_stop(h);
}

static void too_many_rows_are_refused_in_words(void **state)
{
    struct historian *h;
    struct answer a;

    (void)state;
    T.settings.answer_ms = 60000; /* under sanitizers, on a busy machine */
    h = start();
    owner("INSERT INTO capnuoc.reading SELECT 42, timestamptz '2026-11-23 10:00Z' + i * interval '20 ms', i, "
          "2, 0 "
          "FROM generate_series(1, 2000000) i");
    read_all(h, 0, 43200, &a);
    assert_int_equal(a.count, METER_ROWS_MAX);
    owner("INSERT INTO capnuoc.reading VALUES (42, '2026-11-23 10:00Z', 0, 2, 0)");
    assert_int_equal(ask(h, 0, 43200, &a), ERR_NONE);
    assert_int_equal(wait_for(&a), ERR_RANGE);
    owner("TRUNCATE capnuoc.reading"); /* and the reader goes on */
    read_all(h, 0, 100, &a);
    assert_int_equal(a.count, 0);
    historian_stop(h);
    T.settings.answer_ms = 2000;
}

static void a_question_that_is_none_is_refused_at_once(void **state)
{
    struct historian *h = start();
    struct answer a;

    (void)state;
    assert_int_equal(ask(h, 5, 5, &a), ERR_RANGE);
    assert_int_equal(ask(h, -9000000000000, 0, &a), ERR_RANGE);
    assert_int_equal(ask(h, 0, 9000000000000, &a), ERR_RANGE);
    assert_int_equal(a.times, 0);
    historian_stop(h);
}

static void database_away_is_an_answer(void **state)
{
    struct store_settings s = T.settings;
    struct historian *h;
    struct answer a;
    struct fault why;

    (void)state;
    (void)snprintf(s.connect, sizeof s.connect, "host=127.0.0.1 port=9409 dbname=nowhere");
    assert_int_equal(historian_start(&h, &s, pgtest_clock(), &why), ERR_NONE);
    assert_int_equal(ask(h, 0, 100, &a), ERR_NONE);
    assert_int_equal(wait_for(&a), ERR_PEER);
    assert_int_equal(a.begun, 0);
    historian_stop(h);
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
        cmocka_unit_test(nothing_stored_is_no_row),
        cmocka_unit_test(readings_come_with_the_good_ones_beside_the_span),
        cmocka_unit_test(exchanges_and_readings_by_hand_stand_in_their_places),
        cmocka_unit_test(more_rows_than_a_chunk_come_all),
        cmocka_unit_test(too_many_rows_are_refused_in_words),
        cmocka_unit_test(a_question_that_is_none_is_refused_at_once),
        cmocka_unit_test(database_away_is_an_answer),
    };

    if (!pgtest_find(&T, PG_ENV))
        return PGTEST_SKIP;
    return cmocka_run_group_tests(tests, up, down);
}
