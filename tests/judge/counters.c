/* Run hours and starts, counted of what a machine shows. */
#include <math.h>

#include "judge/judge.h"
#include "unit.h"

enum { STATE, POWER, HOURS, STARTS, POWER_HOURS, POINTS, EVERY_S = 5, RUNNING = 1 };

struct bench {
    struct catalogue catalogue;
    struct judge *judge;
    struct judged out;
    struct reading shown[POINTS]; /* the last of each */
    unsigned kept[POINTS];
    int64_t now_s;
};

static int add_condition(struct bench *b, uint32_t counter, uint32_t of, const char *text)
{
    struct condition c;
    char id[CONDITION_ID_MAX];

    if (condition_parse(&text, &c, id, NULL) != ERR_NONE)
        return -1;
    c.point = of;
    return catalogue_add_unless(&b->catalogue, counter, &c) == ERR_NONE ? 0 : -1;
}

static int set_up(void **state)
{
    static const struct point RULES[POINTS] = {
        { .id = "state" },
        { .id = "power", .deadband = 0.5 },
        { .id = "hours", .counts = COUNTED_HOURS, .deadband = 0.1, .counted_from = 100 },
        { .id = "starts", .counts = COUNTED_STARTS },
        { .id = "power-hours", .counts = COUNTED_HOURS, .deadband = 0.1 },
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
        p.heartbeat_ms = CLOCK_HOUR_MS;
        p.low = p.high = NAN;
        if (catalogue_add_point(&b->catalogue, &p, NULL) != ERR_NONE)
            return -1;
        b->shown[i] = reading_bad((uint32_t)i, (struct wall){ 0 }, REASON_NEVER_READ);
    }
    if (add_condition(b, HOURS, STATE, "state == 1") != 0 ||
        add_condition(b, STARTS, STATE, "state == 1") != 0 ||
        add_condition(b, POWER_HOURS, POWER, "power > 2") != 0 ||
        catalogue_seal(&b->catalogue, &why) != ERR_NONE ||
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

static struct wall at(const struct bench *b)
{
    return (struct wall){ 1795604400000 + b->now_s * 1000 };
}

static struct now now(const struct bench *b)
{
    return (struct now){ { b->now_s * 1000 }, at(b) };
}

static void look(struct bench *b)
{
    for (size_t i = 0; i < b->out.now_count; i++) {
        assert_true(reading_is_sound(&b->out.now[i]));
        b->shown[b->out.now[i].point] = b->out.now[i];
    }
    for (size_t i = 0; i < b->out.kept_count; i++)
        b->kept[b->out.kept[i].point]++;
}

static void tick(struct bench *b)
{
    uint32_t from = 0;

    while (judge_tick(b->judge, now(b), &from, &b->out))
        look(b);
    look(b);
}

static void see(struct bench *b, struct reading r)
{
    struct message m = { .kind = MESSAGE_READINGS, .count = 1 };

    r.at = at(b);
    m.readings[0] = r;
    judge_fold(b->judge, &m, now(b), &b->out);
    look(b);
    tick(b);
}

/* It shows that number at every poll for so long; the last poll is not yet looked at after it. */
static void runs(struct bench *b, uint32_t point, double value, int64_t seconds)
{
    for (int64_t end = b->now_s + seconds; b->now_s < end; b->now_s += EVERY_S)
        see(b, reading_good(point, at(b), value));
}

static void silent(struct bench *b, uint32_t point, int64_t seconds)
{
    for (int64_t end = b->now_s + seconds; b->now_s < end; b->now_s += EVERY_S)
        see(b, reading_bad(point, at(b), REASON_NO_ANSWER));
}

/* What is shown lags behind by a deadband at most. */
static void assert_hours(const struct bench *b, uint32_t point, double hours)
{
    if (!(b->shown[point].value <= hours + 1e-9 && b->shown[point].value >= hours - 0.1 - 2e-3))
        fail_msg("%s shows %g where it ran %g h", b->catalogue.points[point].id, b->shown[point].value,
                 hours);
}

static void hours_are_counted_while_it_runs(void **state)
{
    struct bench *b = *state;

    runs(b, STATE, 0, 7200);
    assert_int_equal(b->shown[HOURS].quality, QUALITY_GOOD);
    assert_true(b->shown[HOURS].value == 100); /* of the log book */
    runs(b, STATE, RUNNING, 3 * 3600);
    assert_hours(b, HOURS, 103);
    runs(b, STATE, 2, 7200); /* a fault is no run */
    assert_hours(b, HOURS, 103);
    assert_true(b->shown[STARTS].value == 1);
    assert_int_equal(b->shown[POWER_HOURS].reason, REASON_NEVER_READ);
    runs(b, POWER, 2.0001, 3600);
    runs(b, POWER, 2, 3600);
    assert_hours(b, POWER_HOURS, 1);
}

static void every_start_is_shown_and_kept_at_once(void **state)
{
    struct bench *b = *state;

    see(b, reading_good(STATE, at(b), 0));
    for (unsigned i = 1; i <= 36; i++) {
        b->now_s++;
        see(b, reading_good(STATE, at(b), RUNNING));
        assert_true(b->shown[STARTS].value == i);
        assert_int_equal(b->kept[STARTS], 1 + i);
        b->now_s++;
        see(b, reading_good(STATE, at(b), 0));
    }
}

static void what_it_did_before_it_was_first_seen_is_no_start(void **state)
{
    struct bench *b = *state;

    runs(b, STATE, RUNNING, 60);
    assert_true(b->shown[STARTS].value == 0);
}

static void silence_adds_nothing_and_says_so(void **state)
{
    struct bench *b = *state;

    runs(b, STATE, RUNNING, 3600);
    silent(b, STATE, 36000);
    assert_hours(b, HOURS, 101);
    assert_int_equal(b->shown[HOURS].quality, QUALITY_UNCERTAIN);
    assert_int_equal(b->shown[HOURS].reason, REASON_STALE);
    assert_false(isnan(b->shown[STARTS].value));
    runs(b, STATE, RUNNING, 3600); /* perhaps it stopped between: nobody knows */
    assert_int_equal(b->shown[HOURS].quality, QUALITY_GOOD);
    assert_hours(b, HOURS, 102);
    assert_true(b->shown[STARTS].value == 0);
    runs(b, STATE, 0, 60);
    silent(b, STATE, 3600);
    runs(b, STATE, RUNNING, 60); /* it started, whenever that was */
    assert_true(b->shown[STARTS].value == 1);
}

/* Polls stop coming altogether, and come again a day later. */
static void time_without_any_poll_is_not_counted(void **state)
{
    struct bench *b = *state;

    runs(b, STATE, RUNNING, 3600);
    for (int i = 0; i < 24; i++) {
        b->now_s += 3600;
        tick(b);
    }
    assert_int_equal(b->shown[HOURS].reason, REASON_STALE);
    runs(b, STATE, RUNNING, 1800);
    assert_hours(b, HOURS, 101.5);
}

/* A night without the daemon; what the journal has is what was kept last. */
static void a_restart_loses_a_deadband_at_most(void **state)
{
    struct bench *b = *state;
    struct judge_state s[POINTS];
    struct judge *after;
    uint32_t from = 0;

    see(b, reading_good(STATE, at(b), 0));
    runs(b, STATE, RUNNING, 5 * 3600);
    runs(b, STATE, 0, 600);
    for (uint32_t i = 0; i < POINTS; i++)
        judge_state(b->judge, i, &s[i]);
    assert_int_equal(judge_new(&after, &b->catalogue, NULL), ERR_NONE);
    for (uint32_t i = POINTS; i-- > 0;)
        judge_restore(after, &s[i]);
    judge_free(b->judge);
    b->judge = after;
    assert_false(judge_stopped(b->judge, at(b), &from, &b->out));
    look(b);
    assert_int_equal(b->shown[STATE].quality, QUALITY_BAD);
    assert_int_equal(b->shown[HOURS].reason, REASON_STOPPED);
    assert_hours(b, HOURS, 105); /* it stays counted */
    b->now_s += 12L * 3600;
    runs(b, STATE, RUNNING, 3600);
    assert_int_equal(b->shown[HOURS].quality, QUALITY_GOOD);
    if (!(b->shown[HOURS].value > 105.7 && b->shown[HOURS].value < 106.0001))
        fail_msg("%g", b->shown[HOURS].value);
    assert_true(b->shown[STARTS].value == 2); /* stopped before, running after */
}

static void a_new_configuration_goes_on_counting(void **state)
{
    struct bench *b = *state;
    struct judge *after;

    see(b, reading_good(STATE, at(b), 0));
    runs(b, STATE, RUNNING, 3600);
    assert_int_equal(judge_new(&after, &b->catalogue, NULL), ERR_NONE);
    for (uint32_t i = 0; i < POINTS; i++)
        judge_inherit(after, i, b->judge, i);
    judge_free(b->judge);
    b->judge = after;
    runs(b, STATE, RUNNING, 3600);
    assert_hours(b, HOURS, 102);
    assert_true(b->shown[STARTS].value == 1);
}

static void a_person_who_forces_the_state_is_believed(void **state)
{
    struct bench *b = *state;
    struct hand h = {
        .kind = HAND_FORCE, .value = RUNNING, .quality = QUALITY_UNCERTAIN, .reason = REASON_FORCED
    };

    runs(b, STATE, 0, 3600);
    h.entered = at(b);
    h.at = (struct wall){ at(b).ms + 24 * CLOCK_HOUR_MS };
    judge_hand(b->judge, STATE, &h, &b->out);
    look(b);
    runs(b, STATE, 0, 7200); /* its contact is broken */
    assert_hours(b, HOURS, 102);
    assert_true(b->shown[STARTS].value == 1);
}

/* Against the plainest count there is, over any hours. */
static void any_day_is_counted_as_one_would(void **state)
{
    struct bench *b = *state;
    uint64_t seed = 20261126;
    double hours = 100;
    unsigned starts = 0;
    int was = -1; /* 0, 1; -1: never known */
    bool known = false;

    for (int i = 0; i < 20000; i++) {
        unsigned what = test_below(&seed, 100);
        int next = was < 0 ? 0 : was;
        if (known && was == 1)
            hours += EVERY_S / 3600.0;
        if (what < 4) {
            see(b, reading_bad(STATE, at(b), REASON_NO_ANSWER));
            known = false;
        } else {
            if (what < 12)
                next = !next;
            starts += was == 0 && next == 1;
            was = next;
            known = true;
            see(b, reading_good(STATE, at(b), next));
        }
        if (i > 100)
            assert_hours(b, HOURS, hours);
        b->now_s += EVERY_S;
    }
    assert_true(starts > 300 && hours > 105);
    assert_true(b->shown[STARTS].value == starts);
}

int main(void)
{
#define COUNT_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        COUNT_TEST(hours_are_counted_while_it_runs),
        COUNT_TEST(every_start_is_shown_and_kept_at_once),
        COUNT_TEST(what_it_did_before_it_was_first_seen_is_no_start),
        COUNT_TEST(silence_adds_nothing_and_says_so),
        COUNT_TEST(time_without_any_poll_is_not_counted),
        COUNT_TEST(a_restart_loses_a_deadband_at_most),
        COUNT_TEST(a_new_configuration_goes_on_counting),
        COUNT_TEST(a_person_who_forces_the_state_is_believed),
        COUNT_TEST(any_day_is_counted_as_one_would),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
