/* What today has been: minutes added up, a day that ends, pressure that is away on purpose. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "seal/seal.h"
#include "today.h"
#include "unit.h"

/* 2026-11-23T00:00:00+07:00 */
static const struct wall MIDNIGHT = { 1795366800000 };

static struct catalogue C;
static struct today *T;
static struct fault WHY;

static void add_point(struct catalogue *c, const char *id, const char *parameter, const char *unit)
{
    struct point p = { .low = NAN, .high = NAN };

    (void)snprintf(p.id, sizeof p.id, "%s", id);
    (void)snprintf(p.parameter, sizeof p.parameter, "%s", parameter);
    (void)snprintf(p.unit, sizeof p.unit, "%s", unit);
    assert_int_equal(catalogue_add_point(c, &p, NULL), ERR_NONE);
}

static int up(void **state)
{
    (void)state;
    assert_int_equal(seal_start(&WHY), ERR_NONE);
    catalogue_init(&C);
    add_point(&C, "clo", "free_chlorine", "mg/L");
    add_point(&C, "p", "pressure", "kPa"); /* with water above 10 of these */
    assert_int_equal(catalogue_seal(&C, &WHY), ERR_NONE);
    assert_int_equal(today_new(&T, &C, 0.1, &WHY), ERR_NONE);
    return 0;
}

static int down(void **state)
{
    (void)state;
    today_free(T);
    catalogue_clear(&C);
    return 0;
}

/* One minute of one number, known for so long. */
static void tell(uint32_t point, int64_t minute, double value, uint32_t good_ms, mode_set modes)
{
    const struct told_minute m = { point,
                                   modes,
                                   { .at = { MIDNIGHT.ms + minute * CLOCK_MINUTE_MS },
                                     .sum = value * good_ms,
                                     .min = value,
                                     .max = value,
                                     .good_ms = good_ms,
                                     .within_ms = good_ms } };

    today_take(T, &m, 1);
}

static struct day_figure figure(uint32_t point, int32_t day)
{
    struct day_figure d;

    assert_true(today_read(T, C.points[point].key, day, &d));
    return d;
}

static void minutes_are_added_up(void **state)
{
    struct day_figure d;

    (void)state;
    tell(0, 0, 0.5, 60000, 0);
    tell(0, 1, 0.75, 30000, 0);
    d = figure(0, day_local(MIDNIGHT));
    assert_true(d.sum == 0.5 * 60000 + 0.75 * 30000 && d.least == 0.5 && d.most == 0.75);
    assert_int_equal(d.good_ms, 90000);
    assert_int_equal(d.within_ms, 90000);
    assert_int_equal(day_figure_elapsed_ms(&d), 120000);
}

static void another_day_begins_anew_and_what_is_late_is_not_added_to_it(void **state)
{
    struct day_figure d;

    (void)state;
    tell(0, 1439, 0.5, 60000, 0);
    tell(0, 1440, 0.75, 60000, 0);
    tell(0, 1438, 0.5, 60000, 0);
    d = figure(0, day_local(MIDNIGHT) + 1);
    assert_int_equal(d.good_ms, 60000);
    assert_true(d.least == 0.75);
    assert_false(today_read(T, C.points[0].key, day_local(MIDNIGHT), &d));
}

static void pressure_tells_water_from_none_and_from_none_on_purpose(void **state)
{
    struct day_figure d;

    (void)state;
    tell(1, 0, 250, 60000, 0);
    tell(1, 1, 10, 60000, 0);
    tell(1, 2, 0, 60000, mode_bit(MODE_ROTA));
    tell(1, 3, 250, 60000, mode_bit(MODE_ROTA)); /* water all the same */
    tell(1, 4, 0, 59999, 0);                     /* not known whole */
    tell(1, 5, 0, 60000, mode_bit(MODE_DRILL));  /* an exercise takes nobody's water */
    d = figure(1, day_local(MIDNIGHT));
    assert_int_equal(d.supplied_ms, 2 * CLOCK_MINUTE_MS);
    assert_int_equal(d.off_ms, 2 * CLOCK_MINUTE_MS);
    assert_int_equal(d.planned_ms, CLOCK_MINUTE_MS);
    tell(0, 0, 5, 60000, 0);
    d = figure(0, day_local(MIDNIGHT));
    assert_int_equal(d.supplied_ms + d.off_ms + d.planned_ms, 0); /* no pressure */
}

static void a_supplier_may_promise_more_than_a_full_pipe(void **state)
{
    struct day_figure d;

    (void)state;
    today_free(T);
    assert_int_equal(today_new(&T, &C, 1.5, &WHY), ERR_NONE); /* 150 kPa */
    tell(1, 0, 151, 60000, 0);
    tell(1, 1, 150, 60000, 0);
    tell(1, 2, 120, 60000, 0);
    d = figure(1, day_local(MIDNIGHT));
    assert_int_equal(d.supplied_ms, CLOCK_MINUTE_MS);
    assert_int_equal(d.off_ms, 2 * CLOCK_MINUTE_MS);
}

