/* The algebra of clocks: every row is done to a book, and what came out is held to it. */
#include "bench.h"

static const struct incident_step LOOSER = { .kind = STEP_RECLASSIFY,
                                             .class = CLASS_DISTRIBUTION_MAIN,
                                             .note = "D200" };
static const struct incident_step STRICTER = { .kind = STEP_RECLASSIFY, .class = CLASS_SERVICE_NETWORK };

/* What one act is tried on: two incidents with a past, in one of which there is something to take out. */
struct trial {
    struct bench *t;
    uint64_t id, other;
    struct incident_clock before, with;
    uint8_t had, other_had;
};

static uint8_t told_of(const struct bench *t, uint64_t id)
{
    return bench_find(t, id)->warned | bench_find(t, id)->passed;
}

static uint64_t a_call(struct bench *t, uint64_t into, uint64_t call, double since, double h)
{
    struct incident_step s = {
        .kind = STEP_CALL, .incident = into, .other = call, .class = CLASS_SERVICE_NETWORK
    };

    s.claimed = hour(since);
    return bench_take(t, s, h).incident;
}

static uint64_t last_member(const struct bench *t, uint64_t id)
{
    return bench_find(t, id)->members[bench_find(t, id)->member_count - 1].id;
}

/* The act at hour 9; the part that leaves or the incident that changed is given back. */
static uint64_t act(struct trial *r, enum clock_act what)
{
    struct bench *t = r->t;
    uint64_t leaves = last_member(t, r->id);
    struct incident_step s = {
        .kind = STEP_SPLIT, .note = "hai chỗ vỡ", .members = &leaves, .member_count = 1
    };

    switch (what) {
    case ACT_LINK: (void)a_call(t, r->id, 900, -4, 9); return r->id;
    case ACT_UNLINK:
    case ACT_UNLINKED:
        assert_taken(bench_step(
            t, r->id, (struct incident_step){ .kind = STEP_UNLINK, .member = leaves, .note = "nhầm" }, 9));
        break;
    case ACT_SPLIT:
    case ACT_SPLIT_OFF: assert_taken(bench_step(t, r->id, s, 9)); break;
    case ACT_MERGE:
        assert_taken(
            bench_step(t, r->id, (struct incident_step){ .kind = STEP_MERGE, .other = r->other }, 9));
        return r->id;
    case ACT_STRICTER: assert_taken(bench_step(t, r->other, STRICTER, 9)); return r->other;
    case ACT_LOOSER: assert_taken(bench_step(t, r->id, LOOSER, 9)); return r->id;
    case ACT_REOPEN: assert_taken(bench_do(t, r->id, STEP_REOPEN, 9)); return r->id;
    case ACT_APPROVE: assert_taken(bench_do(t, r->id, STEP_APPROVE, 9)); return r->id;
    case ACT_BACKDATE:
        assert_taken(
            bench_step(t, r->id, (struct incident_step){ .kind = STEP_BACKDATE, .claimed = hour(-5) }, 9));
        return r->id;
    case ACT_COUNT: break;
    }
    if (what == ACT_UNLINK || what == ACT_SPLIT)
        return r->id;
    return bench_find(t, r->id)->ties[0].incident;
}

static void prepare(struct trial *r, enum clock_act what)
{
    struct bench *t = r->t;

    r->id = bench_pressure(t, 1, "z1", 0);
    r->other = bench_opens(t, bench_sign(EVIDENCE_PUMP, CLASS_PLANT_EQUIPMENT, 2, "s9", "z9"), 1);
    bench_tick(t, 1.1);
    (void)a_call(t, r->id, 800, -2, 2); /* what leaves: it was earlier */
    assert_taken(bench_do(t, r->id, STEP_PROPOSE, 3));
    bench_pass(t, 8);
    if (what == ACT_REOPEN) {
        bench_clears(t, 1, 8.1);
        assert_taken(bench_do(t, r->id, STEP_RESTORED, 8.1));
        assert_taken(bench_do(t, r->id, STEP_CAUSE, 8.2));
        assert_taken(bench_step(
            t, r->id, (struct incident_step){ .kind = STEP_CONFIRM_CLASS, .class = CLASS_SERVICE_NETWORK },
            8.2));
        assert_taken(bench_do(t, r->id, STEP_CLOSE, 8.3));
    }
    bench_tick(t, 9);
    r->had = told_of(t, what == ACT_STRICTER ? r->other : r->id);
    r->other_had = told_of(t, r->other);
    r->before = bench_clock(t, what == ACT_STRICTER ? r->other : r->id);
    r->with =
        what == ACT_MERGE ? bench_clock(t, r->other) : member_clock(&bench_find(t, r->id)->members[1], NULL);
}

