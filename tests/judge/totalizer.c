/* What a counter counted, whatever it shows. */
#include "judge/totalizer.h"

#include <math.h>

#include "judge/volumes.h"
#include "unit.h"

/* 60 m3/h, wraps at 10,000 m3, shows 0.1 m3: 1 m3 a minute at most. */
static const struct totalizer_rule RULE = { 60, 10000, 0.1 };
static const struct totalizer_rule ENDLESS = { 60, 0, 0.1 };

static struct wall minute(double m)
{
    return (struct wall){ 1795604400000 + (int64_t)(m * CLOCK_MINUTE_MS) };
}

static struct counted see(struct totalizer *t, double at, double raw)
{
    return totalizer_read(&RULE, t, minute(at), raw);
}

static void assert_step(struct counted c, enum correction what, double volume)
{
    assert_string_equal(correction_name(c.what), correction_name(what));
    assert_true(fabs(c.volume - volume) < 1e-6);
}

static struct totalizer standing_at(double raw)
{
    struct totalizer t;

    totalizer_init(&t);
    assert_true(isnan(totalizer_total(&t)));
    assert_step(see(&t, 0, raw), CORRECTION_FIRST, 0);
    return t;
}

static void what_its_flow_explains_is_counted(void **state)
{
    struct totalizer t = standing_at(100);

    (void)state;
    assert_step(see(&t, 1, 101), CORRECTION_NONE, 1);
    assert_step(see(&t, 2, 101), CORRECTION_NONE, 0);
    assert_step(see(&t, 32, 131), CORRECTION_NONE, 30); /* through half an hour of silence */
    assert_true(totalizer_total(&t) == 131);
}

static void a_counter_that_moves_in_steps_is_a_step_behind_at_most(void **state)
{
    const struct totalizer_rule coarse = { 60, 0, 10 };
    struct totalizer t;

    (void)state;
    totalizer_init(&t);
    assert_step(totalizer_read(&coarse, &t, minute(0), 50), CORRECTION_FIRST, 0);
    assert_step(totalizer_read(&coarse, &t, minute(0.1), 60), CORRECTION_NONE, 10);
    assert_step(totalizer_read(&coarse, &t, minute(0.2), 80), CORRECTION_DOUBTED, 0);
    assert_step(totalizer_read(&coarse, &t, minute(9), 60), CORRECTION_NONE, 0);
    /* stood still for nine minutes, and a step before: what a gateway saves up comes at once */
    assert_step(totalizer_read(&coarse, &t, minute(9.9), 70), CORRECTION_NONE, 10);
}

static void the_end_of_its_scale_is_no_end(void **state)
{
    struct totalizer t = standing_at(9999.5);

    (void)state;
    assert_step(see(&t, 1, 0.2), CORRECTION_WRAP, 0.7);
    assert_true(fabs(totalizer_total(&t) - 10000.2) < 1e-9);
    assert_step(see(&t, 2, 1.2), CORRECTION_NONE, 1);
}

static void a_single_zero_is_nothing_even_at_the_end_of_the_scale(void **state)
{
    struct totalizer t = standing_at(9999.5);

    (void)state;
    assert_step(see(&t, 1, 0), CORRECTION_DOUBTED, 0);
    assert_step(see(&t, 2, 9999.9), CORRECTION_NONE, 0.4);
    assert_step(see(&t, 3, 0), CORRECTION_DOUBTED, 0);
    assert_step(see(&t, 4, 0), CORRECTION_WRAP, 0.1);
    t = standing_at(500);
    assert_step(see(&t, 1, 0), CORRECTION_DOUBTED, 0);
    assert_step(see(&t, 2, 501), CORRECTION_NONE, 1);
}

static void a_reset_counts_from_zero_on(void **state)
{
    struct totalizer t = standing_at(500);
    struct counted c;

    (void)state;
    assert_step(see(&t, 2, 1.5), CORRECTION_DOUBTED, 0);
    c = see(&t, 3, 2.5);
    assert_step(c, CORRECTION_RESET, 2.5);
    assert_false(c.whole); /* what came through before it was reset, nobody saw */
    assert_true(c.from.ms == minute(0).ms && c.to.ms == minute(3).ms);
    assert_true(totalizer_total(&t) == 502.5);
}

