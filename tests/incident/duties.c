/* What each class owes, and what is done first about bad water: targets with clocks of their own. */
#include "bench.h"
#include "model/incident_duty.h"

enum { MINUTE = CLOCK_MINUTE_MS };

static const enum duty_kind TARGETS[] = { DUTY_ASSESS, DUTY_SAMPLE, DUTY_ISOLATE };

static struct wall minute(double m)
{
    return hour(m / 60);
}

static struct sign bad_water(uint64_t alarm, uint32_t residence_min)
{
    struct sign s = bench_sign(EVIDENCE_QUALITY, CLASS_WATER_QUALITY, alarm, "nmn", "");

    s.certain = true;
    s.residence_ms = residence_min * MINUTE;
    return s;
}

static const struct duty *duty(const struct bench *t, uint64_t id, enum duty_kind k)
{
    return &bench_find(t, id)->duties[k];
}

static bool is_owed(const struct bench *t, uint64_t id, enum duty_kind k)
{
    return duty(t, id, k)->since.ms != 0 && duty(t, id, k)->done.ms == 0;
}

static size_t told_late(const struct bench *t, uint64_t id, enum duty_kind k)
{
    size_t n = 0;

    for (size_t i = 0; i < t->out_count; i++)
        n += t->out[i].incident == id && t->out[i].kind == OUT_DUTY_LATE && t->out[i].count == k;
    return n;
}

/* ---- every class and duty ---- */

#define OF(duty) (1U << (duty))

static void every_class_owes_what_the_table_says_when_it_opens(void **state)
{
    static const unsigned OWED[CLASS_COUNT] = {
        [CLASS_WATER_QUALITY] =
            OF(DUTY_CDC) | OF(DUTY_HEALTH_DEPARTMENT) | OF(DUTY_ASSESS) | OF(DUTY_SAMPLE) | OF(DUTY_ISOLATE),
        [CLASS_SECURITY] = OF(DUTY_POLICE),
    };
    struct bench *t = *state;

    for (enum incident_class c = 0; c < CLASS_COUNT; c++) {
        char zone[16];
        struct sign s;
        uint64_t id;
        (void)snprintf(zone, sizeof zone, "z%u", (unsigned)c);
        s = bench_sign(EVIDENCE_FLOW, c, 50 + (uint64_t)c, "", zone);
        id = bench_opens(t, s, 0);
        for (enum duty_kind k = 0; k < DUTY_COUNT; k++) {
            if (is_owed(t, id, k) != ((OWED[c] & OF(k)) != 0))
                fail_msg("%s, %s", incident_limit(c)->name, duty_row(k)->name);
        }
    }
}

/* Whatever else is said of an incident, a class that is not of bad water has none of its targets. */
static void no_other_class_ever_has_the_targets_of_bad_water(void **state)
{
    const struct incident_step all = { .kind = STEP_IMPACT,
                                       .impact = { .people = 900,
                                                   .expected_min = 5000,
                                                   .health_hazard = true,
                                                   .wide = true,
                                                   .source_threatened = true,
                                                   .road_opened = true,
                                                   .rural = true,
                                                   .partner = true } };
    struct bench *t = *state;

    for (enum incident_class c = 0; c < CLASS_COUNT; c++) {
        char zone[16];
        uint64_t id;
        (void)snprintf(zone, sizeof zone, "z%u", (unsigned)c);
        id = bench_opens(t, bench_sign(EVIDENCE_FLOW, c, 50 + (uint64_t)c, "", zone), 0);
        assert_taken(bench_step(t, id, all, 0.1));
        for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
            assert_int_equal(is_owed(t, id, TARGETS[k]), c == CLASS_WATER_QUALITY);
    }
}

static void a_target_is_told_apart_from_what_the_law_owes(void **state)
{
    (void)state;
    for (enum duty_kind k = 0; k < DUTY_COUNT; k++) {
        const struct duty_row *row = duty_row(k);
        assert_int_equal(row->target, k == DUTY_ASSESS || k == DUTY_SAMPLE || k == DUTY_ISOLATE);
        assert_int_equal(row->target, strcmp(row->source, "internal target") == 0);
        assert_int_equal(row->target, row->words[0] != '\0' && row->words_en[0] != '\0');
        assert_null(strpbrk(row->words, "0123456789")); /* how soon is set: `due` says it */
        assert_null(strpbrk(row->words_en, "0123456789"));
    }
}

/* ---- the clocks ---- */

static void bad_water_is_assessed_sampled_and_isolated_in_minutes(void **state)
{
    struct bench *t = *state;
    uint64_t known = bench_opens(t, bad_water(1, 150), 0);
    uint64_t unknown = bench_opens(t, bench_sign(EVIDENCE_QUALITY, CLASS_WATER_QUALITY, 2, "far", ""), 0);

    assert_int_equal(duty(t, known, DUTY_ASSESS)->due.ms, minute(10).ms);
    assert_int_equal(duty(t, known, DUTY_SAMPLE)->due.ms, minute(30).ms);
    assert_int_equal(duty(t, known, DUTY_ISOLATE)->due.ms, minute(150).ms);
    assert_int_equal(duty(t, unknown, DUTY_ISOLATE)->due.ms, minute(60).ms);
    assert_int_equal(bench_clock(t, known).limit_ms, 24 * CLOCK_HOUR_MS); /* as ever */
    assert_false(bench_clock(t, known).legal);
}

