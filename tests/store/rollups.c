/* Roll-ups in a real PostgreSQL: the pipeline's minutes, hours and days of them, and the same again made of
 * the stored readings. */
#include "rolled.h"
#include "rollup.h"

#include <math.h>
#include <string.h>

#include "judge/minute.h"
#include "model/lane.h"
#include "sql.h"
#include "store/lanes_double.h"
#include "store/pgtest.h"
#include "unit.h"

enum { POINTS = 4, LONG_MS = 30000 };

static struct pgtest T;
static struct catalogue CATALOGUE;
static const int64_t BEGIN_MS = INT64_C(1795435200000); /* 2026-11-23 12:00Z, a full hour */

/* ---- what a node would deliver ---- */

struct node {
    uint64_t seed;
    struct lanes_double lanes;
    struct minute_state now[POINTS], kept[POINTS];
    struct minutes_out out;
    struct strbuf body;
    int64_t at_ms, closed_ms;
};

static void put_out(struct node *n)
{
    for (size_t i = 0; i < n->out.whole_count; i++)
        body_add_minute(&n->body, &n->out.whole[i]);
    for (size_t i = 0; i < n->out.again_count; i++)
        body_add_recount(&n->body, &n->out.again[i]);
}

static void send(struct node *n)
{
    if (n->body.len > 0)
        (void)lanes_double_put(&n->lanes, LANE_LIVE, n->body.text, n->body.len);
    strbuf_reset(&n->body);
}

static void read_point(struct node *n, unsigned i, int64_t at_ms)
{
    double value = (test_below(&n->seed, 20001) - 10000.0) / 7;
    uint32_t how = test_below(&n->seed, 10);
    struct reading r = how == 0   ? reading_bad(0, (struct wall){ at_ms }, REASON_NO_ANSWER)
                       : how == 1 ? reading_uncertain(0, (struct wall){ at_ms }, value, REASON_FROZEN)
                       : how == 2 ? reading_good(0, (struct wall){ at_ms }, 1e300)
                                  : reading_good(0, (struct wall){ at_ms }, value);
    const struct stored_reading s = { pgtest_key(&CATALOGUE, i), r.at, r.value, r.quality, r.reason };

    body_add_reading(&n->body, &s);
    minute_fold(&n->now[i], s.key, &r, r.quality == QUALITY_BAD ? VERDICT_UNKNOWN : VERDICT_WITHIN, &n->out);
    put_out(n);
    send(n);
    n->kept[i] = n->now[i];
}

static void close_all(struct node *n, int64_t until_ms)
{
    n->closed_ms = until_ms > n->closed_ms ? until_ms : n->closed_ms;
    for (unsigned i = 0; i < POINTS; i++) {
        minute_close(&n->now[i], pgtest_key(&CATALOGUE, i), (struct wall){ n->closed_ms }, &n->out);
        put_out(n);
    }
    send(n);
}

static void kill_node(struct node *n)
{
    memcpy(n->now, n->kept, sizeof n->now);
    for (unsigned i = 0; i < POINTS; i++)
        minute_resume(&n->now[i], (struct wall){ n->closed_ms - 660000 }, (struct wall){ n->closed_ms });
}

/* Point 0 often, point 3 seldom; the same instant twice, now and then; out of order where that is wanted. */
static void live(struct node *n, int64_t ms, bool disorder)
{
    int64_t end_ms = n->at_ms + ms;

    while (n->at_ms < end_ms) {
        unsigned i = test_below(&n->seed, 40) == 0 ? 3 : test_below(&n->seed, 3);
        n->at_ms += test_below(&n->seed, 8) == 0 ? 0 : test_below(&n->seed, 40000);
        read_point(n, i,
                   disorder && test_below(&n->seed, 20) == 0 ? n->at_ms - test_below(&n->seed, 900000)
                                                             : n->at_ms);
        if (test_below(&n->seed, 4) == 0)
            close_all(n, n->at_ms - 30000);
        if (test_below(&n->seed, 40) == 0) {
            kill_node(n);
            close_all(n, n->closed_ms); /* as the first tick does */
        }
    }
    close_all(n, n->at_ms);
}

