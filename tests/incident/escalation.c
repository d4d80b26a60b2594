/* Steps until somebody takes it, their end, and that the end is told. */
#include "bench.h"

static int up(void **state)
{
    struct incident_rules rules = incident_rules_default();
    struct bench *t = calloc(1, sizeof *t);

    rules.escalation =
        (struct escalation_rules){ 10 * (int64_t)CLOCK_MINUTE_MS, 20 * (int64_t)CLOCK_MINUTE_MS, 3,
                                   60 * (int64_t)CLOCK_MINUTE_MS };
    *state = t;
    if (t == NULL || incidents_new(&t->b, &rules, 64) != ERR_NONE)
        return -1;
    t->now = hour(0);
    return 0;
}

static uint64_t open_one(struct bench *t)
{
    uint64_t id = bench_opens(t, bench_sign(EVIDENCE_QUALITY, CLASS_WATER_QUALITY, 1, "s1", ""), 0);

    assert_int_equal(bench_told(t, id, OUT_OPENED), 1); /* at once */
    return id;
}

static uint16_t last_step(const struct bench *t)
{
    for (size_t k = t->out_count; k > 0; k--)
        if (t->out[k - 1].kind == OUT_ESCALATED)
            return t->out[k - 1].count;
    return 0;
}

static void steps_come_in_their_times_and_end(void **state)
{
    struct bench *t = *state;
    uint64_t id = open_one(t);

    bench_pass(t, 9.0 / 60);
    assert_int_equal(bench_told(t, id, OUT_ESCALATED), 0);
    bench_pass(t, 10.0 / 60);
    assert_int_equal(last_step(t), 1);
    bench_pass(t, 30.0 / 60);
    assert_int_equal(last_step(t), 2);
    bench_pass(t, 50.0 / 60);
    assert_int_equal(last_step(t), 3);
    assert_int_equal(bench_told(t, id, OUT_ESCALATED), 3);
}

static void the_last_step_is_repeated_until_somebody_takes_it(void **state)
{
    struct bench *t = *state;
    uint64_t id = open_one(t);
    const double last = 50.0 / 60;

    bench_pass(t, last + 59.0 / 60);
    assert_int_equal(last_step(t), 3);
    bench_pass(t, last + 1.01);
    assert_int_equal(last_step(t), 4);
    bench_pass(t, last + 24.01);
    assert_int_equal(last_step(t), 3 + 24);
    bench_pass(t, last + 47.9); /* from here on once a day */
    assert_int_equal(last_step(t), 3 + 24);
    bench_pass(t, last + 48.01);
    assert_int_equal(bench_told(t, id, OUT_ESCALATED), 3 + 24 + 1);
    assert_taken(bench_do(t, id, STEP_ACKNOWLEDGE, last + 49));
    bench_pass(t, last + 100);
    assert_int_equal(bench_told(t, id, OUT_ESCALATED), 3 + 24 + 1);
}

static void each_of_the_three_words_takes_it(void **state)
{
    static const enum step_kind WORDS[] = { STEP_ACKNOWLEDGE, STEP_ASSIGN, STEP_ON_SITE };
    struct bench *t = *state;

    for (size_t k = 0; k < COUNT_OF(WORDS); k++) {
        char site[8];
        uint64_t id;
        double h = (double)k;
        (void)snprintf(site, sizeof site, "s%zu", k);
        id = bench_opens(t, bench_sign(EVIDENCE_QUALITY, CLASS_WATER_QUALITY, k + 1, site, ""), h);
        bench_pass(t, h + 0.2);
        assert_int_equal(bench_told(t, id, OUT_ESCALATED), 1);
        assert_taken(bench_do(t, id, WORDS[k], h + 0.25));
        bench_pass(t, h + 0.9);
        assert_int_equal(bench_told(t, id, OUT_ESCALATED), 1);
    }
}

static void other_words_do_not(void **state)
{
    struct bench *t = *state;
    uint64_t id = open_one(t);

    assert_taken(bench_do(t, id, STEP_KNOWN, 0.1));
    assert_taken(bench_do(t, id, STEP_VERIFY, 0.1));
    bench_pass(t, 0.2);
    assert_int_equal(last_step(t), 1);
}

static void a_further_burst_asks_again_from_the_first_step(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bench_sign(EVIDENCE_PRESSURE, CLASS_SERVICE_NETWORK, 1, "", "z1"), 0);
    struct sign s = bench_sign(EVIDENCE_PRESSURE, CLASS_SERVICE_NETWORK, 1, "", "z1");

    bench_pass(t, 0.3);
    assert_int_equal(last_step(t), 1);
    assert_taken(bench_do(t, id, STEP_ASSIGN, 0.3));
    s.change = SIGN_STEPPED;
    s.size = 1.5;
    assert_int_equal(bench_opens(t, s, 1), id);
    bench_pass(t, 1 + 9.0 / 60);
    assert_int_equal(bench_told(t, id, OUT_ESCALATED), 1);
    bench_pass(t, 1 + 11.0 / 60);
    assert_int_equal(bench_told(t, id, OUT_ESCALATED), 2);
    assert_int_equal(last_step(t), 1);
}

