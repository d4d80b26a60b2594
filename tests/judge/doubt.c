/* When a number is doubted, and that it stays. */
#include <math.h>

#include "judge/judge.h"
#include "unit.h"

enum { CHLORINE, LEVEL, INFLOW, NIGHT, METER, POINTS, EVERY_S = 5, HOUR_S = 3600 };

struct bench {
    struct catalogue catalogue;
    struct judge *judge;
    struct judged out;
    int64_t now_s;
};

static void condition(struct bench *b, uint32_t point, uint32_t other, const char *text)
{
    struct condition c;
    char id[CONDITION_ID_MAX];

    assert_int_equal(condition_parse(&text, &c, id, NULL), ERR_NONE);
    c.point = other;
    assert_int_equal(catalogue_add_unless(&b->catalogue, point, &c), ERR_NONE);
}

static int set_up(void **state)
{
    static const struct point RULES[POINTS] = {
        { .id = "chlorine", .span_low = 0, .span_high = 5, .max_rate = 0.6, .rate_per = RATE_PER_MINUTE },
        { .id = "level", .frozen_after_ms = 2 * CLOCK_HOUR_MS, .deadband = 0.5 },
        { .id = "inflow", .span_low = 4, .span_high = 20, .frozen_after_ms = 2 * CLOCK_HOUR_MS },
        { .id = "night", .frozen_after_ms = 2 * CLOCK_HOUR_MS },
        { .id = "meter", .total_max_flow = 720, .total_wraps_at = 10000, .total_step = 0.1 },
    };
    struct bench *b = calloc(1, sizeof *b);
    struct fault why;

    if (b == NULL)
        return -1;
    b->now_s = 1000;
    catalogue_init(&b->catalogue);
    for (size_t i = 0; i < POINTS; i++) {
        struct point p = RULES[i];
        p.every_ms = EVERY_S * 1000;
        p.heartbeat_ms = 300000;
        if (catalogue_add_point(&b->catalogue, &p, NULL) != ERR_NONE)
            return -1;
    }
    condition(b, LEVEL, LEVEL, "value >= 3.9");
    condition(b, LEVEL, INFLOW, "inflow == 0");
    condition(b, NIGHT, NIGHT, "value == 0 at 22:00-05:00");
    if (catalogue_seal(&b->catalogue, &why) != ERR_NONE ||
        judge_new(&b->judge, &b->catalogue, &why) != ERR_NONE)
        return -1;
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;

    judge_free(b->judge);
    catalogue_clear(&b->catalogue);
    free(b);
    return 0;
}

/* 25/11/2026 18:00 +07:00 and on. */
static struct wall at(int64_t s)
{
    return (struct wall){ 1795604400000 + s * 1000 };
}

static struct reading see(struct bench *b, struct reading r)
{
    struct message m = { .kind = MESSAGE_READINGS, .count = 1 };

    r.at = at(b->now_s);
    m.readings[0] = r;
    judge_fold(b->judge, &m, (struct now){ { b->now_s * 1000 }, r.at }, &b->out);
    assert_int_equal(b->out.now_count, 1);
    assert_true(reading_is_sound(&b->out.now[0]));
    return b->out.now[0];
}

static enum reason value(struct bench *b, uint32_t point, double v)
{
    struct reading r = see(b, reading_good(point, at(0), v));

    assert_true(r.value == v); /* it stays */
    assert_int_equal(r.quality, r.reason == REASON_NONE ? QUALITY_GOOD : QUALITY_UNCERTAIN);
    return (enum reason)r.reason;
}

/* Polls the same number for so long; the reason it has at the end. */
static enum reason still(struct bench *b, uint32_t point, double v, int64_t seconds)
{
    enum reason last = REASON_NONE;

    for (int64_t end = b->now_s + seconds; b->now_s < end;) {
        b->now_s += EVERY_S;
        last = value(b, point, v);
    }
    return last;
}

static void the_end_of_the_span_is_at_least_so_much(void **state)
{
    struct bench *b = *state;

    assert_int_equal(value(b, INFLOW, 4), REASON_CLIPPED);
    assert_int_equal(value(b, INFLOW, 4.01), REASON_NONE);
    assert_int_equal(value(b, INFLOW, 19.99), REASON_NONE);
    assert_int_equal(value(b, INFLOW, 20), REASON_CLIPPED);
    assert_int_equal(value(b, INFLOW, 25), REASON_CLIPPED);
    assert_int_equal(value(b, CHLORINE, 0), REASON_NONE); /* no chlorine is no chlorine */
    assert_int_equal(value(b, CHLORINE, -0.1), REASON_CLIPPED);
    /* and that tells more than the range it is beyond */
    assert_int_equal(see(b, reading_uncertain(INFLOW, at(0), 25, REASON_IMPLAUSIBLE)).reason, REASON_CLIPPED);
    assert_int_equal(see(b, reading_uncertain(INFLOW, at(0), 5, REASON_IMPLAUSIBLE)).reason,
                     REASON_IMPLAUSIBLE);
    assert_int_equal(see(b, reading_bad(INFLOW, at(0), REASON_SENTINEL)).reason, REASON_SENTINEL);
}

