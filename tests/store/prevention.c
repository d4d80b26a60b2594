/* Measures and black spots in PostgreSQL: one row each, and what is over stays as it was. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lanes_double.h"
#include "model/lane.h"

static struct pgtest T;
static struct lanes_double journal;
static struct catalogue catalogue;
static uint64_t entries;

static struct prevention one(uint64_t id, enum prevention_kind kind)
{
    struct prevention p = { .id = id,
                            .kind = (uint8_t)kind,
                            .entered = PGTEST_NOW,
                            .on = day_local(PGTEST_NOW),
                            .due = day_local(PGTEST_NOW) + 90,
                            .ended_on = DAY_NONE,
                            .site = "plant",
                            .key = "m-1",
                            .who = "Vàng A Páo",
                            .responsible = "Đội \"mạng lưới\"",
                            .what = "thay van" };

    if (kind != PREVENTION_ROUND)
        return p;
    p.spot = 5;
    p.state = PREVENTION_DONE;
    p.closed = p.entered;
    p.ended_on = p.on;
    return p;
}

static struct prevention over(struct prevention p, enum prevention_state how)
{
    p.state = (uint8_t)how;
    p.closed.ms = p.entered.ms + 60000;
    p.ended_on = p.on + 1;
    (void)snprintf(p.ended_by, sizeof p.ended_by, "hùng");
    return p;
}

static void put(struct prevention p)
{
    struct strbuf body;

    strbuf_init(&body, 1 << 16);
    body_add_prevention(&body, &p);
    (void)lanes_double_put(&journal, LANE_EVENTS, body.text, body.len);
    entries++;
    strbuf_clear(&body);
}

static bool delivered(void *ctx)
{
    (void)ctx;
    return lanes_double_delivered(&journal, LANE_EVENTS) >= entries;
}

static void deliver(void)
{
    struct deliverer *d;
    struct fault why;

    assert_int_equal(
        deliverer_start(&d, &T.settings, &catalogue, lanes_double_port(&journal), pgtest_clock(), &why),
        ERR_NONE);
    assert_true(pgtest_until(delivered, NULL, 20000));
    deliverer_stop(d, 1000);
    deliverer_free(d);
}

static int set_up(void **state)
{
    (void)state;
    pgtest_make(&T, true);
    pgtest_catalogue(&catalogue, 1);
    lanes_double_init(&journal, 1);
    entries = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    lanes_double_clear(&journal);
    catalogue_clear(&catalogue);
    pgtest_drop(&T);
    return 0;
}

static void each_has_one_row_with_how_it_ended(void **state)
{
    (void)state;
    put(one(5, PREVENTION_SPOT));
    put(one(6, PREVENTION_MEASURE));
    put(one(7, PREVENTION_ROUND));
    deliver();
    put(over(one(6, PREVENTION_MEASURE), PREVENTION_DONE));
    put(one(8, PREVENTION_MEASURE));
    put(over(one(8, PREVENTION_MEASURE), PREVENTION_DROPPED));
    deliver();
    assert_string_equal(
        pgtest_ask(&T, PGTEST_READER,
                   "SELECT string_agg(concat_ws(' ', prevention, kind, state, site, spot, due_on - told_on, "
                   "ended_on - told_on, ended_by), ',' ORDER BY prevention) FROM capnuoc.prevention"),
        "5 2 0 plant 90 ,6 1 1 plant 90 1 hùng,7 3 1 plant 5 90 0 ,8 1 2 plant 90 1 hùng");
    assert_string_equal(
        pgtest_ask(&T, PGTEST_READER,
                   "SELECT responsible || told_on FROM capnuoc.prevention WHERE prevention = 5"),
        "Đội \"mạng lưới\"2026-11-23");
}

static void what_is_over_stays_so(void **state)
{
    (void)state;
    put(over(one(6, PREVENTION_MEASURE), PREVENTION_DONE));
    deliver();
    put(one(6, PREVENTION_MEASURE)); /* late, and again */
    put(over(one(6, PREVENTION_MEASURE), PREVENTION_DROPPED));
    deliver();
    assert_int_equal(pgtest_count(&T, "SELECT state FROM capnuoc.prevention"), PREVENTION_DONE);
    assert_string_equal(
        pgtest_ask(&T, PGTEST_OWNER, "UPDATE capnuoc.prevention SET who = 'x' RETURNING 'done'"), "!P0001");
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, "DELETE FROM capnuoc.prevention RETURNING 'done'"),
                        "!P0001");
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, "TRUNCATE capnuoc.prevention"), "!P0001");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_has_one_row_with_how_it_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_over_stays_so, set_up, tear_down),
    };

    if (!pgtest_find(&T, PG_ENV)) {
        (void)fprintf(stderr, "no PostgreSQL here: skipped\n");
        return PGTEST_SKIP;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