static void what_is_over_asks_nobody_and_its_end_is_told_once_it_stays(void **state)
{
    struct bench *t = *state;
    uint64_t id = open_one(t);

    bench_clears(t, 1, 0.05);
    bench_pass(t, 0.05 + 4.9 / 60);
    assert_int_equal(bench_told(t, id, OUT_ENDED), 0);
    bench_pass(t, 0.05 + 5.1 / 60);
    assert_int_equal(bench_told(t, id, OUT_ENDED), 1);
    bench_pass(t, 1);
    assert_int_equal(bench_told(t, id, OUT_ESCALATED), 0);
    assert_int_equal(bench_told(t, id, OUT_ENDED), 1);
}

static void what_comes_back_after_its_end_is_told_and_asks_again(void **state)
{
    struct bench *t = *state;
    uint64_t id = open_one(t);

    assert_taken(bench_do(t, id, STEP_ACKNOWLEDGE, 0.01));
    bench_clears(t, 1, 0.05);
    bench_pass(t, 0.5);
    assert_int_equal(bench_opens(t, bench_sign(EVIDENCE_QUALITY, CLASS_WATER_QUALITY, 1, "s1", ""), 0.6), id);
    assert_int_equal(bench_told(t, id, OUT_BACK), 1);
    bench_pass(t, 0.6 + 11.0 / 60);
    assert_int_equal(last_step(t), 1);
    bench_clears(t, 1, 0.9);
    bench_pass(t, 1.1);
    assert_int_equal(bench_told(t, id, OUT_ENDED), 2);
}

static void what_was_over_when_it_was_told_has_no_second_end(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    bench_clears(t, 1, 0.004);
    bench_pass(t, 1);
    assert_int_equal(bench_told(t, id, OUT_OPENED), 1);
    assert_int_equal(bench_told(t, id, OUT_ENDED), 0);
}

static void after_a_break_the_last_step_alone_is_told(void **state)
{
    struct bench *t = *state;
    uint64_t id = open_one(t);

    bench_tick(t, 0.6); /* nothing was told for 36 minutes */
    assert_int_equal(bench_told(t, id, OUT_ESCALATED), 1);
    assert_int_equal(last_step(t), 2);
}

/* Hoa had a letter of the one that is absorbed, Lan of neither. */
static void who_was_told_of_what_was_merged_hears_the_end(void **state)
{
    static struct contacts people = { .count = 2, .list = { { .id = "hoa" }, { .id = "lan" } } };
    const struct outbox_rules rules = outbox_rules_default();
    struct bench *t = *state;
    uint64_t one = open_one(t),
             two = bench_opens(t, bench_sign(EVIDENCE_QUALITY, CLASS_WATER_QUALITY, 2, "s2", ""), 0.01);
    const struct addressing a = { &people, NULL, NULL, 3, t->b };
    const struct outgoing told = { .incident = two, .kind = OUT_OPENED, .size = NAN, .at = t->now },
                          end = { .incident = one, .kind = OUT_ENDED, .size = NAN, .at = t->now };
    struct outbox *letters;
    struct addressees who;

    people.list[0].of.weight = people.list[1].of.weight = WEIGHT_DUTY;
    assert_int_equal(outbox_new(&letters, &rules), ERR_NONE);
    assert_int_equal(outbox_put(letters, &told, "hoa", CHANNEL_EMAIL, t->now), ERR_NONE);
    who = addressees_of(&a, incidents_find(t->b, one), &end, letters);
    assert_false(who.told[0]);
    assert_taken(
        bench_take(t, (struct incident_step){ .incident = one, .kind = STEP_MERGE, .other = two }, 0.1)
            .refusal);
    who = addressees_of(&a, incidents_find(t->b, one), &end, letters);
    assert_true(who.told[0]);
    assert_false(who.told[1]);
    outbox_free(letters);
}

static void without_rules_nothing_is_asked(void **state)
{
    const struct escalation_rules none = { 0 };
    const struct incident i = { .asked = { 1 }, .unacknowledged = true };

    (void)state;
    assert_int_equal(escalation_step(&none, &i, (struct wall){ INT64_MAX / 4 }), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(steps_come_in_their_times_and_end, up, bench_tear_down),
        cmocka_unit_test_setup_teardown(the_last_step_is_repeated_until_somebody_takes_it, up,
                                        bench_tear_down),
        cmocka_unit_test_setup_teardown(each_of_the_three_words_takes_it, up, bench_tear_down),
        cmocka_unit_test_setup_teardown(other_words_do_not, up, bench_tear_down),
        cmocka_unit_test_setup_teardown(a_further_burst_asks_again_from_the_first_step, up, bench_tear_down),
        cmocka_unit_test_setup_teardown(what_is_over_asks_nobody_and_its_end_is_told_once_it_stays, up,
                                        bench_tear_down),
        cmocka_unit_test_setup_teardown(what_comes_back_after_its_end_is_told_and_asks_again, up,
                                        bench_tear_down),
        cmocka_unit_test_setup_teardown(what_was_over_when_it_was_told_has_no_second_end, up,
                                        bench_tear_down),
        cmocka_unit_test_setup_teardown(after_a_break_the_last_step_alone_is_told, up, bench_tear_down),
        cmocka_unit_test_setup_teardown(who_was_told_of_what_was_merged_hears_the_end, up, bench_tear_down),
        cmocka_unit_test(without_rules_nothing_is_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