static void a_jump_is_implausible_until_its_time_has_passed(void **state)
{
    struct bench *b = *state;

    assert_int_equal(value(b, CHLORINE, 0.5), REASON_NONE);
    b->now_s += 10;
    assert_int_equal(value(b, CHLORINE, 0.6), REASON_NONE); /* exactly 0.6 mg/L a minute */
    b->now_s += 10;
    assert_int_equal(value(b, CHLORINE, 1.2), REASON_IMPLAUSIBLE);
    b->now_s += 10;
    assert_int_equal(value(b, CHLORINE, 0.6), REASON_NONE); /* a spike is nothing to compare with */
    b->now_s += 50;
    assert_int_equal(value(b, CHLORINE, 1.2), REASON_IMPLAUSIBLE);
    b->now_s += 10;
    assert_int_equal(value(b, CHLORINE, 1.2), REASON_NONE); /* a minute: it can have become that */
}

static void the_same_number_for_too_long_is_frozen(void **state)
{
    struct bench *b = *state;

    assert_int_equal(still(b, LEVEL, 2.5, 2 * HOUR_S + EVERY_S), REASON_NONE); /* exactly is not longer */
    assert_int_equal(still(b, LEVEL, 2.5, EVERY_S), REASON_FROZEN);
    assert_true(b->out.urgent);
    assert_int_equal(still(b, LEVEL, 2.5, 8 * HOUR_S), REASON_FROZEN);
    b->now_s += EVERY_S;
    assert_int_equal(value(b, LEVEL, 2.501), REASON_NONE); /* within the deadband, but it moves */
    assert_int_equal(still(b, LEVEL, 2.501, 2 * HOUR_S), REASON_NONE);
}

static void without_the_setting_it_may_stand_still(void **state)
{
    struct bench *b = *state;

    assert_int_equal(still(b, CHLORINE, 0.5, 24 * HOUR_S), REASON_NONE);
}

static void a_full_tank_stands_still_rightly(void **state)
{
    struct bench *b = *state;

    assert_int_equal(still(b, LEVEL, 3.95, 8 * HOUR_S), REASON_NONE);
    /* and a valve that is shut excuses any level, but only as long as it is known */
    assert_int_equal(value(b, INFLOW, 0), REASON_CLIPPED);
    assert_int_equal(still(b, LEVEL, 2.5, 8 * HOUR_S), REASON_NONE);
    (void)see(b, reading_bad(INFLOW, at(0), REASON_NO_ANSWER));
    assert_int_equal(still(b, LEVEL, 2.5, 2 * HOUR_S), REASON_NONE); /* its time begins now */
    assert_int_equal(still(b, LEVEL, 2.5, EVERY_S), REASON_FROZEN);
}

static void a_meter_at_night_is_frozen_unless_it_shows_zero(void **state)
{
    struct bench *b = *state;

    assert_int_equal(still(b, NIGHT, 0, 2 * HOUR_S), REASON_NONE); /* 18:16 to 20:16, and now it would be */
    assert_int_equal(still(b, NIGHT, 0, HOUR_S),
                     REASON_FROZEN);                           /* 21:16: nobody draws water in the evening? */
    assert_int_equal(still(b, NIGHT, 0, HOUR_S), REASON_NONE); /* 22:16 */
    assert_int_equal(still(b, NIGHT, 0, 6 * HOUR_S), REASON_NONE); /* 04:16 */
    assert_int_equal(still(b, NIGHT, 0, 4 * HOUR_S), REASON_FROZEN);
    b->now_s += 10 * HOUR_S;
    assert_int_equal(still(b, NIGHT, 12.3, 3 * HOUR_S), REASON_FROZEN);
}

static void a_sensor_at_its_end_is_clipped_and_not_frozen(void **state)
{
    struct bench *b = *state;

    assert_int_equal(still(b, INFLOW, 20, 8 * HOUR_S), REASON_CLIPPED);
    assert_int_equal(still(b, INFLOW, 19, 2 * HOUR_S), REASON_NONE);
}