static void node_init(struct node *n)
{
    *n = (struct node){ .at_ms = BEGIN_MS };
    strbuf_init(&n->body, 1 << 20);
    lanes_double_init(&n->lanes, 5);
}

static void node_clear(struct node *n)
{
    strbuf_clear(&n->body);
    lanes_double_clear(&n->lanes);
}

/* ---- delivering and rolling ---- */

static struct now stand_still(void *self)
{
    return (struct now){ mono_read(), *(const struct wall *)self };
}

static bool all_delivered(void *ctx)
{
    struct node *n = ctx;

    return lanes_double_delivered(&n->lanes, LANE_LIVE) == n->lanes.count[LANE_LIVE];
}

/* Delivers what there is, as a node whose clock stands at now_ms. */
static void deliver(struct node *n)
{
    struct wall now = { n->at_ms };
    struct clock clock = { stand_still, &now };
    struct deliverer *d;
    struct fault why = { .text = "" };

    assert_int_equal(deliverer_start(&d, &T.settings, &CATALOGUE, lanes_double_port(&n->lanes), clock, &why),
                     ERR_NONE);
    if (!pgtest_until(all_delivered, n, LONG_MS)) {
        struct deliverer_stats stats;
        deliverer_stats(d, &stats);
        fail_msg("not delivered: %s", stats.text);
    }
    deliverer_stop(d, 2000);
    deliverer_free(d);
}

static void seen_at(int64_t ms)
{
    char sql[200];

    (void)snprintf(sql, sizeof sql,
                   "UPDATE capnuoc.node SET seen = timestamptz 'epoch' + %lld * interval '1 ms' RETURNING 1",
                   (long long)ms);
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, sql), "1");
}

static void roll_all(void)
{
    const struct pg_options o = { .connect = T.settings.connect,
                                  .login = &T.logins[PGTEST_MAINTENANCE],
                                  .name = "test",
                                  .answer_ms = 20000 };
    struct pg *p;
    struct fault why = { .text = "" };
    size_t done;

    assert_int_equal(pg_open(&p, &o, &why), ERR_NONE);
    do {
        if (rollup_step(p, 50, &done, &why) != ERR_NONE)
            fail_msg("%s", why.text);
        assert_true(done <= 50);
    } while (done == 50);
    pg_close(p);
}

/* ---- tables against each other ---- */

#define NUMBERS "n, sum, min, max, first, last, good_ms, uncertain_ms"
#define KNOWN   "n + good_ms + uncertain_ms > 0"

static void expect_none(const char *sql)
{
    const char *got = pgtest_ask(&T, PGTEST_OWNER, sql);

    if (strcmp(got, "0") != 0)
        fail_msg("%s: %s", sql, got);
}

/* Rows of either that the other has not, bit for bit; what a minute knows nothing of need not be there. */
static void expect_same_minutes(const char *a, const char *b)
{
    char sql[1600];

    (void)snprintf(sql, sizeof sql,
                   "SELECT count(*) FROM ((SELECT point_key, at, " NUMBERS " FROM %s WHERE " KNOWN
                   " EXCEPT ALL SELECT point_key, at, " NUMBERS " FROM %s WHERE " KNOWN ") UNION ALL "
                   "(SELECT point_key, at, " NUMBERS " FROM %s WHERE " KNOWN
                   " EXCEPT ALL SELECT point_key, at, " NUMBERS " FROM %s WHERE " KNOWN ")) AS x",
                   a, b, b, a);
    expect_none(sql);
}

static const char RECOUNTED[] = "(SELECT m.* FROM (SELECT DISTINCT point_key, date_trunc('hour', at, 'UTC') "
                                "AS h FROM capnuoc.minute) AS x,"
                                " LATERAL capnuoc.minutes_of_readings(x.point_key, x.h) AS m"
                                " WHERE m.at < (SELECT max(seen) FROM capnuoc.node)) AS r";