/* A backlog that comes late: it is known now, and the water has been flowing since. */
static void the_tank_runs_from_when_it_was_first_seen(void **state)
{
    struct bench *t = *state;
    struct sign s = bad_water(1, 90);
    struct outcome o;

    s.at = hour(0);
    t->now = hour(1);
    o = incidents_sign(t->b, &s, t->now);
    assert_taken(o.refusal);
    assert_int_equal(duty(t, o.incident, DUTY_ASSESS)->due.ms, minute(70).ms);
    assert_int_equal(duty(t, o.incident, DUTY_SAMPLE)->due.ms, minute(90).ms);
    assert_int_equal(duty(t, o.incident, DUTY_ISOLATE)->since.ms, hour(1).ms);
    assert_int_equal(duty(t, o.incident, DUTY_ISOLATE)->due.ms, minute(90).ms);
}

static void the_shortest_tank_of_what_is_bad_holds(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bad_water(1, 180), 0);
    struct incident_step more = { .kind = STEP_OPEN,
                                  .incident = id,
                                  .class = CLASS_WATER_QUALITY,
                                  .site = "nmn",
                                  .residence_ms = 40 * MINUTE,
                                  .note = "mùi lạ" };

    assert_taken(bench_take(t, more, 1).refusal);
    assert_int_equal(duty(t, id, DUTY_ISOLATE)->due.ms, minute(100).ms);
    assert_taken(bench_step(t, id,
                            (struct incident_step){ .kind = STEP_RECLASSIFY,
                                                    .member = bench_find(t, id)->members[1].id,
                                                    .class = CLASS_PLANT_EQUIPMENT,
                                                    .note = "máy đo" },
                            1.1));
    assert_int_equal(duty(t, id, DUTY_ISOLATE)->due.ms, minute(180).ms); /* of what is left */
    assert_true(is_owed(t, id, DUTY_ISOLATE));
}

static void a_late_target_is_told_once(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bad_water(1, 45), 0);

    bench_pass(t, 9.9 / 60);
    assert_int_equal(bench_told(t, id, OUT_DUTY_LATE), 0);
    bench_pass(t, 10.1 / 60);
    assert_int_equal(told_late(t, id, DUTY_ASSESS), 1);
    bench_pass(t, 0.6);
    assert_int_equal(told_late(t, id, DUTY_SAMPLE), 1);
    assert_int_equal(told_late(t, id, DUTY_ISOLATE), 0);
    bench_pass(t, 5);
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
        assert_int_equal(told_late(t, id, TARGETS[k]), 1);
}

static void what_is_done_in_time_is_not_told_late(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bad_water(1, 45), 0);

    for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
        assert_taken(bench_step(
            t, id, (struct incident_step){ .kind = STEP_DUTY_DONE, .duty = TARGETS[k], .who = "chi" }, 0.1));
    bench_pass(t, 3);
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++) {
        assert_int_equal(told_late(t, id, TARGETS[k]), 0);
        assert_int_equal(duty(t, id, TARGETS[k])->done.ms, hour(0.1).ms);
        assert_string_equal(duty(t, id, TARGETS[k])->who, "chi");
    }
}

/* ---- what shows that the water was looked at ---- */

static void who_looked_at_the_water_has_assessed_it(void **state)
{
    static const struct {
        struct incident_step step;
        bool shows;
    } CASES[] = {
        { { .kind = STEP_VERIFY }, true },
        { { .kind = STEP_CONFIRM_CLASS, .class = CLASS_WATER_QUALITY }, true },
        { { .kind = STEP_CAUSE, .note = "hết clo", .controllability = CONTROLLABLE }, true },
        { { .kind = STEP_ACKNOWLEDGE }, false },
        { { .kind = STEP_ON_SITE }, false },
        { { .kind = STEP_PROGRESS, .note = "đang đi" }, false },
        { { .kind = STEP_MEASURE, .code = MEASURE_VALVES }, false },
    };
    struct bench *t = *state;

    for (size_t k = 0; k < COUNT_OF(CASES); k++) {
        struct sign s = bad_water(k + 1, 0);
        uint64_t id;
        (void)snprintf(s.site, sizeof s.site, "s%zu", k);
        id = bench_opens(t, s, 0);
        assert_taken(bench_step(t, id, CASES[k].step, 0.1));
        assert_int_equal(is_owed(t, id, DUTY_ASSESS), !CASES[k].shows);
        assert_true(is_owed(t, id, DUTY_SAMPLE) && is_owed(t, id, DUTY_ISOLATE));
        if (CASES[k].shows) {
            assert_string_equal(duty(t, id, DUTY_ASSESS)->who, "an");
            assert_int_equal(duty(t, id, DUTY_ASSESS)->done.ms, hour(0.1).ms);
            assert_false(duty(t, id, DUTY_ASSESS)->waived);
        }
    }
}

