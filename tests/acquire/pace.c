/* When to ask, whom to trust, how fast it answers: the small pure parts of a wire. */
#include <math.h>

#include "busy.h"
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

static void three_silences_bring_it_down_and_three_answers_up(void **state)
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
    for (int i = 1; i < HEALTH_CYCLES_BACK; i++) {
        health_answered(&h);
        assert_int_equal(h.state, DEVICE_SUSPECT);
    }
    health_answered(&h);
    assert_int_equal(h.state, DEVICE_UP);
}

/* Words: a answers, s is silent; repeated for long, then the state is one of these. */
static void trust_rises_slowly_and_falls_fast(void **state)
{
    static const struct {
        const char *word;
        bool ever_up;
    } CASES[] = {
        { "a", true },    { "aaaaaaaaas", true }, { "as", false },
        { "aas", false }, { "aass", false },      { "asss", false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct health h = health_start();
        unsigned up = 0;
        for (int round = 0; round < 200; round++)
            for (const char *c = CASES[i].word; *c != '\0'; c++) {
                if (*c == 'a')
                    health_answered(&h);
                else
                    health_silent(&h, (struct mono){ 0 }, 1000);
                assert_true(h.trust <= HEALTH_TRUST_MAX);
                up += round >= 10 && h.state == DEVICE_UP;
            }
        assert_int_equal(up > 0, CASES[i].ever_up);
    }
}

static void a_device_that_cannot_be_reached_comes_back_as_slowly(void **state)
{
    struct health h = health_start();

    (void)state;
    health_answered(&h);
    health_unreachable(&h, 1, (struct mono){ 500 });
    assert_int_equal(h.state, DEVICE_SUSPECT);
    health_unreachable(&h, 3, (struct mono){ 700 });
    assert_int_equal(h.state, DEVICE_DOWN);
    assert_false(health_may_ask(&h, (struct mono){ 699 }));
    for (int i = 0; i < HEALTH_CYCLES_BACK; i++) {
        assert_int_not_equal(h.state, DEVICE_UP);
        health_answered(&h);
    }
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

static void the_busy_share_is_of_the_last_minute(void **state)
{
    struct busy b = busy_start((struct mono){ 5000000 });

    (void)state;
    assert_true(busy_share(&b, (struct mono){ 5000000 }) == 0);
    for (int64_t at = 5000000; at < 5030000; at += 100) /* a tenth, for half a minute */
        busy_add(&b, (struct mono){ at }, (struct mono){ at + 10 });
    assert_true(fabs(busy_share(&b, (struct mono){ 5030000 }) - 0.1) < 1e-9);
    assert_true(fabs(busy_share(&b, (struct mono){ 5059999 }) - 3000.0 / 59999) < 1e-9);
    assert_true(busy_share(&b, (struct mono){ 5091000 }) == 0);
    busy_add(&b, (struct mono){ 5100000 }, (struct mono){ 5200000 }); /* one request of 100 s */
    assert_true(busy_share(&b, (struct mono){ 5200000 }) == 1);
    assert_true(fabs(busy_share(&b, (struct mono){ 5230000 }) - 0.5) < 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cadence_never_drifts),
        cmocka_unit_test(missed_cycles_are_counted_and_not_made_up_for),
        cmocka_unit_test(first_polls_are_spread_within_five_seconds),
        cmocka_unit_test(a_device_that_answers_is_up_at_once),
        cmocka_unit_test(three_silences_bring_it_down_and_three_answers_up),
        cmocka_unit_test(trust_rises_slowly_and_falls_fast),
        cmocka_unit_test(a_device_that_cannot_be_reached_comes_back_as_slowly),
        cmocka_unit_test(the_busy_share_is_of_the_last_minute),
        cmocka_unit_test(the_gap_between_probes_doubles_up_to_its_cap_and_never_ends),
        cmocka_unit_test(percentiles_speak_of_the_last_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
