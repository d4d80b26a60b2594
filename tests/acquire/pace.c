/* When to ask, whom to trust, how fast it answers: the small pure parts of a wire. */
#include <math.h>

#include "cadence.h"
#include "health.h"
#include "latency.h"
#include "unit.h"

static void cadence_never_drifts(void **state)
{
    struct cadence c = cadence_start((struct mono){ 1000 }, 250, 0, 1);

    (void)state;
    for (int i = 1; i <= 1000; i++) {
        cadence_advance(&c, (struct mono){ c.next.ms + i % 200 }); /* late by less than a period */
        assert_int_equal(c.next.ms, 1000 + 250 * i);
    }
    assert_int_equal(c.overruns, 0);
}

static void missed_cycles_are_counted_and_not_made_up_for(void **state)
{
    struct cadence c = cadence_start((struct mono){ 0 }, 100, 0, 1);

    (void)state;
    cadence_advance(&c, (struct mono){ 350 });
    assert_int_equal(c.next.ms, 400);
    assert_int_equal(c.overruns, 3);
}

static void first_polls_are_spread_within_five_seconds(void **state)
{
    (void)state;
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(cadence_start((struct mono){ 0 }, 60000, i, 10).next.ms, (int64_t)i * 500);
        assert_int_equal(cadence_start((struct mono){ 0 }, 1000, i, 10).next.ms, (int64_t)i * 100);
    }
}

static void a_device_that_answers_is_up_at_once(void **state)
{
    struct health h = health_start();

    (void)state;
    assert_int_equal(h.state, DEVICE_UNKNOWN);
    health_answered(&h);
    assert_int_equal(h.state, DEVICE_UP);
}

static void three_silences_bring_it_down_and_two_answers_up(void **state)
{
    struct health h = health_start();
    struct mono now = { 0 };

    (void)state;
    for (int i = 0; i < 20; i++)
        health_answered(&h);
    health_silent(&h, now, 1000);
    assert_int_equal(h.state, DEVICE_SUSPECT);
    assert_true(health_may_ask(&h, now));
    health_silent(&h, now, 1000);
    health_silent(&h, now, 1000);
    assert_int_equal(h.state, DEVICE_DOWN);
    assert_false(health_may_ask(&h, (struct mono){ 999 }));
    assert_true(health_may_ask(&h, (struct mono){ 1000 }));
    health_answered(&h);
    assert_int_equal(h.state, DEVICE_SUSPECT);
    health_answered(&h);
    assert_int_equal(h.state, DEVICE_UP);
}

static void the_gap_between_probes_doubles_up_to_its_cap_and_never_ends(void **state)
{
    struct health h = health_start();
    int64_t last = 0;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        int64_t gap;
        health_silent(&h, (struct mono){ 0 }, 700);
        gap = h.retry.ms;
        assert_true(gap >= last && gap <= HEALTH_GAP_CAP_MS);
        last = gap;
    }
    assert_int_equal(last, HEALTH_GAP_CAP_MS);
    assert_int_equal(health_gap_ms(0, 700), 700);
    assert_int_equal(health_gap_ms(3, 700), 5600);
}

static void percentiles_speak_of_the_last_answers(void **state)
{
    struct latency l = { 0 };

    (void)state;
    assert_true(isnan(latency_ms(&l, 0.5)));
    latency_add(&l, 2000);
    assert_true(latency_ms(&l, 0.5) == 2.0 && latency_ms(&l, 0.99) == 2.0);
    for (int i = 0; i < 10000; i++)
        latency_add(&l, 1000 * (1 + i % 64));
    assert_true(fabs(latency_ms(&l, 0.5) - 32.5) <= 1);
    assert_true(latency_ms(&l, 0.99) >= 63);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cadence_never_drifts),
        cmocka_unit_test(missed_cycles_are_counted_and_not_made_up_for),
        cmocka_unit_test(first_polls_are_spread_within_five_seconds),
        cmocka_unit_test(a_device_that_answers_is_up_at_once),
        cmocka_unit_test(three_silences_bring_it_down_and_two_answers_up),
        cmocka_unit_test(the_gap_between_probes_doubles_up_to_its_cap_and_never_ends),
        cmocka_unit_test(percentiles_speak_of_the_last_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