static void what_is_said_of_another_part_of_it_shows_nothing(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bad_water(1, 0), 0);
    struct incident_step pump = {
        .kind = STEP_OPEN, .incident = id, .class = CLASS_PLANT_EQUIPMENT, .site = "nmn", .note = "bơm"
    };

    assert_taken(bench_take(t, pump, 0.05).refusal);
    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_VERIFY, .member = bench_find(t, id)->members[1].id },
        0.1));
    assert_true(is_owed(t, id, DUTY_ASSESS));
    assert_taken(bench_step(t, id,
                            (struct incident_step){ .kind = STEP_CONFIRM_CLASS,
                                                    .member = bench_find(t, id)->members[1].id,
                                                    .class = CLASS_PLANT_EQUIPMENT },
                            0.1));
    assert_true(is_owed(t, id, DUTY_ASSESS));
    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_VERIFY, .member = bench_find(t, id)->members[0].id },
        0.1));
    assert_false(is_owed(t, id, DUTY_ASSESS));
}

/* ---- another class ---- */

static enum refusal becomes(struct bench *t, uint64_t id, enum incident_class c, double h)
{
    return bench_step(
        t, id, (struct incident_step){ .kind = STEP_RECLASSIFY, .class = c, .note = "vì vậy", .who = "binh" },
        h);
}

static void another_class_voids_them_and_bad_water_owes_them_anew(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bad_water(1, 0), 0);

    assert_taken(bench_do(t, id, STEP_VERIFY, 0.1));
    assert_taken(becomes(t, id, CLASS_PLANT_EQUIPMENT, 0.2));
    assert_false(duty(t, id, DUTY_ASSESS)->waived); /* it was done */
    assert_true(duty(t, id, DUTY_SAMPLE)->waived && duty(t, id, DUTY_ISOLATE)->waived);
    assert_string_equal(duty(t, id, DUTY_SAMPLE)->who, "binh");
    assert_true(is_owed(t, id, DUTY_CDC)); /* a report that is owed stays so */
    bench_pass(t, 2);
    assert_int_equal(told_late(t, id, DUTY_SAMPLE) + told_late(t, id, DUTY_ISOLATE), 0);
    assert_taken(becomes(t, id, CLASS_WATER_QUALITY, 3));
    assert_int_equal(duty(t, id, DUTY_SAMPLE)->due.ms, hour(3.5).ms);
    assert_false(is_owed(t, id, DUTY_ASSESS));                       /* it was */
    assert_int_equal(duty(t, id, DUTY_ISOLATE)->due.ms, hour(1).ms); /* since it was first seen: it is late */
    assert_int_equal(told_late(t, id, DUTY_ISOLATE), 1);
}

static struct incident_step call_of_bad_water(uint64_t id)
{
    return (struct incident_step){
        .kind = STEP_CALL, .incident = id, .class = CLASS_WATER_QUALITY, .note = "nước đục", .site = "nmn"
    };
}

/* It was no bad water, and then it is: by whatever joins. */
static void bad_water_that_joins_owes_anew_what_another_class_voided(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bad_water(1, 0), 0);

    assert_taken(becomes(t, id, CLASS_PLANT_EQUIPMENT, 0.1));
    assert_taken(bench_take(t, call_of_bad_water(id), 0.3).refusal);
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++) {
        assert_true(is_owed(t, id, TARGETS[k]));
        assert_int_equal(duty(t, id, TARGETS[k])->since.ms, hour(0.3).ms);
    }
    bench_pass(t, 2);
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
        assert_int_equal(told_late(t, id, TARGETS[k]), 1);
}

/* No dosing, then bad water that outlives it and leaves, then bad water again. */
static void so_does_a_second_sign_of_it_after_the_first_left(void **state)
{
    struct bench *t = *state;
    struct sign dose = bench_sign(EVIDENCE_EQUIPMENT, CLASS_PLANT_EQUIPMENT, 7, "nmn", "");
    uint64_t id;

    dose.certain = true;
    id = bench_opens(t, dose, 0);
    assert_int_equal(bench_opens(t, bad_water(1, 0), 0.3), id);
    bench_clears(t, 7, 0.4);
    bench_pass(t, 0.8);
    assert_int_equal(bench_find(t, id)->tie_count, 1); /* the bad water left */
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
        assert_true(duty(t, id, TARGETS[k])->waived);
    assert_int_equal(bench_opens(t, dose, 1), id);
    bench_clears(t, 1, 1.05);
    assert_int_equal(bench_opens(t, bad_water(2, 0), 1.2), id);
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
        assert_true(is_owed(t, id, TARGETS[k]));
    assert_int_equal(duty(t, id, DUTY_ASSESS)->since.ms, hour(1.2).ms);
    t->out_count = 0; /* of the first */
    bench_pass(t, 3);
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
        assert_int_equal(told_late(t, id, TARGETS[k]), 1);
}

/* ---- good again ---- */

static void nobody_is_told_of_targets_for_water_that_is_good_again(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bad_water(1, 0), 0);

    assert_taken(bench_do(t, id, STEP_CAUSE, 0.05)); /* looked at */
    bench_clears(t, 1, 0.1);
    assert_false(is_owed(t, id, DUTY_SAMPLE) || is_owed(t, id, DUTY_ISOLATE));
    assert_true(duty(t, id, DUTY_ISOLATE)->waived && duty(t, id, DUTY_ISOLATE)->voided);
    assert_false(duty(t, id, DUTY_ASSESS)->waived);
    assert_taken(bench_do(t, id, STEP_CLOSE, 0.12));
    bench_pass(t, 3);
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
        assert_int_equal(told_late(t, id, TARGETS[k]), 0);
    assert_int_equal(told_late(t, id, DUTY_CDC), 1); /* what the plan owes it owes of a closed one too */
}