static void a_step_that_no_flow_explains_is_doubted_once(void **state)
{
    struct bench *b = *state;
    static const struct {
        double shown;
        enum reason reason;
    } STEPS[] = {
        { 500, REASON_NONE },      { 501, REASON_NONE },        { 0, REASON_IMPLAUSIBLE },
        { 502, REASON_NONE },      { 900, REASON_IMPLAUSIBLE }, { 901, REASON_NONE },
        { 0, REASON_IMPLAUSIBLE }, { 0, REASON_NONE },          { 0.5, REASON_NONE },
    };

    for (size_t i = 0; i < COUNT_OF(STEPS); i++) {
        b->now_s += EVERY_S; /* 1 m3 at most */
        assert_int_equal(value(b, METER, STEPS[i].shown), STEPS[i].reason);
    }
}

static void silence_adds_nothing_to_standing_still(void **state)
{
    struct bench *b = *state;

    assert_int_equal(still(b, LEVEL, 2.5, HOUR_S), REASON_NONE);
    (void)see(b, reading_bad(LEVEL, at(0), REASON_NO_ANSWER));
    b->now_s += 24 * HOUR_S;
    assert_int_equal(value(b, LEVEL, 2.5), REASON_NONE);
    b->now_s += 24 * HOUR_S; /* and nothing came at all */
    assert_int_equal(value(b, LEVEL, 2.5), REASON_NONE);
    assert_int_equal(still(b, LEVEL, 2.5, HOUR_S), REASON_NONE);
    assert_int_equal(still(b, LEVEL, 2.5, 2L * EVERY_S), REASON_FROZEN);
}

/* Stop, a night without the daemon, start. */
static void a_restart_adds_nothing_and_forgets_nothing(void **state)
{
    struct bench *b = *state;
    struct judge_state s;
    struct judge *after;
    uint32_t from = 0;

    assert_int_equal(still(b, LEVEL, 2.5, HOUR_S), REASON_NONE);
    assert_int_equal(value(b, CHLORINE, 0.5), REASON_NONE);
    assert_false(judge_stopped(b->judge, at(b->now_s + 1), &from, &b->out));
    assert_int_equal(judge_new(&after, &b->catalogue, NULL), ERR_NONE);
    for (uint32_t i = 0; i < POINTS; i++) {
        judge_state(b->judge, i, &s);
        if (i == LEVEL) {
            assert_int_equal(s.kept.reason, REASON_STOPPED);
            assert_true(s.still == 2.5 && s.still_ms == (HOUR_S - EVERY_S) * 1000);
        }
        judge_restore(after, &s);
    }
    judge_free(b->judge);
    b->judge = after;
    b->now_s += 12 * HOUR_S;
    assert_int_equal(value(b, LEVEL, 2.5), REASON_NONE);
    assert_int_equal(value(b, CHLORINE, 2.5), REASON_NONE); /* a night is time enough */
    b->now_s += EVERY_S;
    assert_int_equal(value(b, CHLORINE, 4), REASON_IMPLAUSIBLE);
    assert_int_equal(still(b, LEVEL, 2.5, HOUR_S), REASON_NONE);
    assert_int_equal(still(b, LEVEL, 2.5, 2L * EVERY_S), REASON_FROZEN);
}

static void a_doubted_number_that_nobody_hears_of_keeps_it(void **state)
{
    struct bench *b = *state;
    uint32_t from = 0;

    assert_int_equal(value(b, INFLOW, 20), REASON_CLIPPED);
    assert_false(judge_tick(b->judge, (struct now){ { b->now_s * 1000 }, at(b->now_s) }, &from, &b->out));
    b->now_s += 31;
    from = 0;
    assert_false(judge_tick(b->judge, (struct now){ { b->now_s * 1000 }, at(b->now_s) }, &from, &b->out));
    assert_int_equal(b->out.kept_count, 1);
    assert_int_equal(b->out.kept[0].reason, REASON_STALE);
    assert_int_equal(b->out.kept[0].quality, QUALITY_UNCERTAIN);
    assert_true(b->out.kept[0].value == 20);
}

int main(void)
{
#define DOUBT_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        DOUBT_TEST(the_end_of_the_span_is_at_least_so_much),
        DOUBT_TEST(a_jump_is_implausible_until_its_time_has_passed),
        DOUBT_TEST(the_same_number_for_too_long_is_frozen),
        DOUBT_TEST(without_the_setting_it_may_stand_still),
        DOUBT_TEST(a_full_tank_stands_still_rightly),
        DOUBT_TEST(a_meter_at_night_is_frozen_unless_it_shows_zero),
        DOUBT_TEST(a_sensor_at_its_end_is_clipped_and_not_frozen),
        DOUBT_TEST(a_step_that_no_flow_explains_is_doubted_once),
        DOUBT_TEST(silence_adds_nothing_to_standing_still),
        DOUBT_TEST(a_restart_adds_nothing_and_forgets_nothing),
        DOUBT_TEST(a_doubted_number_that_nobody_hears_of_keeps_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