static void every_row_of_the_table_is_what_happens(void **state)
{
    for (enum clock_act what = 0; what < ACT_COUNT; what++) {
        struct trial r;
        struct incident_clock after;
        uint64_t id;
        size_t told, sums = 0;

        assert_int_equal(bench_tear_down(state), 0);
        assert_int_equal(bench_set_up(state), 0);
        r = (struct trial){ .t = *state };
        prepare(&r, what);
        told = r.t->out_count;
        id = act(&r, what);
        after = bench_clock(r.t, id);
        print_message("%s\n", clock_row(what)->name);
        assert_true(clock_row_holds(what, &r.before, &r.with, &after));
        /* what was sent is not sent again, and what newly passed came in one message */
        bench_tick(r.t, 9);
        bench_tick(r.t, 9.02); /* a part is told after its 30 s */
        for (size_t k = told; k < r.t->out_count; k++) {
            const struct outgoing *o = &r.t->out[k];
            assert_true(o->kind != OUT_WARNING && o->kind != OUT_OVERDUE);
            if (o->kind == OUT_PASSED)
                assert_int_equal(o->mask & r.had, 0);
            sums += o->kind == OUT_PASSED;
        }
        assert_true(sums <= 1);
        if (what != ACT_REOPEN)
            assert_int_equal(warnings_passed(&after, hour(9)) & (uint8_t)~told_of(r.t, id), 0);
    }
}

static void every_row_has_its_words(void **state)
{
    (void)state;
    for (enum clock_act what = 0; what < ACT_COUNT; what++) {
        const struct clock_row *row = clock_row(what);
        assert_true(row->name != NULL && row->why != NULL);
        assert_string_not_equal(clock_effect_words(row->start), "unknown");
        assert_string_not_equal(warning_effect_words(row->warnings), "unknown");
    }
}

static void what_has_no_legal_limit_starts_no_legal_clock(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bench_sign(EVIDENCE_POWER, CLASS_POWER_SUPPLY, 1, "s1", "z1"), 0);

    bench_tick(t, 0.1);
    assert_false(bench_clock(t, id).legal);
    bench_pass(t, 20); /* the target's half and three quarters were told */
    assert_int_equal(bench_told(t, id, OUT_WARNING), 2);
    assert_int_equal(bench_pressure(t, 2, "z1", 20), id);
    assert_true(bench_clock(t, id).legal);
    assert_int_equal(bench_clock(t, id).start.ms, hour(20).ms);
    assert_int_equal(bench_clock(t, id).due.ms, hour(32).ms);
    assert_int_equal(incident_began(bench_find(t, id)).ms, hour(0).ms);
    assert_int_equal(incident_on_time(bench_find(t, id), t->now), ON_TIME_RUNNING);
    bench_pass(t, 26.1); /* and the law's are told all the same */
    assert_int_equal(bench_told(t, id, OUT_WARNING), 3);
    assert_int_equal(bench_told(t, id, OUT_PASSED), 0);
    bench_clears(t, 2, 27);
    assert_int_equal(incident_on_time(bench_find(t, id), t->now), ON_TIME_YES);
    assert_int_equal(bench_clock(t, id).due.ms, hour(24).ms); /* the target's own, over since */
    bench_pass(t, 27.1);
    assert_int_equal(bench_find(t, id)->passed, (WARN_90 | WARN_100) << WARN_TARGET);
}