static void who_said_that_it_is_good_again_ended_them(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bad_water(1, 0), 0);
    struct incident_step sample = { .kind = STEP_DUTY_DONE, .duty = DUTY_SAMPLE, .who = "chi" };

    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_RESTORED, .note = "đo lại", .who = "binh" }, 0.1));
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
        assert_string_equal(duty(t, id, TARGETS[k])->who, "binh");
    assert_taken(bench_step(t, id, sample, 0.2)); /* taken all the same: evidence */
    assert_false(duty(t, id, DUTY_SAMPLE)->waived || duty(t, id, DUTY_SAMPLE)->voided);
    assert_string_equal(duty(t, id, DUTY_SAMPLE)->who, "chi");
    assert_refused(bench_step(t, id, sample, 0.3), REFUSED_DUTY_NOT_OWED);
}

static void what_was_missed_before_it_was_good_stays_missed_and_is_silent_once_closed(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bad_water(1, 0), 0);

    bench_pass(t, 0.4);
    assert_int_equal(told_late(t, id, DUTY_ASSESS), 1);
    bench_clears(t, 1, 0.45);
    assert_true(is_owed(t, id, DUTY_ASSESS));
    assert_false(is_owed(t, id, DUTY_SAMPLE) || is_owed(t, id, DUTY_ISOLATE));
    assert_taken(bench_do(t, id, STEP_CAUSE, 0.5));
    assert_taken(bench_do(t, id, STEP_CLOSE, 0.55));
    bench_pass(t, 3);
    assert_int_equal(told_late(t, id, DUTY_SAMPLE) + told_late(t, id, DUTY_ISOLATE), 0);
}

static void water_that_is_bad_again_owes_them_anew(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bad_water(1, 90), 0);

    bench_clears(t, 1, 0.1);
    assert_int_equal(bench_opens(t, bad_water(1, 90), 0.5), id);
    assert_int_equal(duty(t, id, DUTY_ASSESS)->due.ms, minute(40).ms);
    assert_int_equal(duty(t, id, DUTY_SAMPLE)->due.ms, minute(60).ms);
    assert_int_equal(duty(t, id, DUTY_ISOLATE)->due.ms, minute(90).ms); /* since it was first seen */
    assert_true(is_owed(t, id, DUTY_ASSESS));
    bench_clears(t, 1, 0.55);
    assert_taken(bench_do(t, id, STEP_CAUSE, 0.6));
    assert_taken(bench_do(t, id, STEP_CLOSE, 0.7));
    assert_taken(bench_do(t, id, STEP_REOPEN, 2));
    assert_true(is_owed(t, id, DUTY_SAMPLE));
    assert_int_equal(duty(t, id, DUTY_SAMPLE)->due.ms, hour(2.5).ms);
}

static void a_closed_incident_owes_no_target_of_a_sudden(void **state)
{
    struct bench *t = *state;
    struct sign dose = bench_sign(EVIDENCE_EQUIPMENT, CLASS_PLANT_EQUIPMENT, 7, "nmn", "");
    uint64_t id;

    dose.certain = true;
    id = bench_opens(t, dose, 0);
    assert_taken(bench_do(t, id, STEP_CAUSE, 0.1));
    bench_clears(t, 7, 0.2);
    assert_taken(bench_do(t, id, STEP_CLOSE, 0.3));
    bench_pass(t, 30);
    assert_taken(becomes(t, id, CLASS_WATER_QUALITY, 30));
    bench_pass(t, 32);
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++) {
        assert_int_equal(duty(t, id, TARGETS[k])->since.ms, 0);
        assert_int_equal(told_late(t, id, TARGETS[k]), 0);
    }
    assert_int_equal(told_late(t, id, DUTY_CDC), 1);
}

static struct incident_step further_tank(uint64_t id, uint32_t residence_min)
{
    return (struct incident_step){ .kind = STEP_OPEN,
                                   .incident = id,
                                   .class = CLASS_WATER_QUALITY,
                                   .site = "far",
                                   .residence_ms = residence_min * MINUTE,
                                   .note = "mùi lạ" };
}

static void of_several_tanks_those_that_are_bad_hold(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bad_water(1, 30), 0);

    assert_taken(bench_take(t, further_tank(id, 240), 0.05).refusal);
    bench_clears(t, 1, 0.2);
    assert_int_equal(duty(t, id, DUTY_ISOLATE)->due.ms, hour(0.05).ms + 240 * MINUTE);
    bench_pass(t, 2);
    assert_int_equal(told_late(t, id, DUTY_ISOLATE), 0);
    bench_pass(t, 5);
    assert_int_equal(told_late(t, id, DUTY_ISOLATE), 1);
}

