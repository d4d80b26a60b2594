/* Report by exception: what history gets of what was seen. */
#include <math.h>

#include "judge/judge.h"
#include "unit.h"

enum { POINTS = 3 };

struct bench {
    struct catalogue catalogue;
    struct judge *judge;
    struct judged out;
};

static int set_up(void **state)
{
    static const struct point RULES[POINTS] = {
        { .id = "any-change", .every_ms = 1000, .heartbeat_ms = 300000 },
        { .id = "deadband", .every_ms = 1000, .heartbeat_ms = 300000, .deadband = 0.5 },
        { .id = "slow", .every_ms = 60000, .heartbeat_ms = 3600000 },
    };
    struct bench *b = calloc(1, sizeof *b);
    struct fault why;

    if (b == NULL)
        return -1;
    catalogue_init(&b->catalogue);
    for (size_t i = 0; i < POINTS; i++)
        if (catalogue_add_point(&b->catalogue, &RULES[i], NULL) != ERR_NONE)
            return -1;
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

static size_t see(struct bench *b, struct reading r)
{
    struct message m = { .kind = MESSAGE_READINGS, .count = 1 };

    m.readings[0] = r;
    judge_fold(b->judge, &m, (struct now){ { r.at.ms - 1700000000000 }, r.at }, &b->out);
    return b->out.kept_count;
}

static struct wall at(int64_t s)
{
    return (struct wall){ 1700000000000 + s * 1000 };
}

static void the_first_value_is_kept_and_an_equal_one_is_not(void **state)
{
    struct bench *b = *state;

    assert_int_equal(see(b, reading_good(0, at(0), 5)), 1);
    assert_int_equal(see(b, reading_good(0, at(1), 5)), 0);
    assert_int_equal(b->out.now_count, 1); /* but it is the present */
    assert_int_equal(see(b, reading_good(0, at(2), 5.0000001)), 1);
}

static void a_slow_drift_leaves_the_deadband_in_the_end(void **state)
{
    struct bench *b = *state;
    size_t kept = 0;

    for (int i = 0; i <= 100; i++)
        kept += see(b, reading_good(1, at(i), 10 + i * 0.25));
    assert_int_equal(kept, 1 + 33); /* 10.0, then every third: the first more than 0.5 away */
}

static void exactly_the_deadband_is_not_beyond_it(void **state)
{
    struct bench *b = *state;

    assert_int_equal(see(b, reading_good(1, at(0), 1.0)), 1);
    assert_int_equal(see(b, reading_good(1, at(1), 1.5)), 0);
    assert_int_equal(see(b, reading_good(1, at(2), 0.5)), 0);
    assert_int_equal(see(b, reading_good(1, at(3), 1.5000001)), 1);
}

static void everything_is_kept_for_as_long_as_that_is_asked(void **state)
{
    struct bench *b = *state;

    assert_int_equal(see(b, reading_good(1, at(0), 5)), 1);
    assert_int_equal(see(b, reading_good(1, at(1), 5)), 0);
    judge_keep_whole(b->judge, 1, at(4));
    assert_int_equal(see(b, reading_good(1, at(2), 5)), 1);
    assert_int_equal(see(b, reading_good(1, at(3), 5.1)), 1);
    assert_int_equal(see(b, reading_good(0, at(3), 5)), 1);
    assert_int_equal(see(b, reading_good(0, at(3), 5)), 0); /* a neighbour is not meant */
    assert_int_equal(see(b, reading_good(1, at(4), 5.1)), 0);
}

static void a_heartbeat_is_kept_though_nothing_changed(void **state)
{
    struct bench *b = *state;

    assert_int_equal(see(b, reading_good(0, at(0), 5)), 1);
    assert_int_equal(see(b, reading_good(0, at(299), 5)), 0);
    assert_int_equal(see(b, reading_good(0, at(300), 5)), 1);
    assert_int_equal(see(b, reading_bad(0, at(301), REASON_NO_ANSWER)), 1);
    assert_int_equal(see(b, reading_bad(0, at(600), REASON_NO_ANSWER)), 0);
    assert_int_equal(see(b, reading_bad(0, at(601), REASON_NO_ANSWER)), 1);
}

static void a_change_of_quality_brings_its_predecessor(void **state)
{
    struct bench *b = *state;

    assert_int_equal(see(b, reading_good(1, at(0), 1.0)), 1);
    assert_int_equal(see(b, reading_good(1, at(1), 1.4)), 0);
    assert_int_equal(see(b, reading_bad(1, at(2), REASON_NO_ANSWER)), 2);
    assert_true(b->out.urgent);
    assert_true(b->out.kept[0].value == 1.4 && b->out.kept[0].at.ms == at(1).ms);
    assert_int_equal(b->out.kept[1].reason, REASON_NO_ANSWER);
    /* another reason for being bad is a change too; its predecessor is known already */
    assert_int_equal(see(b, reading_bad(1, at(3), REASON_NO_CONNECTION)), 1);
    assert_int_equal(see(b, reading_good(1, at(4), 1.4)), 1);
}

static void readings_that_contradict_themselves_are_left_out_and_counted(void **state)
{
    struct bench *b = *state;
    struct reading lies[] = {
        { 0, QUALITY_GOOD, REASON_NONE, { 1 }, NAN },       { 0, QUALITY_GOOD, REASON_STALE, { 1 }, 1 },
        { 0, QUALITY_BAD, REASON_NO_ANSWER, { 1 }, 0 },     { 0, QUALITY_BAD, REASON_NONE, { 1 }, NAN },
        { POINTS, QUALITY_GOOD, REASON_NONE, { 1 }, 1 },    { 0, QUALITY_COUNT, REASON_NONE, { 1 }, 1 },
        { 0, QUALITY_UNCERTAIN, REASON_STALE, { 1 }, NAN }, { 0, QUALITY_GOOD, REASON_NONE, { 1 }, INFINITY },
        { 0, QUALITY_BAD, REASON_COUNT, { 1 }, NAN },
    };

    for (size_t i = 0; i < COUNT_OF(lies); i++)
        assert_int_equal(see(b, lies[i]) + b->out.now_count, 0);
    assert_int_equal(judge_refused(b->judge), COUNT_OF(lies));
}

static size_t tick(struct bench *b, int64_t s)
{
    struct now now = { { s * 1000 }, at(s) };
    uint32_t from = 0;

    assert_false(judge_tick(b->judge, now, &from, &b->out));
    return b->out.kept_count;
}

static void a_point_nobody_hears_of_becomes_stale_with_its_number_once(void **state)
{
    struct bench *b = *state;

    (void)see(b, reading_good(0, at(100), 5));
    for (int s = 100; s <= 130; s++)
        assert_int_equal(tick(b, s), 0);
    assert_int_equal(tick(b, 131), 1);
    assert_int_equal(b->out.now[0].quality, QUALITY_UNCERTAIN);
    assert_int_equal(b->out.now[0].reason, REASON_STALE);
    assert_true(b->out.now[0].value == 5);
    for (int s = 132; s < 400; s++)
        assert_int_equal(tick(b, s), 0);
    assert_int_equal(see(b, reading_good(0, at(400), 5)), 1); /* heard of again */
}

static void a_slow_point_is_given_three_of_its_own_periods(void **state)
{
    struct bench *b = *state;

    (void)see(b, reading_good(2, at(100), 5));
    for (int s = 100; s <= 280; s++)
        assert_int_equal(tick(b, s), 0);
    assert_int_equal(tick(b, 281), 1);
}

static void a_point_without_value_does_not_become_stale(void **state)
{
    struct bench *b = *state;

    (void)see(b, reading_bad(0, at(0), REASON_NO_ANSWER));
    for (int s = 1; s < 500; s++)
        assert_int_equal(tick(b, s), 0);
}

static void a_restart_closes_what_was_held_and_only_that(void **state)
{
    struct bench *b = *state;
    struct judge_state held = {
        .kept = reading_good(1, at(50), 7), .still = NAN, .trusted = NAN, .total.raw = NAN
    };
    uint32_t from = 0;

    judge_restore(b->judge, &held);
    assert_false(judge_stopped(b->judge, at(60), &from, &b->out));
    assert_int_equal(b->out.kept_count, 1);
    assert_int_equal(b->out.kept[0].point, 1);
    assert_int_equal(b->out.kept[0].reason, REASON_STOPPED);
    assert_int_equal(b->out.kept[0].at.ms, at(60).ms);
    from = 0;
    assert_false(judge_stopped(b->judge, at(61), &from, &b->out));
    assert_int_equal(b->out.kept_count, 0); /* closed already */
    assert_int_equal(see(b, reading_good(1, at(62), 7)), 1);
}

static void what_the_journal_could_not_take_is_kept_again(void **state)
{
    struct bench *b = *state;

    assert_int_equal(see(b, reading_good(0, at(0), 5)), 1);
    judge_unkeep(b->judge, &b->out);
    assert_int_equal(see(b, reading_good(0, at(1), 5)), 1);
}

/* The rule itself: held from kept reading to kept reading, the history is never further from what was seen
 * than the deadband, and quality and reason are exact. */
static void history_expands_to_what_was_seen(void **state)
{
    struct bench *b = *state;
    uint64_t seed = test_seed(__func__);
    struct reading held = { 0 };
    double value = 0;

    for (int i = 0; i < 200000; i++) {
        uint32_t dice = test_below(&seed, 100);
        struct reading r;
        value += ((double)test_below(&seed, 2001) - 1000) / 2000;
        r = dice < 2   ? reading_bad(1, at(i), REASON_NO_ANSWER)
            : dice < 3 ? reading_bad(1, at(i), REASON_EXCEPTION)
            : dice < 5 ? reading_uncertain(1, at(i), value, REASON_IMPLAUSIBLE)
                       : reading_good(1, at(i), value);
        for (size_t k = 0, n = see(b, r); k < n; k++)
            held = b->out.kept[k];
        assert_int_equal(held.quality, r.quality);
        assert_int_equal(held.reason, r.reason);
        assert_true(isnan(r.value) ? isnan(held.value) : fabs(held.value - r.value) <= 0.5);
        assert_true(r.at.ms - held.at.ms < 300000);
    }
}

int main(void)
{
#define FOLD_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        FOLD_TEST(the_first_value_is_kept_and_an_equal_one_is_not),
        FOLD_TEST(a_slow_drift_leaves_the_deadband_in_the_end),
        FOLD_TEST(exactly_the_deadband_is_not_beyond_it),
        FOLD_TEST(everything_is_kept_for_as_long_as_that_is_asked),
        FOLD_TEST(a_heartbeat_is_kept_though_nothing_changed),
        FOLD_TEST(a_change_of_quality_brings_its_predecessor),
        FOLD_TEST(readings_that_contradict_themselves_are_left_out_and_counted),
        FOLD_TEST(a_point_nobody_hears_of_becomes_stale_with_its_number_once),
        FOLD_TEST(a_slow_point_is_given_three_of_its_own_periods),
        FOLD_TEST(a_point_without_value_does_not_become_stale),
        FOLD_TEST(a_restart_closes_what_was_held_and_only_that),
        FOLD_TEST(what_the_journal_could_not_take_is_kept_again),
        FOLD_TEST(history_expands_to_what_was_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