static void expect_hours_and_days_of_minutes(void)
{
    expect_none("SELECT count(*) FROM capnuoc.dirty_hour");
    expect_none("SELECT count(*) FROM (SELECT point_key, date_trunc('hour', at, 'UTC') AS at, sum(n) AS n,"
                " sum(sum ORDER BY at) AS sum, min(min) AS min, max(max) AS max, sum(good_ms) AS good_ms,"
                " sum(uncertain_ms) AS uncertain_ms FROM capnuoc.minute WHERE " KNOWN " GROUP BY 1, 2) AS m"
                " FULL JOIN capnuoc.hour AS h USING (point_key, at) WHERE"
                " (m.n, m.sum, m.min, m.max, m.good_ms, m.uncertain_ms) IS DISTINCT FROM"
                " (h.n::int8, h.sum, h.min, h.max, h.good_ms::int8, h.uncertain_ms::int8)");
    expect_none(
        "SELECT count(*) FROM (SELECT point_key, date_trunc('day', at, 'Asia/Ho_Chi_Minh') AS at, sum(n) AS"
        " n, sum(sum ORDER BY at) AS sum, min(min) AS min, max(max) AS max, sum(good_ms) AS good_ms,"
        " sum(uncertain_ms) AS uncertain_ms FROM capnuoc.hour GROUP BY 1, 2) AS m"
        " FULL JOIN capnuoc.day AS h USING (point_key, at) WHERE"
        " (m.n, m.sum, m.min, m.max, m.good_ms, m.uncertain_ms) IS DISTINCT FROM"
        " (h.n::int8, h.sum, h.min, h.max, h.good_ms::int8, h.uncertain_ms::int8)");
}

/* In order all time with a number is judged; hours and days add up what minutes have; recounted ones have
 * none. */
static void expect_verdicts_added_up(bool in_order)
{
    if (in_order)
        expect_none(
            "SELECT count(*) FROM capnuoc.minute WHERE within_ms <> good_ms + uncertain_ms OR within_ms IS"
            " NULL OR outside_ms <> 0 OR unjudged_ms <> 0");
    expect_none(
        "SELECT count(*) FROM (SELECT point_key, date_trunc('hour', at, 'UTC') AS at, sum(within_ms) AS w,"
        " sum(outside_ms) AS o, sum(unjudged_ms) AS u FROM capnuoc.minute WHERE " KNOWN " GROUP BY 1, 2)"
        " AS m FULL JOIN capnuoc.hour AS h USING (point_key, at) WHERE (m.w, m.o, m.u) IS DISTINCT FROM"
        " (h.within_ms::int8, h.outside_ms::int8, h.unjudged_ms::int8)");
    expect_none(
        "SELECT count(*) FROM (SELECT point_key, date_trunc('day', at, 'Asia/Ho_Chi_Minh') AS at,"
        " sum(within_ms) AS w, sum(outside_ms) AS o, sum(unjudged_ms) AS u FROM capnuoc.hour GROUP BY 1, 2)"
        " AS m FULL JOIN capnuoc.day AS h USING (point_key, at) WHERE (m.w, m.o, m.u) IS DISTINCT FROM"
        " (h.within_ms::int8, h.outside_ms::int8, h.unjudged_ms::int8)");
}

static void make(struct node *n)
{
    pgtest_make(&T, true);
    pgtest_catalogue(&CATALOGUE, POINTS);
    node_init(n);
}

static void unmake(struct node *n)
{
    node_clear(n);
    catalogue_clear(&CATALOGUE);
    pgtest_drop(&T);
}