static void points_go_on_in_another_configuration(void **state)
{
    struct catalogue next;
    struct day_figure d;

    (void)state;
    tell(1, 0, 250, 60000, 0);
    catalogue_init(&next);
    add_point(&next, "new", "", "");
    add_point(&next, "p", "pressure", "kPa");
    assert_int_equal(catalogue_seal(&next, &WHY), ERR_NONE);
    assert_int_equal(today_succeed(T, &next), ERR_NONE);
    assert_true(today_read(T, next.points[1].key, day_local(MIDNIGHT), &d));
    assert_int_equal(d.supplied_ms, CLOCK_MINUTE_MS);
    assert_false(today_read(T, C.points[0].key, day_local(MIDNIGHT), &d));
    today_free(T);
    T = NULL;
    catalogue_clear(&next);
}

/* Pages as a journal keeps them: the last of each key. */
enum { MANY = 300, KEPT = 8 };
static struct {
    uint64_t key;
    struct strbuf body;
} PAGES[KEPT];

static size_t put_all_down(struct today *t, int64_t minute)
{
    const struct wall now = { MIDNIGHT.ms + minute * CLOCK_MINUTE_MS };
    struct strbuf page;
    uint64_t key;
    size_t n = 0, at;

    strbuf_init(&page, 1 << 20);
    for (; today_put_down(t, now, &page, &key); n++, strbuf_reset(&page)) {
        for (at = 0; PAGES[at].key != 0 && PAGES[at].key != key;)
            assert_true(++at < KEPT);
        strbuf_clear(&PAGES[at].body);
        PAGES[at].key = key;
        strbuf_init(&PAGES[at].body, 1 << 20);
        strbuf_add(&PAGES[at].body, page.text, page.len);
    }
    strbuf_clear(&page);
    return n;
}

static void forget_pages(void)
{
    for (size_t i = 0; i < KEPT; i++)
        strbuf_clear(&PAGES[i].body);
    memset(PAGES, 0, sizeof PAGES);
}

static void a_kill_takes_the_last_minutes_of_a_day_alone(void **state)
{
    struct catalogue c;
    struct today *t, *after;
    struct day_figure d;

    (void)state;
    catalogue_init(&c);
    for (unsigned i = 0; i < MANY; i++) {
        char id[8];
        (void)snprintf(id, sizeof id, "p%u", i);
        add_point(&c, id, "", "");
    }
    assert_int_equal(catalogue_seal(&c, &WHY), ERR_NONE);
    assert_int_equal(today_new(&t, &c, 0.1, &WHY), ERR_NONE);
    for (uint32_t i = 0; i < MANY; i++) {
        const struct told_minute m = { i,
                                       0,
                                       { .at = MIDNIGHT, .sum = i, .min = i, .max = i, .good_ms = 60000 } };
        if (i != 7)
            today_take(t, &m, 1);
    }
    assert_int_equal(put_all_down(t, 1), 3);  /* pages of 128 */
    assert_int_equal(put_all_down(t, 20), 0); /* nothing changed */
    today_take(t,
               &(struct told_minute){
                   9, 0, { .at = { MIDNIGHT.ms + 20 * CLOCK_MINUTE_MS }, .sum = 3, .good_ms = 60000 } },
               1);
    assert_int_equal(put_all_down(t, 21), 1);
    today_take(t,
               &(struct told_minute){
                   9, 0, { .at = { MIDNIGHT.ms + 22 * CLOCK_MINUTE_MS }, .sum = 5, .good_ms = 60000 } },
               1);
    assert_int_equal(put_all_down(t, 23), 0); /* not yet */
    assert_int_equal(today_new(&after, &c, 0.1, &WHY), ERR_NONE);
    for (size_t i = 0; i < KEPT && PAGES[i].key != 0; i++)
        assert_true(today_restore(after, PAGES[i].key, PAGES[i].body.text, PAGES[i].body.len));
    assert_true(today_read(after, c.points[9].key, day_local(MIDNIGHT), &d));
    assert_true(d.sum == 12 && d.good_ms == 120000); /* without the last */
    assert_int_equal(d.until.ms, MIDNIGHT.ms + 21 * CLOCK_MINUTE_MS);
    assert_true(today_read(after, c.points[299].key, day_local(MIDNIGHT), &d));
    assert_true(d.least == 299);
    assert_false(today_read(after, c.points[7].key, day_local(MIDNIGHT), &d));
    today_free(after);

    /* other keys are not its own; what is cut is left out */
    assert_int_equal(today_new(&after, &c, 0.1, &WHY), ERR_NONE);
    assert_false(today_restore(after, 0, "", 0));
    assert_false(today_restore(after, c.points[0].key, PAGES[0].body.text, PAGES[0].body.len));
    assert_true(today_restore(after, PAGES[0].key, PAGES[0].body.text, PAGES[0].body.len - 1));
    for (unsigned i = 0; i < MANY; i++)
        assert_false(today_read(after, c.points[i].key, day_local(MIDNIGHT), &d));
    today_free(after);
    today_free(t);
    catalogue_clear(&c);
    forget_pages();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(minutes_are_added_up, up, down),
        cmocka_unit_test_setup_teardown(another_day_begins_anew_and_what_is_late_is_not_added_to_it, up,
                                        down),
        cmocka_unit_test_setup_teardown(pressure_tells_water_from_none_and_from_none_on_purpose, up, down),
        cmocka_unit_test_setup_teardown(a_supplier_may_promise_more_than_a_full_pipe, up, down),
        cmocka_unit_test_setup_teardown(points_go_on_in_another_configuration, up, down),
        cmocka_unit_test_setup_teardown(a_kill_takes_the_last_minutes_of_a_day_alone, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
