#include "model/alarm_past.h"

#include "unit.h"

enum { MIN = CLOCK_MINUTE_MS, RINGS = 2000 };

static struct alarm_ring rings[RINGS];
static size_t count;

static void ring(int64_t at, uint64_t point, uint64_t rule, enum severity severity)
{
    rings[count] =
        (struct alarm_ring){ .at = { at }, .point = point, .rule = rule, .severity = (uint8_t)severity };
    (void)snprintf(rings[count++].name, ID_MAX, "r%u", (unsigned)rule);
}

static struct alarm_figures figures(int64_t to, double operators)
{
    const struct alarm_past p = { .rings = rings, .ring_count = count };
    struct alarm_figures f;

    assert_int_equal(alarm_figures(&f, &p, (struct wall){ 0 }, (struct wall){ to }, operators), ERR_NONE);
    count = 0;
    return f;
}

static void nothing_rang(void **state)
{
    struct alarm_figures f = figures(60 * MIN, 1);

    (void)state;
    assert_int_equal(f.rings, 0);
    assert_int_equal(f.spans, 6);
    assert_true(f.mean == 0 && f.most == 0);
    assert_int_equal(f.floods + f.chattering + f.worst_count, 0);
}

static void the_rate_is_of_ten_minutes_and_of_one_operator(void **state)
{
    struct alarm_figures f;

    (void)state;
    for (int i = 0; i < 12; i++)
        ring(i * 5 * MIN, 1, 1, i < 9 ? SEVERITY_LOW : SEVERITY_CRITICAL);
    f = figures(60 * MIN, 2);
    assert_true(f.mean == 1 && f.most == 1);
    assert_int_equal(f.of_severity[SEVERITY_LOW], 9);
    assert_int_equal(f.of_severity[SEVERITY_CRITICAL], 3);
}

/* 11 begin a flood, 5 go on with it, 4 end it. */
static void a_flood_begins_above_ten_and_ends_below_five(void **state)
{
    static const int IN_SPAN[] = { 10, 11, 5, 4, 10, 11, 0 };
    struct alarm_figures f;

    (void)state;
    for (size_t s = 0; s < COUNT_OF(IN_SPAN); s++)
        for (int i = 0; i < IN_SPAN[s]; i++)
            ring((int64_t)s * 10 * MIN + i, (uint64_t)i, 1, SEVERITY_LOW);
    f = figures((int64_t)COUNT_OF(IN_SPAN) * 10 * MIN, 1);
    assert_int_equal(f.floods, 2);
    assert_int_equal(f.flood_spans, 3);
    assert_true(f.most == 11);
}

static void three_within_a_minute_chatter(void **state)
{
    struct alarm_figures f;

    (void)state;
    for (int i = 0; i < 3; i++) {
        ring(i * MIN / 2, 1, 1, SEVERITY_LOW); /* the third a whole minute after the first */
        ring(i * MIN / 2 - (i == 2), 2, 1, SEVERITY_LOW);
        ring(i, 3, (uint64_t)i, SEVERITY_LOW); /* three rules */
    }
    f = figures(60 * MIN, 1);
    assert_int_equal(f.chattering, 1);
    assert_int_equal(f.chatter[0].point, 2);
    assert_int_equal(f.chatter[0].count, 3);
}

static void the_worst_ten_come_first(void **state)
{
    struct alarm_figures f;

    (void)state;
    for (unsigned p = 1; p <= 14; p++)
        for (unsigned i = 0; i < p; i++)
            ring(i * 2 * MIN + p, p, 7, SEVERITY_LOW);
    f = figures(600 * MIN, 1);
    assert_int_equal(f.worst_count, ALARM_WORST);
    for (size_t i = 0; i < ALARM_WORST; i++)
        assert_int_equal(f.worst[i].point, 14 - i);
    assert_string_equal(f.worst[0].name, "r7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_rang),
        cmocka_unit_test(the_rate_is_of_ten_minutes_and_of_one_operator),
        cmocka_unit_test(a_flood_begins_above_ten_and_ends_below_five),
        cmocka_unit_test(three_within_a_minute_chatter),
        cmocka_unit_test(the_worst_ten_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