static void what_passes_and_what_is_counted_again_are_the_same(void **state)
{
    uint64_t seed = test_seed(__func__);
    struct node n;

    (void)state;
    make(&n);
    n.seed = seed;
    for (int part = 0; part < 4; part++) { /* in order: no hour is to be counted again */
        live(&n, 5 * CLOCK_HOUR_MS, false);
        deliver(&n);
    }
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.quarantine"), 0);
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.dirty_hour WHERE recount"), 0);
    seen_at(n.at_ms / CLOCK_MINUTE_MS * CLOCK_MINUTE_MS);
    assert_true(pgtest_count(&T, "SELECT count(*) FROM capnuoc.minute") > 3000);
    expect_same_minutes("capnuoc.minute", RECOUNTED);
    seen_at(n.at_ms + CLOCK_DAY_MS);
    roll_all();
    expect_verdicts_added_up(true);
    expect_hours_and_days_of_minutes();
    assert_true(pgtest_count(&T, "SELECT count(*) FROM capnuoc.day") >= 2 * 3);
    unmake(&n);
}

static void what_came_out_of_order_is_counted_again(void **state)
{
    uint64_t seed = test_seed(__func__);
    struct node n;

    (void)state;
    make(&n);
    n.seed = seed;
    live(&n, 8 * CLOCK_HOUR_MS, true);
    deliver(&n);
    assert_true(pgtest_count(&T, "SELECT count(*) FROM capnuoc.dirty_hour WHERE recount") > 8);
    seen_at(n.at_ms + CLOCK_DAY_MS);
    n.at_ms = (n.at_ms / CLOCK_HOUR_MS + 3) * CLOCK_HOUR_MS; /* the last value holds no longer */
    close_all(&n, n.at_ms);
    deliver(&n);
    seen_at(n.at_ms + CLOCK_DAY_MS);
    roll_all();
    expect_same_minutes("capnuoc.minute", RECOUNTED);
    expect_verdicts_added_up(false);
    expect_hours_and_days_of_minutes();
    unmake(&n);
}

static void a_late_insert_changes_what_was_rolled_up(void **state)
{
    char sql[400];
    struct node n;

    (void)state;
    make(&n);
    n.seed = 7;
    live(&n, 6 * CLOCK_HOUR_MS, false);
    n.at_ms = (n.at_ms / CLOCK_HOUR_MS + 3) * CLOCK_HOUR_MS;
    close_all(&n, n.at_ms);
    deliver(&n);
    seen_at(n.at_ms + CLOCK_DAY_MS);
    roll_all();
    expect_hours_and_days_of_minutes();
    for (int bad = 0; bad < 2; bad++) {
        (void)snprintf(
            sql, sizeof sql,
            "INSERT INTO capnuoc.reading SELECT %lld, timestamptz 'epoch' + %lld * interval '1 ms', %s,"
            " %d, %d",
            (long long)pgtest_key(&CATALOGUE, 3),
            (long long)(BEGIN_MS + (2 + bad) * CLOCK_HOUR_MS + 59 * CLOCK_MINUTE_MS),
            bad ? "NULL" : "-123456", bad ? 0 : 2, bad ? 2 : 0);
        assert_string_equal(pgtest_ask(&T, PGTEST_WRITER, sql), "");
        assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.dirty_hour WHERE recount"), 3);
        roll_all();
        expect_same_minutes("capnuoc.minute", RECOUNTED);
        expect_hours_and_days_of_minutes();
        assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.day WHERE min = -123456"), 1);
    }
    kill_node(&n); /* told again: what was counted of the readings stays */
    close_all(&n, n.at_ms);
    deliver(&n);
    seen_at(n.at_ms + CLOCK_DAY_MS);
    roll_all();
    expect_same_minutes("capnuoc.minute", RECOUNTED);
    unmake(&n);
}

/* ---- series ---- */