/* Told as late, due later, late again: on either side of the split. */
static void a_target_that_is_due_later_after_all_may_be_late_again(void **state)
{
    struct bench *t = *state;

    for (unsigned leaves = 0; leaves < 2; leaves++) {
        struct sign s = bad_water(1 + leaves, 30);
        uint64_t id, part, longer;
        double h = leaves * 12;
        (void)snprintf(s.site, sizeof s.site, "s%u", leaves);
        id = bench_opens(t, s, h);
        assert_taken(bench_take(t, further_tank(id, 240), h + 0.05).refusal);
        bench_pass(t, h + 0.6);
        assert_int_equal(told_late(t, id, DUTY_ISOLATE), 1);
        assert_taken(bench_step(t, id,
                                (struct incident_step){ .kind = STEP_UNLINK,
                                                        .member = bench_find(t, id)->members[leaves].id,
                                                        .note = "khác" },
                                h + 0.7));
        part = bench_find(t, id)->ties[0].incident;
        longer = leaves == 1 ? part : id;
        assert_int_equal(duty(t, longer, DUTY_ISOLATE)->due.ms, hour(h + 0.05).ms + 240 * MINUTE);
        assert_false(duty(t, longer, DUTY_ISOLATE)->told_late);
        bench_pass(t, h + 5);
        assert_int_equal(told_late(t, id, DUTY_ISOLATE) + told_late(t, part, DUTY_ISOLATE), 2);
        assert_int_equal(told_late(t, longer, DUTY_ISOLATE), leaves == 1 ? 1 : 2);
    }
}

/* ---- a clock that becomes true ---- */

static void a_clock_that_becomes_true_moves_what_it_made_owed(void **state)
{
    static const double STEPS[] = { 48, -24 };
    struct bench *t = *state;

    for (size_t n = 0; n < COUNT_OF(STEPS); n++) {
        struct sign s = bad_water(n + 1, 240);
        double wrong = 100 * (double)n + 30, now = wrong + STEPS[n];
        uint64_t id;
        (void)snprintf(s.site, sizeof s.site, "s%zu", n);
        s.unsure = true;
        id = bench_opens(t, s, wrong);
        assert_taken(bench_step(t, id, (struct incident_step){ .kind = STEP_DUTY_DONE, .duty = DUTY_SAMPLE },
                                wrong + 0.02));
        bench_pass(t, wrong + 0.05);
        incidents_clock_true(t->b, (int64_t)(STEPS[n] * CLOCK_HOUR_MS), hour(now + 0.05));
        t->now = hour(now + 0.05);
        bench_listen(t);
        assert_int_equal(duty(t, id, DUTY_ASSESS)->since.ms, hour(now).ms);
        assert_int_equal(duty(t, id, DUTY_ASSESS)->due.ms, hour(now).ms + 10 * MINUTE);
        assert_int_equal(duty(t, id, DUTY_SAMPLE)->done.ms, hour(now + 0.02).ms);
        assert_int_equal(duty(t, id, DUTY_SAMPLE)->recorded.ms, hour(now + 0.02).ms);
        assert_int_equal(duty(t, id, DUTY_ISOLATE)->due.ms, hour(now + 4).ms);
        assert_int_equal(duty(t, id, DUTY_CDC)->due.ms, hour(now + 0.5).ms);
        assert_int_equal(bench_told(t, id, OUT_DUTY_LATE), 0); /* none is, by the true clock */
        bench_pass(t, now + 0.2);
        assert_int_equal(told_late(t, id, DUTY_ASSESS), 1);
        bench_pass(t, now + 5);
        assert_int_equal(told_late(t, id, DUTY_ISOLATE), 1);
    }
}

static void what_was_owed_before_by_a_true_clock_stays(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bad_water(1, 0), 10);
    struct incident_step more = call_of_bad_water(id);
    int64_t due = duty(t, id, DUTY_SAMPLE)->due.ms;

    more.unsure = true;
    assert_taken(bench_take(t, more, 10.1).refusal);
    incidents_clock_true(t->b, (int64_t)-CLOCK_MINUTE_MS, hour(10.1));
    assert_int_equal(duty(t, id, DUTY_SAMPLE)->due.ms, due);
}

static void what_somebody_waived_by_its_name_stays_waived(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bad_water(1, 0), 0);

    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_DUTY_WAIVE, .duty = DUTY_ISOLATE, .note = "bể cạn" },
        0.1));
    assert_taken(becomes(t, id, CLASS_PLANT_EQUIPMENT, 0.2));
    assert_taken(becomes(t, id, CLASS_WATER_QUALITY, 0.3));
    assert_true(duty(t, id, DUTY_ISOLATE)->waived);
    assert_true(is_owed(t, id, DUTY_SAMPLE));
}

static void a_class_that_is_confirmed_as_bad_water_owes_them_and_is_assessed(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    assert_false(is_owed(t, id, DUTY_SAMPLE));
    assert_taken(bench_step(t, id,
                            (struct incident_step){ .kind = STEP_CONFIRM_CLASS,
                                                    .class = CLASS_WATER_QUALITY,
                                                    .note = "nước đục" },
                            0.5));
    assert_true(is_owed(t, id, DUTY_SAMPLE) && is_owed(t, id, DUTY_ISOLATE));
    assert_int_equal(duty(t, id, DUTY_ASSESS)->done.ms, hour(0.5).ms);
}

/* ---- parts ---- */

static uint64_t with_a_pump(struct bench *t)
{
    uint64_t id = bench_opens(t, bad_water(1, 0), 0);
    struct incident_step pump = {
        .kind = STEP_OPEN, .incident = id, .class = CLASS_PLANT_EQUIPMENT, .site = "nmn", .note = "bơm"
    };

    assert_taken(bench_take(t, pump, 0.05).refusal);
    return id;
}

