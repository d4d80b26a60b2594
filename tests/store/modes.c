/* Modes in PostgreSQL: one row each, and what is over stays as it was. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "delivery_scene.h"
#include "model/mode.h"

static struct pgtest T;
static struct delivery_scene scene;

static struct mode mode_of(uint64_t id, enum mode_end end)
{
    struct mode m = { .id = id,
                      .kind = MODE_CALIBRATION,
                      .place = MODE_AT_DEVICE,
                      .end = (uint8_t)end,
                      .subject = "probe",
                      .from = PGTEST_NOW,
                      .until = { PGTEST_NOW.ms + CLOCK_HOUR_MS },
                      .key = "ca-1",
                      .who = "Vàng A Páo",
                      .why = "hiệu chuẩn \"pH\"" };

    if (end == MODE_OPEN)
        return m;
    m.ended.ms = PGTEST_NOW.ms + 60000;
    (void)snprintf(m.ended_by, sizeof m.ended_by, "%s", end == MODE_ENDED ? "hùng" : "");
    return m;
}

static void put(uint64_t id, enum mode_end end)
{
    struct mode m = mode_of(id, end);
    struct strbuf body;

    strbuf_init(&body, 1 << 16);
    body_add_mode(&body, &m);
    delivery_scene_put(&scene, &body);
}

static int set_up(void **state)
{
    (void)state;
    delivery_scene_make(&scene, &T);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    delivery_scene_end(&scene);
    return 0;
}

static void each_has_one_row_with_how_it_ended(void **state)
{
    (void)state;
    put(5, MODE_OPEN);
    put(6, MODE_OPEN);
    delivery_scene_deliver(&scene);
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.mode WHERE ended_at IS NULL"), 2);
    put(5, MODE_ENDED);
    put(7, MODE_OPEN);
    put(7, MODE_RAN_OUT);
    delivery_scene_deliver(&scene);
    assert_string_equal(
        pgtest_ask(&T, PGTEST_READER,
                   "SELECT string_agg(concat_ws(' ', mode, kind, place, subject, ended_as, ended_by, "
                   "extract(epoch FROM ended_at - began_at)::int), ',' ORDER BY mode) FROM capnuoc.mode"),
        "5 0 2 probe 1 hùng 60,6 0 2 probe 0 ,7 0 2 probe 2  60");
}

static void what_is_over_stays_so(void **state)
{
    (void)state;
    put(5, MODE_ENDED);
    delivery_scene_deliver(&scene);
    put(5, MODE_OPEN); /* late, and again */
    put(5, MODE_RAN_OUT);
    delivery_scene_deliver(&scene);
    assert_int_equal(pgtest_count(&T, "SELECT ended_as FROM capnuoc.mode"), MODE_ENDED);
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, "UPDATE capnuoc.mode SET who = 'x' RETURNING 'done'"),
                        "!P0001");
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, "DELETE FROM capnuoc.mode RETURNING 'done'"), "!P0001");
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, "TRUNCATE capnuoc.mode"), "!P0001");
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