static void a_late_cause_gives_its_consequence_no_other_start(void **state)
{
    struct bench *t = *state;
    struct sign pump = bench_sign(EVIDENCE_PUMP, CLASS_PLANT_EQUIPMENT, 1, "s1", "z1");
    struct sign power = bench_sign(EVIDENCE_POWER, CLASS_POWER_SUPPLY, 2, "s1", "z1");
    uint64_t id = bench_opens(t, pump, 0);
    struct incident_step since = { .kind = STEP_BACKDATE };

    assert_int_equal(bench_opens(t, power, 0.2), id);
    since.member = last_member(t, id);
    since.claimed = hour(-3); /* the mains were away long before */
    assert_taken(bench_step(t, id, since, 0.3));
    assert_int_equal(bench_clock(t, id).start.ms, hour(0).ms);
    since = (struct incident_step){ .kind = STEP_BACKDATE, .claimed = hour(-1) };
    assert_taken(bench_step(t, id, since, 0.4)); /* of what is shown, that is of the pump */
    assert_int_equal(bench_clock(t, id).start.ms, hour(-1).ms);
    assert_int_equal(bench_clock(t, id).due.ms, hour(23).ms);
}

static void a_row_that_does_not_hold_is_seen(void **state)
{
    const struct incident_clock at0 = { hour(0), hour(12), 12 * CLOCK_HOUR_MS, CLASS_SERVICE_NETWORK, true };
    const struct incident_clock at1 = { hour(1), hour(13), 12 * CLOCK_HOUR_MS, CLASS_SERVICE_NETWORK, true };
    struct incident_clock torn = at0;

    (void)state;
    torn.due = hour(11);
    assert_true(clock_row_holds(ACT_BACKDATE, &at1, &at1, &at0));
    assert_false(clock_row_holds(ACT_BACKDATE, &at0, &at0, &at1));
    assert_false(clock_row_holds(ACT_APPROVE, &at0, &at0, &at1));
    assert_false(clock_row_holds(ACT_UNLINK, &at1, &at1, &at0));
    assert_false(clock_row_holds(ACT_MERGE, &at0, &at1, &at1));
    assert_false(clock_row_holds(ACT_APPROVE, &at0, &at0, &torn));
}

static void the_page_has_the_same_table(void **state)
{
    static char page[64 * 1024];
    FILE *f = fopen(INCIDENTS_PAGE, "r");
    size_t n;

    (void)state;
    assert_non_null(f);
    n = fread(page, 1, sizeof page - 1, f);
    page[n] = '\0';
    (void)fclose(f);
    for (enum clock_act what = 0; what < ACT_COUNT; what++) {
        const struct clock_row *row = clock_row(what);
        char line[400];
        (void)snprintf(line, sizeof line, "| %s | %s | %s | %s | %s | %s |\n", row->name,
                       clock_effect_words(row->start), clock_effect_words(row->limit),
                       clock_effect_words(row->due), warning_effect_words(row->warnings), row->why);
        if (strstr(page, line) == NULL)
            print_error("docs/incidents.md wants: %s", line);
        assert_non_null(strstr(page, line));
    }
    for (enum incident_class c = 0; c < CLASS_COUNT; c++) {
        const struct incident_limit *l = incident_limit(c);
        char line[200];
        (void)snprintf(line, sizeof line, "| `%s` | %s | %d h | %s |", l->name, l->name_vi,
                       (int)(l->limit_ms / CLOCK_HOUR_MS), l->legal ? "law" : "target");
        if (strstr(page, line) == NULL)
            print_error("docs/incidents.md wants: %s\n", line);
        assert_non_null(strstr(page, line));
    }
}

/* ---------------------------------------------------------------- warnings */

static void warnings_come_once_each_at_50_75_90_and_100(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    static const double HOURS[] = { 6, 9, 10.8, 12 };

    for (unsigned n = 0; n < 4; n++) {
        bench_pass(t, HOURS[n] - 0.01);
        assert_int_equal(bench_told(t, id, OUT_WARNING), n < 3 ? n : 3);
        assert_int_equal(bench_told(t, id, OUT_OVERDUE), 0);
        bench_pass(t, HOURS[n]);
    }
    bench_pass(t, 40);
    assert_int_equal(bench_told(t, id, OUT_WARNING), 3);
    assert_int_equal(bench_told(t, id, OUT_OVERDUE), 1);
    assert_int_equal(bench_told(t, id, OUT_PASSED), 0);
}