/* Taking it apart wins no time. */
static void they_go_where_the_bad_water_goes(void **state)
{
    struct bench *t = *state;
    uint64_t id = with_a_pump(t), part;

    assert_taken(bench_do(t, id, STEP_VERIFY, 0.1));
    assert_taken(bench_step(t, id,
                            (struct incident_step){ .kind = STEP_UNLINK,
                                                    .member = bench_find(t, id)->members[0].id,
                                                    .note = "khác" },
                            0.4));
    part = bench_find(t, id)->ties[0].incident;
    assert_int_equal(duty(t, part, DUTY_SAMPLE)->due.ms, hour(0.5).ms);
    assert_int_equal(duty(t, part, DUTY_ISOLATE)->due.ms, hour(1).ms);
    assert_false(is_owed(t, part, DUTY_ASSESS)); /* it was done before */
    assert_true(duty(t, id, DUTY_SAMPLE)->waived);
    bench_pass(t, 2);
    assert_int_equal(told_late(t, part, DUTY_SAMPLE), 1);
    assert_int_equal(told_late(t, id, DUTY_SAMPLE), 0);
}

/* Why it is not needed goes with it, and holds there as it did here. */
static void what_somebody_waived_goes_with_its_reason(void **state)
{
    struct bench *t = *state;
    uint64_t id = with_a_pump(t), part;
    const struct fact *why;

    assert_taken(bench_step(
        t, id,
        (struct incident_step){
            .kind = STEP_DUTY_WAIVE, .duty = DUTY_SAMPLE, .note = "đã lấy mẫu sáng nay", .key = 77 },
        0.06));
    assert_taken(bench_step(t, id,
                            (struct incident_step){ .kind = STEP_UNLINK,
                                                    .member = bench_find(t, id)->members[0].id,
                                                    .note = "khác" },
                            0.1));
    part = bench_find(t, id)->ties[0].incident;
    why = incident_last_fact(bench_find(t, part), FACT_DUTY_WAIVED);
    assert_non_null(why);
    assert_string_equal(why->note, "đã lấy mẫu sáng nay");
    assert_int_equal(why->detail, DUTY_SAMPLE);
    assert_int_equal(why->key, 0); /* that step was told to the other one */
    assert_taken(becomes(t, part, CLASS_PLANT_EQUIPMENT, 0.2));
    assert_taken(becomes(t, part, CLASS_WATER_QUALITY, 0.3));
    assert_true(duty(t, part, DUTY_SAMPLE)->waived);
    assert_true(is_owed(t, part, DUTY_ISOLATE));
}

static void what_leaves_without_it_has_none(void **state)
{
    struct bench *t = *state;
    uint64_t id = with_a_pump(t), part;

    assert_taken(bench_step(t, id,
                            (struct incident_step){ .kind = STEP_UNLINK,
                                                    .member = bench_find(t, id)->members[1].id,
                                                    .note = "khác" },
                            0.1));
    part = bench_find(t, id)->ties[0].incident;
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++) {
        assert_int_equal(duty(t, part, TARGETS[k])->since.ms, 0);
        assert_true(is_owed(t, id, TARGETS[k]));
    }
}

static void merging_keeps_the_earlier_and_what_is_still_owed(void **state)
{
    struct bench *t = *state;
    struct sign later = bad_water(2, 0);
    uint64_t one = bench_opens(t, bad_water(1, 0), 0), two;

    (void)snprintf(later.site, sizeof later.site, "far");
    two = bench_opens(t, later, 0.2);
    assert_taken(becomes(t, two, CLASS_PLANT_EQUIPMENT, 0.25)); /* waived there */
    assert_taken(bench_step(t, two, (struct incident_step){ .kind = STEP_MERGE, .other = one }, 0.3));
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
        assert_true(is_owed(t, two, TARGETS[k]));
    assert_int_equal(duty(t, two, DUTY_SAMPLE)->due.ms, hour(0.5).ms);
    assert_int_equal(duty(t, two, DUTY_ISOLATE)->due.ms, hour(1).ms);
}

static uint64_t elsewhere(struct bench *t, double h)
{
    struct sign s = bad_water(2, 0);

    (void)snprintf(s.site, sizeof s.site, "far");
    return bench_opens(t, s, h);
}

static void what_was_done_for_the_other_is_done_for_one_that_waived_it(void **state)
{
    static const enum duty_kind KINDS[] = { DUTY_SAMPLE, DUTY_CDC };
    struct bench *t = *state;
    uint64_t one = bench_opens(t, bad_water(1, 0), 0), two = elsewhere(t, 0.05);

    for (size_t k = 0; k < COUNT_OF(KINDS); k++) {
        assert_taken(bench_step(
            t, one, (struct incident_step){ .kind = STEP_DUTY_WAIVE, .duty = KINDS[k], .note = "thôi" },
            0.1));
        assert_taken(bench_step(
            t, two, (struct incident_step){ .kind = STEP_DUTY_DONE, .duty = KINDS[k], .who = "chi" }, 0.2));
    }
    assert_taken(bench_step(t, one, (struct incident_step){ .kind = STEP_MERGE, .other = two }, 0.3));
    for (size_t k = 0; k < COUNT_OF(KINDS); k++) {
        assert_false(duty(t, one, KINDS[k])->waived);
        assert_string_equal(duty(t, one, KINDS[k])->who, "chi");
        assert_int_equal(duty(t, one, KINDS[k])->done.ms, hour(0.2).ms);
    }
}

