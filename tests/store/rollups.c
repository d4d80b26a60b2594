/* Roll-ups in a real PostgreSQL: the pipeline's minutes, hours and days of them, and the same again made of
 * the stored readings. */
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
    minute_fold(&n->now[i], s.key, &r, &n->out);
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
        if (test_below(&n->seed, 40) == 0)
            kill_node(n);
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
    };

    if (!pgtest_find(&T, PG_ENV))
        return PGTEST_SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