static void what_passed_while_down_is_one_message_for_all(void **state)
{
    struct bench *t = *state;
    uint64_t one = bench_pressure(t, 1, "z1", 0), two = bench_pressure(t, 2, "z2", 0.5);
    uint64_t safe = bench_opens(t, bench_sign(EVIDENCE_POWER, CLASS_POWER_SUPPLY, 3, "s3", ""), 0.5);
    size_t told;

    bench_tick(t, 0.6);
    told = t->out_count;
    t->now = hour(11);
    incidents_resume(t->b, t->now);
    bench_listen(t);
    bench_pass(t, 11.1);
    assert_int_equal(t->out_count, told + 1);
    assert_int_equal(t->out[told].kind, OUT_DIGEST);
    assert_int_equal(t->out[told].count, 2);
    assert_int_equal(t->out[told].mask, WARN_50 | WARN_75 | WARN_90);
    assert_int_equal(bench_find(t, one)->passed, WARN_50 | WARN_75 | WARN_90);
    assert_int_equal(bench_find(t, two)->passed, WARN_50 | WARN_75);
    assert_int_equal(told_of(t, safe), 0);
    bench_pass(t, 12.6);
    assert_int_equal(bench_told(t, one, OUT_OVERDUE), 1);
}

static void what_either_had_told_is_not_told_by_both_merged(void **state)
{
    struct bench *t = *state;
    uint64_t one = bench_pressure(t, 1, "z1", 0), two = bench_pressure(t, 2, "z2", 4);
    size_t told;

    bench_tick(t, 4.1);
    bench_pass(t, 9.5); /* one: 50 and 75 % */
    told = t->out_count;
    assert_taken(bench_step(t, two, (struct incident_step){ .kind = STEP_MERGE, .other = one }, 9.5));
    bench_pass(t, 10.7);
    for (size_t k = told; k < t->out_count; k++)
        assert_int_equal(t->out[k].kind, OUT_DUE_MOVED);
    bench_pass(t, 10.9);
    assert_int_equal(bench_told(t, two, OUT_WARNING), 1);
    assert_int_equal(bench_find(t, two)->warned, WARN_50 | WARN_75 | WARN_90);
}

static void a_part_tells_only_what_its_own_clock_passes_later(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0), part;

    (void)a_call(t, id, 800, 3.1, 4);
    bench_tick(t, 4.1);
    bench_pass(t, 9.5); /* 50 and 75 % of the whole; of the call by itself 53 % */
    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_UNLINK, .member = last_member(t, id), .note = "khác" },
        9.5));
    part = bench_find(t, id)->ties[0].incident;
    assert_int_equal(told_of(t, part), WARN_50);
    bench_pass(t, 16);
    assert_int_equal(bench_told(t, part, OUT_WARNING), 2);
    assert_int_equal(bench_told(t, part, OUT_OVERDUE), 1);
    assert_int_equal(bench_told(t, part, OUT_PASSED), 0);
}

static void duties_that_ran_out_while_down_are_in_the_same_message(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    size_t told;

    bench_tick(t, 0.1);
    assert_taken(
        bench_step(t, id, (struct incident_step){ .kind = STEP_IMPACT, .impact = { .people = 9 } }, 0.2));
    told = t->out_count;
    t->now = hour(2);
    incidents_resume(t->b, t->now);
    bench_pass(t, 2.1);
    assert_int_equal(t->out_count, told + 1);
    assert_int_equal(t->out[told].kind, OUT_DIGEST);
    t->now = hour(2.2);
    incidents_resume(t->b, t->now); /* nothing more passed */
    bench_listen(t);
    assert_int_equal(t->out_count, told + 1);
}

static void an_earlier_call_tells_what_it_passed_in_one_message(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    bench_pass(t, 2);
    (void)a_call(t, id, 900, -7.5, 2);
    bench_pass(t, 2.1);
    assert_int_equal(bench_told(t, id, OUT_PASSED), 1);
    assert_int_equal(bench_find(t, id)->passed, WARN_50 | WARN_75);
    bench_pass(t, 4.6);
    assert_int_equal(bench_told(t, id, OUT_WARNING), 1); /* the 90 % */
    assert_int_equal(bench_told(t, id, OUT_OVERDUE), 1);
}

static void an_overdue_that_moved_on_is_told_again_at_its_new_end(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    bench_pass(t, 13);
    assert_int_equal(bench_told(t, id, OUT_OVERDUE), 1);
    assert_taken(bench_step(t, id, LOOSER, 13));
    assert_int_equal(bench_told(t, id, OUT_DUE_MOVED), 1);
    bench_pass(t, 23.9);
    assert_int_equal(bench_told(t, id, OUT_OVERDUE_AGAIN), 0);
    bench_pass(t, 30);
    assert_int_equal(bench_told(t, id, OUT_OVERDUE_AGAIN), 1);
    assert_int_equal(bench_told(t, id, OUT_OVERDUE), 1);
    assert_int_equal(bench_told(t, id, OUT_WARNING), 3);
}

