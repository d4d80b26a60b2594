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

/* One that an earlier version opened owes what that knew, and goes on so. */
static void one_of_an_earlier_version_does_not_owe_them_of_a_sudden(void **state)
{
    struct bench *t = *state;
    struct incident *old = calloc(1, sizeof *old);
    struct strbuf b;
    uint64_t id = bench_opens(t, bad_water(1, 0), 0);

    assert_non_null(old);
    *old = *bench_find(t, id);
    old->id = 900;
    old->duty_kinds = DUTY_ASSESS;
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
        old->duties[TARGETS[k]] = (struct duty){ 0 };
    strbuf_init(&b, INCIDENT_BYTES_MAX);
    incident_write(&b, old);
    assert_int_equal(incidents_put(t->b, b.text, b.len), ERR_NONE);
    bench_pass(t, 2);
    for (size_t k = 0; k < COUNT_OF(TARGETS); k++)
        assert_int_equal(duty(t, 900, TARGETS[k])->since.ms, 0);
    assert_int_not_equal(duty(t, 900, DUTY_CDC)->since.ms, 0);
    strbuf_clear(&b);
    free(old);
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
        T(what_somebody_waived_by_its_name_stays_waived),
        T(a_class_that_is_confirmed_as_bad_water_owes_them_and_is_assessed),
        T(they_go_where_the_bad_water_goes),
        T(what_leaves_without_it_has_none),
        T(merging_keeps_the_earlier_and_what_is_still_owed),
        T(a_drill_has_them_too_and_says_so),
        T(one_of_an_earlier_version_does_not_owe_them_of_a_sudden),
        T(that_it_is_beyond_control_is_told_at_once_and_once),
        T(it_waits_for_room_in_the_outbox),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