static void a_step_nothing_explains_is_not_counted(void **state)
{
    struct totalizer t = standing_at(500);

    (void)state;
    assert_step(see(&t, 1, 700), CORRECTION_DOUBTED, 0); /* a spike */
    assert_step(see(&t, 2, 501), CORRECTION_NONE, 1);
    assert_step(see(&t, 3, 700), CORRECTION_DOUBTED, 0); /* it was set */
    assert_step(see(&t, 4, 701), CORRECTION_SET, 1);
    assert_step(see(&t, 5, 650), CORRECTION_DOUBTED, 0); /* and set back */
    assert_step(see(&t, 6, 651), CORRECTION_SET, 1);
    assert_true(totalizer_total(&t) == 503);
    assert_step(see(&t, 5.5, 651), CORRECTION_DOUBTED, 0); /* from the past */
    assert_true(totalizer_total(&t) == 503);
}

static void two_meters_are_one_total(void **state)
{
    struct totalizer t = standing_at(500);
    struct counted c = totalizer_exchange(&RULE, &t, minute(5), 504, 12);

    (void)state;
    assert_step(c, CORRECTION_EXCHANGED, 4);
    assert_true(c.whole && c.before == 504 && c.after == 12);
    assert_step(see(&t, 6, 13), CORRECTION_NONE, 1);
    assert_true(totalizer_total(&t) == 505);
    c = totalizer_exchange(&RULE, &t, minute(7), 1300, 0); /* a digit too many */
    assert_step(c, CORRECTION_EXCHANGED, 0);
    assert_false(c.whole);
}

static void a_total_begins_with_an_exchange_too(void **state)
{
    struct totalizer t;

    (void)state;
    totalizer_init(&t);
    assert_step(totalizer_exchange(&RULE, &t, minute(0), 504, 12), CORRECTION_EXCHANGED, 0);
    assert_step(see(&t, 1, 13), CORRECTION_NONE, 1);
    assert_true(totalizer_total(&t) == 13);
}

/* ---- whatever happens, the sum is the water ---- */

struct field {
    uint64_t seed;
    double now_min;
    double water; /* that came through, ever */
    double shown; /* by the meter */
    double wraps_at;
};

static void flows(struct field *f, double minutes)
{
    double volume = minutes * test_below(&f->seed, 1001) / 1000.0; /* 0..60 m3/h */

    f->now_min += minutes;
    f->water += volume;
    f->shown += volume;
    if (f->wraps_at > 0 && f->shown >= f->wraps_at)
        f->shown -= f->wraps_at;
}

/* Nothing that happens here can be told from water: far from 0 and from the end. */
static bool far_from_ends(const struct field *f, double minutes)
{
    return f->shown > 3 * minutes + 10 && (f->wraps_at == 0 || f->shown < f->wraps_at - 3 * minutes - 10);
}

static double read_or_nonsense(struct field *f)
{
    switch (test_below(&f->seed, 20)) {
    case 0: return 0;
    case 1: return f->shown > 1000 ? f->shown - 500 : f->shown;
    case 2: return f->shown + 2000 + test_below(&f->seed, 3000);
    default: return f->shown;
    }
}

static void mishap(struct field *f, const struct totalizer_rule *rule, struct totalizer *t, double *sum)
{
    double old_end = f->shown;

    switch (test_below(&f->seed, 3)) {
    case 0: f->shown = 0; break; /* reset between two readings */
    case 1: /* set, and seen at once: what comes through before it is seen, nobody can know */
        f->shown = f->shown > 3000 ? 1000 : 4000;
        *sum += totalizer_read(rule, t, minute(f->now_min), f->shown).volume;
        break;
    default: /* exchanged, and told */
        f->shown = test_below(&f->seed, 2) == 0 ? 0 : test_below(&f->seed, 5000);
        *sum += totalizer_exchange(rule, t, minute(f->now_min), old_end, f->shown).volume;
        break;
    }
}