static void an_approval_after_the_due_time_is_marked_and_changes_nothing(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    struct incident_clock before;

    assert_taken(bench_do(t, id, STEP_PROPOSE, 1));
    bench_pass(t, 13);
    before = bench_clock(t, id);
    assert_int_equal(incident_on_time(bench_find(t, id), t->now), ON_TIME_NO);
    assert_taken(bench_do(t, id, STEP_APPROVE, 13));
    assert_true(incident_approved_late(bench_find(t, id), NULL));
    assert_int_equal(bench_clock(t, id).due.ms, before.due.ms);
    assert_int_equal(incident_on_time(bench_find(t, id), t->now), ON_TIME_NO);
}

static void a_clock_that_is_stepped_back_sends_nothing_twice(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    bench_pass(t, 6.5);
    t->now = hour(5.5);
    bench_pass(t, 7);
    assert_int_equal(bench_told(t, id, OUT_WARNING), 1);
    t->now = hour(9.5); /* and an hour or two ahead */
    bench_pass(t, 9.6);
    assert_int_equal(bench_told(t, id, OUT_PASSED), 1);
}

static void a_full_outbox_delays_and_loses_nothing(void **state)
{
    struct bench *t = *state;
    struct outgoing out;
    size_t told = 0;

    for (uint64_t k = 1; k <= 60; k++) {
        char zone[16];
        struct sign s;
        (void)snprintf(zone, sizeof zone, "z%u", (unsigned)k);
        s = bench_sign(EVIDENCE_PRESSURE, CLASS_SERVICE_NETWORK, k, "", zone);
        s.at = hour(0);
        (void)incidents_sign(t->b, &s, hour(0));
    }
    for (int n = 5; n < 1500; n++) /* 60 incidents × 5 messages, and duties */
        incidents_tick(t->b, hour(n * 0.02));
    while (incidents_take_out(t->b, &out, 1) == 1)
        told++;
    assert_int_equal(told, 300);
    for (uint64_t k = 1; k <= 60; k++) {
        struct incident_step s = { .kind = STEP_IMPACT,
                                   .incident = incidents_at(t->b, k - 1)->id,
                                   .who = "an" };
        s.impact = (struct incident_impact){ .people = 900,
                                             .road_opened = true,
                                             .rural = true,
                                             .partner = true,
                                             .wide = true,
                                             .expected_min = 5000,
                                             .health_hazard = true };
        assert_taken(incidents_step(t->b, &s, hour(30)).refusal);
    }
    incidents_tick(t->b, hour(31));
    told = 0;
    for (unsigned round = 0; round < 3; round++) {
        while (incidents_take_out(t->b, &out, 1) == 1)
            told++;
        incidents_tick(t->b, hour(31));
    }
    assert_int_equal(told, 60 * (1 + 10)); /* large effect, ten duties late: more than OUTBOX_MAX */
    assert_true(60 * 11 > OUTBOX_MAX);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)
    const struct CMUnitTest tests[] = {
        T(every_row_of_the_table_is_what_happens),
        T(every_row_has_its_words),
        T(what_has_no_legal_limit_starts_no_legal_clock),
        T(a_late_cause_gives_its_consequence_no_other_start),
        T(a_row_that_does_not_hold_is_seen),
        T(the_page_has_the_same_table),
        T(warnings_come_once_each_at_50_75_90_and_100),
        T(what_passed_while_down_is_one_message_for_all),
        T(what_either_had_told_is_not_told_by_both_merged),
        T(a_part_tells_only_what_its_own_clock_passes_later),
        T(duties_that_ran_out_while_down_are_in_the_same_message),
        T(an_earlier_call_tells_what_it_passed_in_one_message),
        T(an_overdue_that_moved_on_is_told_again_at_its_new_end),
        T(an_approval_after_the_due_time_is_marked_and_changes_nothing),
        T(a_clock_that_is_stepped_back_sends_nothing_twice),
        T(a_full_outbox_delays_and_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