static void times_of_what_is_void_are_nobodys(void **state)
{
    struct bench *t = *state;
    uint64_t old = bench_opens(t, bad_water(1, 0), 0), id;

    assert_taken(becomes(t, old, CLASS_PLANT_EQUIPMENT, 0.05));
    id = elsewhere(t, 2);
    assert_taken(bench_step(t, id, (struct incident_step){ .kind = STEP_MERGE, .other = old }, 2.1));
    assert_int_equal(duty(t, id, DUTY_SAMPLE)->due.ms, hour(2.5).ms);
    assert_int_equal(told_late(t, id, DUTY_SAMPLE), 0);
}

/* Either way round: who said that the effect is not large meant the report of it. */
static void merging_keeps_that_the_effect_is_not_large(void **state)
{
    const struct incident_step many = { .kind = STEP_IMPACT, .impact = { .people = 900 } };
    struct bench *t = *state;

    for (unsigned n = 0; n < 2; n++) {
        uint64_t said = bench_pressure(t, 1 + 2 * n, n == 0 ? "z1" : "z3", n * 10);
        uint64_t other = bench_pressure(t, 2 + 2 * n, n == 0 ? "z2" : "z4", n * 10);
        uint64_t into = n == 0 ? said : other, from = n == 0 ? other : said;
        double h = n * 10;
        const struct duty *d;
        bench_tick(t, h + 0.1);
        assert_taken(bench_step(t, said, many, h + 0.2));
        assert_taken(bench_step(t, other, many, h + 0.2));
        assert_taken(bench_step(
            t, said, (struct incident_step){ .kind = STEP_LARGE, .large = LARGE_SAID_NO, .note = "bể đầy" },
            h + 0.25));
        assert_taken(
            bench_step(t, into, (struct incident_step){ .kind = STEP_MERGE, .other = from }, h + 0.3));
        bench_pass(t, h + 2);
        d = duty(t, into, DUTY_REPORT_LARGE_EFFECT);
        assert_int_equal(bench_find(t, into)->large_said, LARGE_SAID_NO);
        assert_true(d->waived && !d->voided);
        assert_int_equal(d->done.ms, hour(h + 0.25).ms);
        assert_int_equal(told_late(t, into, DUTY_REPORT_LARGE_EFFECT), 0);
    }
}

/* What the one need not report the other must: a law is not merged away. */
static void merging_loses_nothing_that_the_plan_owes(void **state)
{
    struct bench *t = *state;
    uint64_t one = bench_opens(t, bad_water(1, 0), 0), two = elsewhere(t, 0.05);

    assert_taken(bench_step(
        t, one, (struct incident_step){ .kind = STEP_DUTY_WAIVE, .duty = DUTY_CDC, .note = "máy đo" }, 0.1));
    assert_taken(bench_step(t, one, (struct incident_step){ .kind = STEP_MERGE, .other = two }, 0.2));
    assert_true(is_owed(t, one, DUTY_CDC));
}

/* ---- drills, and earlier versions ---- */

static void a_drill_has_them_too_and_says_so(void **state)
{
    struct bench *t = *state;
    struct sign s = bad_water(1, 0);
    uint64_t id;

    s.drill = true;
    id = bench_opens(t, s, 0);
    bench_pass(t, 0.25);
    assert_int_equal(told_late(t, id, DUTY_ASSESS), 1);
    for (size_t k = 0; k < t->out_count; k++)
        assert_true(t->out[k].drill);
}

/* Of bad water, as an earlier version that knew no target left it. */
static void put_an_old_one(struct bench *t, uint64_t like)
{
    struct incident *old = calloc(1, sizeof *old);
    struct strbuf b;

    assert_non_null(old);
    *old = *bench_find(t, like);
    old->id = 900;
    for (size_t k = 0; k < old->member_count; k++)
        old->members[k].id = 901 + k;
    old->duty_kinds = DUTY_ASSESS;
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
        old->duties[TARGETS[k]] = (struct duty){ 0 };
    strbuf_init(&b, INCIDENT_BYTES_MAX);
    incident_write(&b, old);
    assert_int_equal(incidents_put(t->b, b.text, b.len), ERR_NONE);
    strbuf_clear(&b);
    free(old);
}

/* It goes on as it was. */
static void one_of_an_earlier_version_does_not_owe_them_of_a_sudden(void **state)
{
    struct bench *t = *state;

    put_an_old_one(t, bench_opens(t, bad_water(1, 0), 0));
    bench_pass(t, 2);
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
        assert_int_equal(duty(t, 900, TARGETS[k])->since.ms, 0);
    assert_int_not_equal(duty(t, 900, DUTY_CDC)->since.ms, 0);
}

static void nor_when_it_becomes_one_with_a_newer(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bad_water(1, 0), 0), newer, later;

    put_an_old_one(t, id);
    newer = bench_pressure(t, 3, "z1", 5);
    bench_pass(t, 5.2);
    assert_taken(bench_step(t, newer, (struct incident_step){ .kind = STEP_MERGE, .other = 900 }, 5.3));
    bench_pass(t, 7);
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
        assert_int_equal(duty(t, newer, TARGETS[k])->since.ms, 0);
    later = bench_pressure(t, 4, "z9", 8); /* what was no bad water then knows all, also of what comes */
    assert_taken(bench_step(t, later, (struct incident_step){ .kind = STEP_MERGE, .other = id }, 8.1));
    assert_int_equal(bench_find(t, later)->duty_kinds, DUTY_COUNT);
}