/* The same question to the stored rows alone. */
static void compare_with_raw(struct pg *p, const struct series_ask *a, const struct series *s)
{
    const struct pg_value v[] = {
        pg_int((int64_t)a->key), pg_time((struct wall){ a->from.ms - MINUTE_HOLD_MS }),
        pg_time(a->from),        pg_time(a->to),
        pg_int(s->width_ms),     pg_int(MINUTE_HOLD_MS)
    };
    struct pg_result *r;
    struct fault why = { .text = "" };
    size_t filled = 0, wanted = 0;

    assert_int_equal(pg_ask(p, sql_series_buckets, v, COUNT_OF(v), &r, &why), ERR_NONE);
    for (size_t row = 0; row < pg_rows(r); row++) {
        const struct series_bucket *b = &s->buckets[pg_get_int(r, row, 0)];
        double left = (double)(a->to.ms - b->at.ms), share = pg_get_number(r, row, 4);
        if (left < (double)s->width_ms)
            share *= (double)s->width_ms / left;
        wanted += pg_get_int(r, row, 5) > 0 || !pg_is_null(r, row, 1);
        assert_int_equal(b->rows, pg_get_int(r, row, 5));
        assert_true(pg_is_null(r, row, 1) ? isnan(b->min) : b->min == pg_get_number(r, row, 1));
        assert_true(pg_is_null(r, row, 2) ? isnan(b->max) : b->max == pg_get_number(r, row, 2));
        assert_true(pg_is_null(r, row, 3) ? isnan(b->mean) : fabs(b->mean - pg_get_number(r, row, 3)) < 1e-7);
        assert_true(fabs(b->good_share - share) < 1e-9);
    }
    for (size_t i = 0; i < s->count; i++)
        filled += s->buckets[i].rows > 0 || !isnan(s->buckets[i].min);
    assert_int_equal(filled, wanted);
    pg_free(r);
}

/* Buckets that begin where a unit does lie where the raw rows' would. */
static void ask_one(struct node *n, struct pg *p, unsigned made[4])
{
    static const int64_t UNITS_MS[] = { CLOCK_MINUTE_MS, CLOCK_HOUR_MS, CLOCK_DAY_MS };
    int64_t unit_ms = UNITS_MS[test_below(&n->seed, 3)];
    int64_t from = (BEGIN_MS + test_below(&n->seed, 86400) * 1000) / unit_ms * unit_ms;
    struct series_ask a = { .key = pgtest_key(&CATALOGUE, test_below(&n->seed, POINTS)),
                            .from = { unit_ms == CLOCK_DAY_MS ? from - CLOCK_LOCAL_OFFSET_MS : from },
                            .buckets = 1 + test_below(&n->seed, unit_ms == CLOCK_DAY_MS    ? 3
                                                                : unit_ms == CLOCK_HOUR_MS ? 40
                                                                                           : 1500) };
    struct rolled_plan plan;
    struct series s;
    struct fault why = { .text = "" };

    a.to.ms = a.from.ms + unit_ms * a.buckets * (1 + test_below(&n->seed, 3)) + test_below(&n->seed, 100000);
    plan = rolled_choose(&a);
    made[plan.resolution]++;
    if (plan.resolution == SERIES_RAW)
        return;
    assert_int_equal(rolled_ask(p, &a, &plan, &s, &why), ERR_NONE);
    assert_true(s.count <= a.buckets);
    if (plan.base.ms == a.from.ms)
        compare_with_raw(p, &a, &s);
    series_clear(&s);
}

static void ask_many(struct node *n, unsigned made[4])
{
    const struct pg_options o = {
        .connect = T.settings.connect, .login = &T.settings.reader, .name = "test", .answer_ms = 20000
    };
    struct pg *p;
    struct fault why = { .text = "" };

    assert_int_equal(pg_open(&p, &o, &why), ERR_NONE);
    for (int i = 0; i < 120; i++)
        ask_one(n, p, made);
    pg_close(p);
}