static void one_life(uint64_t seed, const struct totalizer_rule *rule)
{
    struct field f = { .seed = seed, .shown = test_below(&seed, 5000), .wraps_at = rule->wraps_at };
    struct totalizer t;
    double sum = 0, total = -INFINITY;
    bool nonsense = false;

    totalizer_init(&t);
    (void)totalizer_read(rule, &t, minute(0), f.shown);
    for (int i = 0; i < 400; i++) {
        double silence = test_below(&f.seed, 50) == 0 ? 1 + test_below(&f.seed, 300) : 1, raw;
        struct counted c;
        if (test_below(&f.seed, 25) == 0 && !nonsense && far_from_ends(&f, silence + 2))
            mishap(&f, rule, &t, &sum), nonsense = true; /* one thing at a time */
        flows(&f, silence);
        raw = !nonsense && silence == 1 && far_from_ends(&f, 2) ? read_or_nonsense(&f) : f.shown;
        nonsense = raw != f.shown;
        c = totalizer_read(rule, &t, minute(f.now_min), raw);
        sum += c.volume;
        assert_true(c.volume >= 0 && c.from.ms <= c.to.ms);
        assert_true(totalizer_total(&t) >= total - 1e-6);
        total = totalizer_total(&t);
        /* after two sound readings there is no doubt left */
        flows(&f, 1);
        sum += totalizer_read(rule, &t, minute(f.now_min), f.shown).volume;
        flows(&f, 1);
        sum += totalizer_read(rule, &t, minute(f.now_min), f.shown).volume;
        if (fabs(sum - f.water) > 1e-3 * (i + 1))
            fail_msg("turn %d: counted %.6f of %.6f", i, sum, f.water);
    }
}

static void the_sum_of_what_is_counted_is_the_water(void **state)
{
    uint64_t seed = test_seed(__func__);

    (void)state;
    for (int life = 0; life < 300; life++)
        one_life(test_random(&seed), life % 2 == 0 ? &RULE : &ENDLESS);
}

/* ---- days ---- */

enum { DAYS = 3 };

static struct counted counted(double from_h, double to_h, double volume, bool whole)
{
    struct wall midnight = wall_local_midnight(minute(0));

    return (struct counted){ .what = CORRECTION_NONE,
                             .from = { midnight.ms + (int64_t)(from_h * CLOCK_HOUR_MS) },
                             .to = { midnight.ms + (int64_t)(to_h * CLOCK_HOUR_MS) },
                             .volume = volume,
                             .whole = whole };
}

static void sheet(struct day_volume days[DAYS], const struct counted *c, size_t n)
{
    volumes_init(days, DAYS, minute(0));
    for (size_t i = 0; i < n; i++)
        volumes_add(days, DAYS, &c[i], VOLUME_SILENCE_MS);
    volumes_close(days, DAYS);
}

static void silence_within_a_day_costs_nothing(void **state)
{
    const struct counted c[] = { counted(-1, 0.5, 3, true), counted(0.5, 23.5, 230, true),
                                 counted(23.5, 24.5, 10, true) };
    struct day_volume d[DAYS];

    (void)state;
    sheet(d, c, COUNT_OF(c));
    assert_int_equal(d[0].begins.ms, wall_local_midnight(minute(0)).ms);
    assert_true(fabs(d[0].volume - (1 + 230 + 5)) < 1e-9);
    assert_true(fabs(d[0].coverage - 1) < 1e-9);
    assert_true(isnan(d[1].volume)); /* half an hour of it is known */
    assert_true(fabs(d[1].coverage - 0.5 / 24) < 1e-9);
    assert_true(isnan(d[2].volume) && d[2].coverage == 0);
}

static void silence_over_midnight_is_divided_but_not_covered(void **state)
{
    const struct counted c[] = { counted(0, 22, 220, true), counted(22, 26, 40, true),
                                 counted(26, 44, 180, true), counted(44, 50, 60, true),
                                 counted(50, 72, 220, true) };
    struct day_volume d[DAYS];

    (void)state;
    sheet(d, c, COUNT_OF(c));
    assert_true(fabs(d[0].volume - 240) < 1e-9); /* 22 of 24 hours: enough */
    assert_true(fabs(d[0].coverage - 22.0 / 24) < 1e-9);
    assert_true(isnan(d[1].volume)); /* 18 of 24 */
    assert_true(fabs(d[1].coverage - 18.0 / 24) < 1e-9);
    assert_true(fabs(d[2].volume - 240) < 1e-9);
}