/* ---- beyond control ---- */

static void that_it_is_beyond_control_is_told_at_once_and_once(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0), within = bench_pressure(t, 2, "z2", 0);
    struct incident_step s = { .kind = STEP_CAUSE, .note = "sạt lở", .controllability = BEYOND_CONTROL };
    char key[OUTGOING_KEY_MAX];

    bench_tick(t, 0.1);
    assert_taken(bench_do(t, within, STEP_CAUSE, 1));
    assert_int_equal(bench_told(t, within, OUT_BEYOND_CONTROL), 0);
    assert_taken(bench_step(t, id, s, 1));
    assert_int_equal(bench_told(t, id, OUT_BEYOND_CONTROL), 1);
    assert_int_equal(t->out[t->out_count - 1].kind, OUT_BEYOND_CONTROL);
    assert_int_equal(t->out[t->out_count - 1].at.ms, hour(1).ms);
    outgoing_key(&t->out[t->out_count - 1], key);
    assert_non_null(strstr(key, "/beyond_control/0"));
    s.controllability = CONTROLLABLE;
    assert_taken(bench_step(t, id, s, 1.1));
    s.controllability = BEYOND_CONTROL;
    assert_taken(bench_step(t, id, s, 1.2));
    bench_pass(t, 3);
    assert_int_equal(bench_told(t, id, OUT_BEYOND_CONTROL), 1);
    assert_taken(bench_step(t, within, (struct incident_step){ .kind = STEP_MERGE, .other = id }, 3.1));
    bench_pass(t, 4);
    assert_int_equal(bench_told(t, within, OUT_BEYOND_CONTROL), 0); /* they heard of it */
}

/* Where the outbox had no room, it is owed. */
static void it_waits_for_room_in_the_outbox(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    struct incident_step s = {
        .kind = STEP_CAUSE, .incident = id, .who = "an", .note = "lũ", .controllability = BEYOND_CONTROL
    };
    struct outgoing out;

    bench_tick(t, 0.1);
    for (unsigned n = 0; n < 60; n++) { /* and nobody listens */
        struct sign q = bad_water(100 + n, 0);
        (void)snprintf(q.site, sizeof q.site, "s%u", n);
        q.at = hour(0.2);
        assert_taken(incidents_sign(t->b, &q, hour(0.2)).refusal);
    }
    for (int n = 1; n < 120; n++)
        incidents_tick(t->b, hour(n * 0.5));
    assert_taken(incidents_step(t->b, &s, hour(60)).refusal);
    while (incidents_take_out(t->b, &out, 1) == 1)
        assert_int_not_equal(out.kind, OUT_BEYOND_CONTROL);
    t->now = hour(60.1);
    incidents_tick(t->b, t->now);
    bench_listen(t);
    assert_int_equal(bench_told(t, id, OUT_BEYOND_CONTROL), 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)
    const struct CMUnitTest tests[] = {
        T(every_class_owes_what_the_table_says_when_it_opens),
        T(no_other_class_ever_has_the_targets_of_bad_water),
        T(a_target_is_told_apart_from_what_the_law_owes),
        T(bad_water_is_assessed_sampled_and_isolated_in_minutes),
        T(the_tank_runs_from_when_it_was_first_seen),
        T(the_shortest_tank_of_what_is_bad_holds),
        T(a_late_target_is_told_once),
        T(what_is_done_in_time_is_not_told_late),
        T(who_looked_at_the_water_has_assessed_it),
        T(what_is_said_of_another_part_of_it_shows_nothing),
        T(another_class_voids_them_and_bad_water_owes_them_anew),
        T(bad_water_that_joins_owes_anew_what_another_class_voided),
        T(so_does_a_second_sign_of_it_after_the_first_left),
        T(nobody_is_told_of_targets_for_water_that_is_good_again),
        T(who_said_that_it_is_good_again_ended_them),
        T(what_was_missed_before_it_was_good_stays_missed_and_is_silent_once_closed),
        T(water_that_is_bad_again_owes_them_anew),
        T(a_closed_incident_owes_no_target_of_a_sudden),
        T(of_several_tanks_those_that_are_bad_hold),
        T(a_target_that_is_due_later_after_all_may_be_late_again),
        T(a_clock_that_becomes_true_moves_what_it_made_owed),
        T(what_was_owed_before_by_a_true_clock_stays),
        T(what_somebody_waived_by_its_name_stays_waived),
        T(a_class_that_is_confirmed_as_bad_water_owes_them_and_is_assessed),
        T(they_go_where_the_bad_water_goes),
        T(what_somebody_waived_goes_with_its_reason),
        T(what_leaves_without_it_has_none),
        T(merging_keeps_the_earlier_and_what_is_still_owed),
        T(what_was_done_for_the_other_is_done_for_one_that_waived_it),
        T(times_of_what_is_void_are_nobodys),
        T(merging_keeps_that_the_effect_is_not_large),
        T(merging_loses_nothing_that_the_plan_owes),
        T(a_drill_has_them_too_and_says_so),
        T(one_of_an_earlier_version_does_not_owe_them_of_a_sudden),
        T(nor_when_it_becomes_one_with_a_newer),
        T(that_it_is_beyond_control_is_told_at_once_and_once),
        T(it_waits_for_room_in_the_outbox),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