/* Half rolled up, with hours that wait for a recount, with all rolled up: the answer is that of the rows. */
static void a_series_of_roll_ups_is_that_of_the_readings(void **state)
{
    uint64_t seed = test_seed(__func__);
    unsigned made[4] = { 0 };
    struct node n;

    (void)state;
    make(&n);
    n.seed = seed;
    live(&n, 30 * CLOCK_HOUR_MS, false);
    deliver(&n);
    seen_at(BEGIN_MS + 20 * CLOCK_HOUR_MS);
    roll_all();
    seen_at(n.at_ms);
    ask_many(&n, made);
    live(&n, 20 * CLOCK_HOUR_MS, true);
    deliver(&n);
    ask_many(&n, made);
    seen_at(n.at_ms);
    roll_all();
    ask_many(&n, made);
    print_message("raw %u minute %u hour %u day %u\n", made[0], made[1], made[2], made[3]);
    assert_true(made[SERIES_MINUTE] > 20 && made[SERIES_HOUR] > 20 && made[SERIES_DAY] > 20);
    unmake(&n);
}

static void the_coarsest_resolution_that_gives_the_buckets_is_taken(void **state)
{
    static const struct {
        int64_t from_ms, span_ms;
        unsigned buckets;
        enum series_resolution resolution;
        size_t count;
    } CASES[] = {
        { 0, CLOCK_HOUR_MS, 300, SERIES_RAW, 0 },
        { 0, CLOCK_DAY_MS, 300, SERIES_MINUTE, 288 },
        { 1, CLOCK_DAY_MS, 300, SERIES_MINUTE, 289 },
        { 0, INT64_C(7) * CLOCK_DAY_MS, 300, SERIES_MINUTE, 297 }, /* hours would give 168 */
        { 0, INT64_C(14) * CLOCK_DAY_MS, 300, SERIES_MINUTE, 297 },
        { 0, INT64_C(30) * CLOCK_DAY_MS, 300, SERIES_HOUR, 240 },
        { 0, INT64_C(90) * CLOCK_DAY_MS, 90, SERIES_DAY, 90 },
        { 1, INT64_C(90) * CLOCK_DAY_MS, 90, SERIES_HOUR, 87 },
        { 0, INT64_C(3650) * CLOCK_DAY_MS, 300, SERIES_DAY, 281 },
        { 0, INT64_C(3650) * CLOCK_DAY_MS, 1, SERIES_DAY, 1 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        int64_t midnight = BEGIN_MS + 5 * CLOCK_HOUR_MS; /* 2026-11-24 00:00+07 */
        struct series_ask a = { .key = 1,
                                .from = { midnight + CASES[i].from_ms },
                                .to = { midnight + CASES[i].from_ms + CASES[i].span_ms },
                                .buckets = CASES[i].buckets };
        struct rolled_plan p = rolled_choose(&a);
        print_message("case %zu: %d %zu\n", i, p.resolution, p.count);
        assert_int_equal(p.resolution, CASES[i].resolution);
        assert_int_equal(p.count, CASES[i].count);
    }
}

static void an_hour_waits_for_all_of_it(void **state)
{
    struct node n;

    (void)state;
    make(&n);
    read_point(&n, 0, BEGIN_MS);
    close_all(&n, BEGIN_MS + 30 * CLOCK_MINUTE_MS);
    n.at_ms = BEGIN_MS;
    deliver(&n);
    seen_at(BEGIN_MS + CLOCK_HOUR_MS + 11 * CLOCK_MINUTE_MS);
    roll_all();
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.hour"), 0);
    seen_at(BEGIN_MS + CLOCK_HOUR_MS + 12 * CLOCK_MINUTE_MS);
    roll_all();
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.hour WHERE n = 1"), 1);
    unmake(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_passes_and_what_is_counted_again_are_the_same),
        cmocka_unit_test(what_came_out_of_order_is_counted_again),
        cmocka_unit_test(a_late_insert_changes_what_was_rolled_up),
        cmocka_unit_test(an_hour_waits_for_all_of_it),
        cmocka_unit_test(the_coarsest_resolution_that_gives_the_buckets_is_taken),
        cmocka_unit_test(a_series_of_roll_ups_is_that_of_the_readings),
    };

    if (!pgtest_find(&T, PG_ENV))
        return PGTEST_SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