/* Read by hand at seven each day: every day has its figure, and says what of it was divided. */
static void a_daily_round_gives_every_day(void **state)
{
    const struct counted c[] = { counted(-17, 7, 240, true), counted(7, 31, 480, true),
                                 counted(31, 72, 410, true) };
    struct day_volume d[DAYS];

    (void)state;
    volumes_init(d, DAYS, minute(0));
    for (size_t i = 0; i < COUNT_OF(c); i++)
        volumes_add(d, DAYS, &c[i], VOLUME_SILENCE_BY_HAND_MS);
    volumes_close(d, DAYS);
    assert_true(fabs(d[0].volume - (70 + 340)) < 1e-9);
    assert_true(fabs(d[0].divided - (70 + 340)) < 1e-9);
    assert_true(fabs(d[0].coverage - 1) < 1e-9);
    assert_true(isnan(d[1].volume) &&
                fabs(d[1].coverage - 7.0 / 24) < 1e-9); /* a round was left out: 41 hours */
    assert_true(isnan(d[1].divided));
}

static void only_what_was_divided_is_called_so(void **state)
{
    const struct counted c[] = { counted(-0.5, 0.5, 10, true), counted(0.5, 24, 200, true) };
    struct day_volume d[DAYS];

    (void)state;
    sheet(d, c, COUNT_OF(c));
    assert_true(fabs(d[0].volume - 205) < 1e-9 && fabs(d[0].divided - 5) < 1e-9);
}

static void nine_tenths_are_enough_and_less_is_unknown(void **state)
{
    const struct counted enough[] = { counted(0, 21.6, 216, true) };
    const struct counted less[] = { counted(0, 21.59, 216, true) };
    const struct counted hidden[] = { counted(0, 12, 120, true), counted(12, 15, 0, false),
                                      counted(15, 24, 90, true) };
    struct day_volume d[DAYS];

    (void)state;
    sheet(d, enough, 1);
    assert_true(d[0].volume == 216);
    sheet(d, less, 1);
    assert_true(isnan(d[0].volume));
    sheet(d, hidden, COUNT_OF(hidden)); /* three hours in which the meter was set */
    assert_true(isnan(d[0].volume) && fabs(d[0].coverage - 21.0 / 24) < 1e-9);
}

/* Days are cut anywhere, and nothing is lost between them. */
static void days_add_up_to_the_total(void **state)
{
    uint64_t seed = test_seed(__func__);

    (void)state;
    for (int life = 0; life < 200; life++) {
        struct day_volume d[DAYS];
        struct totalizer t;
        double sum = 0, shown = 0, hour = 0;
        struct wall midnight = wall_local_midnight(minute(0));
        totalizer_init(&t);
        volumes_init(d, DAYS, midnight);
        while (hour < 24 * DAYS) {
            struct counted c = totalizer_read(
                &ENDLESS, &t, (struct wall){ midnight.ms + (int64_t)(hour * CLOCK_HOUR_MS) }, shown);
            volumes_add(d, DAYS, &c, VOLUME_SILENCE_MS);
            double more = 0.01 + test_below(&seed, 100) / 100.0;
            hour += more;
            shown += more * test_below(&seed, 60);
        }
        for (size_t i = 0; i < DAYS; i++)
            sum += d[i].volume;
        assert_true(fabs(sum - totalizer_total(&t)) < 1e-6);
        volumes_close(d, DAYS);
        for (size_t i = 0; i < DAYS; i++)
            assert_true(d[i].coverage > 0.95 && !isnan(d[i].volume));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_its_flow_explains_is_counted),
        cmocka_unit_test(a_counter_that_moves_in_steps_is_a_step_behind_at_most),
        cmocka_unit_test(the_end_of_its_scale_is_no_end),
        cmocka_unit_test(a_single_zero_is_nothing_even_at_the_end_of_the_scale),
        cmocka_unit_test(a_reset_counts_from_zero_on),
        cmocka_unit_test(a_step_nothing_explains_is_not_counted),
        cmocka_unit_test(two_meters_are_one_total),
        cmocka_unit_test(a_total_begins_with_an_exchange_too),
        cmocka_unit_test(the_sum_of_what_is_counted_is_the_water),
        cmocka_unit_test(silence_within_a_day_costs_nothing),
        cmocka_unit_test(silence_over_midnight_is_divided_but_not_covered),
        cmocka_unit_test(a_daily_round_gives_every_day),
        cmocka_unit_test(only_what_was_divided_is_called_so),
        cmocka_unit_test(nine_tenths_are_enough_and_less_is_unknown),
        cmocka_unit_test(days_add_up_to_the_total),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
