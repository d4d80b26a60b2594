/* What people may do, in which order, and what is answered when they may not. */
#include "bench.h"

static const struct incident_step CONFIRM = { .kind = STEP_CONFIRM_CLASS, .class = CLASS_SERVICE_NETWORK };

static void a_burst_runs_from_the_alarm_to_the_closing(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    assert_int_equal(bench_state(t, id), INCIDENT_DETECTED);
    assert_taken(bench_do(t, id, STEP_REPORT, 0.1));
    assert_int_equal(bench_state(t, id), INCIDENT_REPORTED);
    assert_taken(bench_do(t, id, STEP_ASSIGN, 0.2));
    assert_taken(bench_do(t, id, STEP_ON_SITE, 1));
    assert_taken(bench_do(t, id, STEP_VERIFY, 1.1));
    assert_taken(bench_do(t, id, STEP_CAUSE, 1.5));
    assert_taken(bench_step(t, id, CONFIRM, 1.5));
    assert_taken(bench_do(t, id, STEP_PROPOSE, 1.6));
    assert_taken(bench_do(t, id, STEP_APPROVE, 1.7));
    assert_int_equal(bench_state(t, id), INCIDENT_REMEDY_APPROVED);
    assert_taken(bench_do(t, id, STEP_BEGIN_REPAIR, 2));
    assert_int_equal(bench_state(t, id), INCIDENT_REPAIRING);
    assert_taken(bench_do(t, id, STEP_REPAIRED, 5));
    assert_int_equal(bench_state(t, id), INCIDENT_REPAIRED);
    bench_clears(t, 1, 5.3);
    assert_int_equal(bench_state(t, id), INCIDENT_RESTORED);
    assert_taken(bench_do(t, id, STEP_EVALUATE, 9));
    assert_int_equal(bench_state(t, id), INCIDENT_EVALUATED);
    assert_taken(bench_do(t, id, STEP_CLOSE, 10));
    assert_int_equal(bench_state(t, id), INCIDENT_CLOSED);
    assert_int_equal(incident_on_time(bench_find(t, id), hour(99)), ON_TIME_YES);
    assert_int_equal(bench_find(t, id)->fact_count, 13);
}

static void facts_keep_both_times_who_and_the_source(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    struct incident_step s = {
        .kind = STEP_ON_SITE, .who = "binh", .note = "qua điện thoại", .source = CLOCK_PHONE
    };
    const struct fact *f;

    s.claimed = hour(1);
    assert_taken(bench_step(t, id, s, 3));
    f = incident_fact(bench_find(t, id), FACT_ON_SITE);
    assert_non_null(f);
    assert_int_equal(f->claimed.ms, hour(1).ms);
    assert_int_equal(f->recorded.ms, hour(3).ms);
    assert_string_equal(f->who, "binh");
    assert_int_equal(f->source, CLOCK_PHONE);
    f = incident_fact(bench_find(t, id), FACT_DETECTED);
    assert_non_null(f);
    assert_int_equal(f->source, CLOCK_TELEMETRY);
}

static void a_late_fact_is_kept_and_turns_nothing_back(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    assert_taken(bench_do(t, id, STEP_BEGIN_REPAIR, 2));
    assert_taken(bench_do(t, id, STEP_ASSIGN, 3));
    assert_int_equal(bench_state(t, id), INCIDENT_REPAIRING);
    assert_non_null(incident_fact(bench_find(t, id), FACT_ASSIGNED));
}

/* Only what moves the start back may have been before it. */
static void nothing_was_done_before_it_began(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    struct incident_step s = { .note = "vỡ ống", .controllability = CONTROLLABLE, .claimed = hour(-24 * 7) };
    static const enum step_kind DONE[] = { STEP_KNOWN,  STEP_REPORT,  STEP_ASSIGN,       STEP_ON_SITE,
                                           STEP_VERIFY, STEP_CAUSE,   STEP_BEGIN_REPAIR, STEP_REPAIRED,
                                           STEP_WAIT,   STEP_PROPOSE, STEP_PROGRESS,     STEP_RESTORED };

    for (size_t k = 0; k < COUNT_OF(DONE); k++) {
        s.kind = DONE[k];
        assert_refused(bench_step(t, id, s, 1), REFUSED_BEFORE_START);
    }
    s.kind = STEP_ON_SITE;
    s.claimed.ms = hour(0).ms - STEP_EARLY_MS;
    assert_taken(bench_step(t, id, s, 1));
    s.claimed.ms--;
    assert_refused(bench_step(t, id, s, 1), REFUSED_BEFORE_START);
    assert_taken(
        bench_step(t, id, (struct incident_step){ .kind = STEP_BACKDATE, .claimed = hour(-1) }, 1.1));
    assert_taken(bench_step(t, id, s, 1.2));
    s = (struct incident_step){ .kind = STEP_CALL, .other = 9, .zone = "z1", .claimed = hour(-3) };
    assert_taken(bench_step(t, id, s, 1.3));
    s = (struct incident_step){ .kind = STEP_REPORT, .claimed = hour(-2) };
    assert_taken(bench_step(t, id, s, 1.4));
}

/* The first burst of two was over before the second began. */
static void what_began_later_is_not_restored_with_the_rest(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    struct incident_step s = { .kind = STEP_RESTORED, .note = "đã có nước", .claimed = hour(3) };
    const struct member *m = bench_find(t, id)->members;

    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_CALL, .other = 9, .zone = "z1", .claimed = hour(4) }, 5));
    assert_taken(bench_step(t, id, s, 6));
    assert_int_equal(m[0].restored.ms, hour(3).ms);
    assert_int_equal(m[1].restored.ms, 0);
    assert_refused(bench_step(t, id, s, 6), REFUSED_NOTHING_TO_DO);
    s.member = m[1].id;
    assert_refused(bench_step(t, id, s, 6), REFUSED_BEFORE_START);
    s.claimed.ms = hour(4).ms - STEP_EARLY_MS - 1;
    assert_refused(bench_step(t, id, s, 6), REFUSED_BEFORE_START);
    s.claimed.ms++; /* people write whole minutes */
    s.kind = STEP_REPAIRED;
    assert_taken(bench_step(t, id, s, 6));
    s.kind = STEP_RESTORED;
    s.member = 0;
    assert_taken(bench_step(t, id, s, 6));
    assert_int_equal(m[1].restored.ms, hour(4).ms);
    assert_int_equal(m[1].repaired.ms, hour(4).ms);
}

static void told_twice_is_told_once(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    const struct incident_step s = { .kind = STEP_REPORT, .incident = id, .key = 77 };

    assert_false(bench_take(t, s, 1).again);
    assert_true(bench_take(t, s, 2).again);
    assert_int_equal(bench_find(t, id)->fact_count, 2);
    assert_int_equal(bench_take(t, s, 3).incident, id);
}

static void what_is_not_allowed_is_refused_by_a_name_that_stays(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    uint64_t member = bench_find(t, id)->members[0].id;
    struct incident_step late = { .kind = STEP_REPORT };

    assert_refused(bench_do(t, 999, STEP_REPORT, 1), REFUSED_MISSING);
    assert_refused(bench_step(t, id, (struct incident_step){ .kind = STEP_CAUSE, .note = "vỡ ống" }, 1),
                   REFUSED_NO_CONTROLLABILITY);
    assert_refused(bench_step(t, id, (struct incident_step){ .kind = STEP_WAIT }, 1), REFUSED_NO_REASON);
    assert_refused(bench_step(t, id, (struct incident_step){ .kind = STEP_REPORT, .who = "" }, 1),
                   REFUSED_NO_WHO);
    assert_refused(bench_step(t, id, (struct incident_step){ .kind = STEP_COUNT }, 1), REFUSED_BAD);
    assert_refused(bench_do(t, id, STEP_APPROVE, 1), REFUSED_NO_REMEDY);
    assert_refused(bench_do(t, id, STEP_WAIT_OVER, 1), REFUSED_NOT_WAITING);
    assert_refused(bench_do(t, id, STEP_CONFIRM_REPAIR, 1), REFUSED_NO_CLAIM);
    assert_refused(bench_do(t, id, STEP_REOPEN, 1), REFUSED_NOT_CLOSED);
    assert_refused(bench_do(t, id, STEP_EVALUATE, 1), REFUSED_NOT_RESTORED);
    assert_refused(bench_do(t, id, STEP_DUTY_DONE, 1), REFUSED_DUTY_NOT_OWED);
    assert_refused(
        bench_step(t, id, (struct incident_step){ .kind = STEP_UNLINK, .note = "x", .member = member }, 1),
        REFUSED_LAST_MEMBER);
    assert_refused(
        bench_step(t, id, (struct incident_step){ .kind = STEP_UNLINK, .note = "x", .member = 12345 }, 1),
        REFUSED_MEMBER_MISSING);
    assert_refused(bench_step(t, id, (struct incident_step){ .kind = STEP_SPLIT, .note = "x" }, 1),
                   REFUSED_NOTHING_TO_DO);
    assert_refused(bench_step(t, id, (struct incident_step){ .kind = STEP_MERGE, .other = id }, 1),
                   REFUSED_SAME_INCIDENT);
    assert_refused(
        bench_step(t, id, (struct incident_step){ .kind = STEP_BACKDATE, .claimed = hour(0.5) }, 1),
        REFUSED_START_LATER);
    assert_refused(bench_step(t, id, (struct incident_step){ .kind = STEP_RESTORED }, 1), REFUSED_ALARM_OPEN);
    late.claimed = hour(1.1);
    assert_refused(bench_step(t, id, late, 1), REFUSED_FUTURE);
    late.claimed = hour(-9000);
    assert_refused(bench_step(t, id, late, 1), REFUSED_TOO_OLD);
    assert_int_equal(bench_find(t, id)->fact_count, 1);
    for (enum refusal r = REFUSED_MISSING; r < REFUSAL_COUNT; r++) {
        assert_true(refusal_name(r)[0] != '\0' && refusal_sentence(r)[0] != '\0');
        for (enum refusal o = REFUSED_NOTHING; o < r; o++)
            assert_string_not_equal(refusal_name(o), refusal_name(r));
    }
}

static void closing_is_refused_while_a_member_is_not_restored(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bench_sign(EVIDENCE_POWER, CLASS_POWER_SUPPLY, 1, "s1", ""), 0);
    struct sign pump = bench_sign(EVIDENCE_PUMP, CLASS_PLANT_EQUIPMENT, 2, "s1", "");

    assert_int_equal(bench_opens(t, pump, 0.01), id);
    bench_clears(t, 1, 1);
    assert_taken(bench_do(t, id, STEP_CAUSE, 1));
    assert_refused(bench_do(t, id, STEP_CLOSE, 1), REFUSED_NOT_RESTORED);
    bench_clears(t, 2, 1.1);
    assert_refused(bench_do(t, id, STEP_CLOSE, 1.1), REFUSED_CLASS_UNCONFIRMED);
    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_CONFIRM_CLASS, .class = CLASS_PLANT_EQUIPMENT }, 1.1));
    assert_taken(bench_do(t, id, STEP_CLOSE, 1.1));
    assert_refused(bench_do(t, id, STEP_REPORT, 1.2), REFUSED_CLOSED);
    assert_refused(bench_do(t, id, STEP_CLOSE, 1.2), REFUSED_CLOSED);
}

static void the_cause_is_needed_to_close(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    bench_clears(t, 1, 1);
    assert_refused(bench_do(t, id, STEP_CLOSE, 1), REFUSED_NO_CAUSE);
}

/* What nobody knows the cause of teaches nothing. */
static void an_evaluation_needs_what_closing_needs(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    assert_refused(bench_do(t, id, STEP_EVALUATE, 0.5), REFUSED_NOT_RESTORED);
    bench_clears(t, 1, 1);
    assert_refused(bench_do(t, id, STEP_EVALUATE, 1.1), REFUSED_NO_CAUSE);
    assert_taken(bench_do(t, id, STEP_CAUSE, 1.2));
    assert_refused(bench_do(t, id, STEP_EVALUATE, 1.3), REFUSED_CLASS_UNCONFIRMED);
    assert_int_equal(bench_state(t, id), INCIDENT_RESTORED);
    assert_taken(bench_step(t, id, CONFIRM, 1.4));
    assert_taken(bench_do(t, id, STEP_CLOSE, 1.5));
    assert_taken(bench_do(t, id, STEP_EVALUATE, 30));
    assert_int_equal(bench_state(t, id), INCIDENT_CLOSED);
}

static void a_claim_that_nothing_agrees_with_is_told_as_unconfirmed(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    bench_tick(t, 0.1);
    assert_taken(bench_do(t, id, STEP_REPAIRED, 2));
    bench_pass(t, 2.4);
    assert_int_equal(bench_told(t, id, OUT_UNCONFIRMED), 0);
    bench_pass(t, 4);
    assert_int_equal(bench_told(t, id, OUT_UNCONFIRMED), 1);
    assert_int_equal(bench_state(t, id), INCIDENT_REPAIR_UNCONFIRMED);
    assert_refused(bench_do(t, id, STEP_CONFIRM_REPAIR, 4), REFUSED_SAME_PERSON);
    assert_taken(bench_step(t, id, (struct incident_step){ .kind = STEP_CONFIRM_REPAIR, .who = "binh" }, 4));
    assert_int_equal(bench_state(t, id), INCIDENT_REPAIRED);
    assert_int_equal(member_end(&bench_find(t, id)->members[0], t->now).ms, hour(4).ms);
    assert_refused(bench_do(t, id, STEP_REPAIRED, 5), REFUSED_NOTHING_TO_DO);
}

static void what_was_late_is_not_confirmed_on_time_afterwards(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    const struct incident_step s = { .kind = STEP_CONFIRM_REPAIR, .who = "binh", .claimed = hour(11.2) };

    assert_taken(bench_do(t, id, STEP_REPAIRED, 11));
    bench_pass(t, 14);
    assert_int_equal(incident_on_time(bench_find(t, id), t->now), ON_TIME_NO);
    assert_taken(bench_step(t, id, s, 14)); /* he says that he saw it then */
    assert_int_equal(incident_on_time(bench_find(t, id), t->now), ON_TIME_NO);
    assert_int_equal(member_end(&bench_find(t, id)->members[0], t->now).ms, hour(14).ms);
    assert_int_equal(incident_fact(bench_find(t, id), FACT_REPAIR_CONFIRMED)->claimed.ms, hour(11.2).ms);
}

static void who_claimed_a_repair_is_known_after_a_merge(void **state)
{
    struct bench *t = *state;
    uint64_t one = bench_pressure(t, 1, "z1", 0), two = bench_pressure(t, 2, "z2", 0);
    struct incident_step s = { .kind = STEP_CONFIRM_REPAIR, .who = "an" };

    s.member = bench_find(t, one)->members[0].id;
    assert_taken(bench_do(t, one, STEP_REPAIRED, 2));
    assert_taken(bench_step(t, two, (struct incident_step){ .kind = STEP_REPAIRED, .who = "binh" }, 2.1));
    assert_taken(bench_step(t, one, (struct incident_step){ .kind = STEP_MERGE, .other = two }, 2.2));
    assert_refused(bench_step(t, one, s, 2.3), REFUSED_SAME_PERSON);
    s.who = "binh";
    assert_taken(bench_step(t, one, s, 2.3));
    s.member = bench_find(t, one)->members[1].id;
    assert_refused(bench_step(t, one, s, 2.4), REFUSED_SAME_PERSON);
    s.who = "an";
    assert_taken(bench_step(t, one, s, 2.4));
}

static void a_claim_that_is_confirmed_in_time_ends_when_it_says(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    assert_taken(bench_do(t, id, STEP_REPAIRED, 11));
    assert_taken(
        bench_step(t, id, (struct incident_step){ .kind = STEP_CONFIRM_REPAIR, .who = "binh" }, 11.4));
    assert_int_equal(member_end(&bench_find(t, id)->members[0], hour(14)).ms, hour(11).ms);
    assert_int_equal(incident_on_time(bench_find(t, id), hour(14)), ON_TIME_YES);
}

static void a_reopened_incident_has_no_claim_left_and_keeps_its_start(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    assert_taken(bench_do(t, id, STEP_REPAIRED, 5));
    bench_clears(t, 1, 5.1);
    assert_taken(bench_do(t, id, STEP_CAUSE, 6));
    assert_taken(bench_step(t, id, CONFIRM, 6));
    assert_taken(bench_do(t, id, STEP_CLOSE, 6));
    assert_int_equal(incident_on_time(bench_find(t, id), hour(30)), ON_TIME_YES);
    assert_taken(bench_do(t, id, STEP_REOPEN, 8));
    assert_int_equal(bench_clock(t, id).due.ms, hour(12).ms);
    assert_int_equal(member_repair(&bench_find(t, id)->members[0], t->now), REPAIR_NONE);
    assert_int_equal(incident_on_time(bench_find(t, id), hour(30)), ON_TIME_NO);
    assert_refused(bench_do(t, id, STEP_CLOSE, 9), REFUSED_NOT_RESTORED);
    assert_taken(
        bench_step(t, id, (struct incident_step){ .kind = STEP_RESTORED }, 9)); /* no alarm says otherwise */
}

static void merging_keeps_what_was_said_and_owed(void **state)
{
    struct bench *t = *state;
    uint64_t one = bench_pressure(t, 1, "z1", 0), two = bench_pressure(t, 2, "z2", 0);
    struct incident_step s = { .kind = STEP_IMPACT,
                               .impact = { .people = 700, .road_opened = true, .schools = 1 } };
    const struct incident *i = bench_find(t, one);

    assert_taken(bench_step(
        t, one, (struct incident_step){ .kind = STEP_IMPACT, .impact = { .people = 20, .wide = true } }, 2));
    assert_taken(bench_step(t, two, s, 1));
    assert_taken(bench_do(t, two, STEP_CAUSE, 1));
    assert_taken(bench_step(
        t, two, (struct incident_step){ .kind = STEP_DUTY_DONE, .duty = DUTY_PEOPLE, .who = "chi" }, 1.1));
    assert_taken(bench_step(t, one, (struct incident_step){ .kind = STEP_MERGE, .other = two }, 3));
    assert_int_equal(i->impact.people, 700);
    assert_true(i->impact.wide && i->impact.road_opened && i->impact.schools == 1);
    assert_int_equal(i->controllability, CONTROLLABLE);
    assert_int_equal(i->large_since.ms, hour(1).ms);
    assert_int_equal(i->duties[DUTY_TRAFFIC_AUTHORITY].due.ms, hour(1.5).ms);
    assert_int_equal(i->duties[DUTY_PEOPLE].since.ms, hour(1).ms);
    assert_int_equal(i->duties[DUTY_PEOPLE].done.ms, hour(1.1).ms);
    assert_string_equal(i->duties[DUTY_PEOPLE].who, "chi");
    assert_non_null(incident_fact(i, FACT_CAUSE_FOUND));
    for (size_t n = 1; n < i->fact_count; n++)
        assert_true(i->facts[n - 1].recorded.ms <= i->facts[n].recorded.ms);
}

static void a_claim_for_earlier_than_readings_agree_with_wins_no_time(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    struct incident_step s = { .kind = STEP_REPAIRED };

    bench_clears(t, 1, 13); /* late by an hour */
    s.claimed = hour(11.5);
    assert_taken(bench_step(t, id, s, 13.1));
    assert_int_equal(incident_on_time(bench_find(t, id), hour(14)), ON_TIME_NO);
}

static void restored_against_what_is_measured_needs_a_reason(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    assert_refused(bench_step(t, id, (struct incident_step){ .kind = STEP_RESTORED }, 1), REFUSED_ALARM_OPEN);
    assert_taken(
        bench_step(t, id, (struct incident_step){ .kind = STEP_RESTORED, .note = "đồng hồ hỏng" }, 1));
    assert_int_equal(bench_state(t, id), INCIDENT_RESTORED);
    assert_refused(bench_do(t, id, STEP_RESTORED, 1), REFUSED_NOTHING_TO_DO);
}

static void a_class_is_confirmed_with_the_cause_and_loosened_with_a_reason(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    struct incident_step s = { .kind = STEP_CONFIRM_CLASS, .class = CLASS_TRANSMISSION_MAIN };

    assert_false(incident_class_confirmed(bench_find(t, id)));
    assert_refused(bench_step(t, id, s, 1), REFUSED_NO_REASON);
    s.note = "ống D300";
    assert_taken(bench_step(t, id, s, 1));
    assert_true(incident_class_confirmed(bench_find(t, id)));
    assert_true(bench_find(t, id)->members[0].loosened);
    assert_int_equal(bench_clock(t, id).due.ms, hour(24).ms);
    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_RECLASSIFY, .class = CLASS_SERVICE_NETWORK }, 2));
    assert_int_equal(bench_clock(t, id).due.ms, hour(12).ms);
    /* out of the law altogether */
    assert_refused(
        bench_step(t, id, (struct incident_step){ .kind = STEP_RECLASSIFY, .class = CLASS_TELEMETRY }, 3),
        REFUSED_NO_REASON);
}

static void confirming_without_a_member_goes_on_to_the_next_class(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bench_sign(EVIDENCE_PUMP, CLASS_PLANT_EQUIPMENT, 1, "s1", "z1"), 0);
    struct sign sure = bench_sign(EVIDENCE_LEVEL, CLASS_PLANT_EQUIPMENT, 3, "s1", "");

    assert_int_equal(bench_pressure(t, 2, "z1", 0.1), id);
    sure.certain = true;
    assert_int_equal(bench_opens(t, sure, 0.2), id);
    assert_taken(bench_step(t, id, CONFIRM, 1));
    assert_true(bench_find(t, id)->members[1].confirmed);
    assert_false(bench_find(t, id)->members[0].confirmed);
    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_CONFIRM_CLASS, .class = CLASS_PLANT_EQUIPMENT }, 1));
    assert_true(incident_class_confirmed(bench_find(t, id)));
}

static void a_call_opens_an_incident_or_joins_one_nearby(void **state)
{
    struct bench *t = *state;
    struct incident_step call = {
        .kind = STEP_CALL, .other = 501, .site = "", .zone = "z1", .class = CLASS_SERVICE_NETWORK
    };
    struct outcome o;
    uint64_t near[4];

    call.claimed = hour(-1);
    o = bench_take(t, call, 0);
    assert_taken(o.refusal);
    assert_int_equal(bench_clock(t, o.incident).start.ms, hour(-1).ms);
    assert_int_equal(incidents_near(t->b, "", "z1", near, 4), 1);
    assert_int_equal(near[0], o.incident);
    assert_int_equal(incidents_near(t->b, "", "z2", near, 4), 0);
    call.incident = o.incident;
    call.other = 502;
    call.claimed = hour(-2);
    assert_int_equal(bench_take(t, call, 0.5).incident, o.incident);
    assert_int_equal(bench_clock(t, o.incident).start.ms, hour(-2).ms);
    assert_int_equal(bench_find(t, o.incident)->member_count, 2);
    assert_taken(bench_step(t, o.incident, (struct incident_step){ .kind = STEP_RESTORED },
                            1)); /* nothing measures a call */
}

static void waiting_has_a_reason_and_an_end_and_stops_no_clock(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    assert_taken(
        bench_step(t, id, (struct incident_step){ .kind = STEP_WAIT, .note = "chờ giấy phép đào đường" }, 1));
    assert_non_null(incident_waiting(bench_find(t, id)));
    assert_int_equal(bench_clock(t, id).due.ms, hour(12).ms);
    assert_taken(bench_do(t, id, STEP_WAIT_OVER, 2));
    assert_null(incident_waiting(bench_find(t, id)));
}

static void the_cause_the_finder_and_what_is_done_meanwhile_have_codes(void **state)
{
    struct bench *t = *state;
    struct incident_step s = {
        .kind = STEP_OPEN, .class = CLASS_SERVICE_NETWORK, .zone = "z1", .code = FINDER_METER_READER
    };
    uint64_t id = bench_take(t, s, 0).incident;

    assert_int_equal(incident_fact(bench_find(t, id), FACT_DETECTED)->code, FINDER_METER_READER);
    s.code = FINDER_COUNT;
    assert_refused(bench_take(t, s, 0).refusal, REFUSED_BAD);
    assert_refused(bench_step(t, id, (struct incident_step){ .kind = STEP_MEASURE }, 1), REFUSED_BAD);
    assert_taken(
        bench_step(t, id, (struct incident_step){ .kind = STEP_MEASURE, .code = MEASURE_TANKERS }, 1));
    assert_int_equal(incident_fact(bench_find(t, id), FACT_MEASURE)->code, MEASURE_TANKERS);
    s = (struct incident_step){
        .kind = STEP_CAUSE, .note = "D63", .controllability = CONTROLLABLE, .code = CAUSE_KIND_COUNT
    };
    assert_refused(bench_step(t, id, s, 1), REFUSED_BAD);
    s.code = CAUSE_BURST;
    assert_taken(bench_step(t, id, s, 1));
    assert_int_equal(incident_fact(bench_find(t, id), FACT_CAUSE_FOUND)->code, CAUSE_BURST);
    assert_int_equal(incident_fact(bench_find(t, id), FACT_CAUSE_FOUND)->detail, CONTROLLABLE);
    assert_refused(bench_step(t, id, (struct incident_step){ .kind = STEP_PROGRESS }, 2), REFUSED_NO_REASON);
    assert_taken(bench_do(t, id, STEP_PROGRESS, 2));
}

static void duties_have_a_clock_of_their_own(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    struct incident_step s = { .kind = STEP_IMPACT, .impact = { .people = 120, .road_opened = true } };
    const struct duty *d = bench_find(t, id)->duties;

    assert_taken(bench_step(t, id, s, 1));
    assert_int_equal(d[DUTY_PEOPLE].due.ms, hour(1.5).ms);
    assert_int_equal(d[DUTY_TRAFFIC_AUTHORITY].due.ms, hour(1.5).ms);
    assert_int_equal(d[DUTY_REPORT_LARGE_EFFECT].since.ms, 0);
    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_DUTY_DONE, .duty = DUTY_PEOPLE, .who = "chi" }, 1.2));
    bench_pass(t, 3);
    assert_int_equal(bench_told(t, id, OUT_DUTY_LATE), 1);
    assert_string_equal(d[DUTY_PEOPLE].who, "chi");
    assert_refused(
        bench_step(t, id, (struct incident_step){ .kind = STEP_DUTY_DONE, .duty = DUTY_PEOPLE }, 3),
        REFUSED_DUTY_NOT_OWED);
    assert_taken(bench_step(
        t, id,
        (struct incident_step){ .kind = STEP_DUTY_WAIVE, .duty = DUTY_TRAFFIC_AUTHORITY, .note = "ngõ" }, 3));
    assert_true(d[DUTY_TRAFFIC_AUTHORITY].waived);
}

static void beyond_control_is_reported_at_once_and_controllable_when_it_is_over(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0), other = bench_pressure(t, 2, "z2", 0);
    struct incident_step s = { .kind = STEP_CAUSE, .note = "sạt lở", .controllability = BEYOND_CONTROL };

    assert_taken(bench_step(t, id, s, 1));
    assert_int_equal(bench_find(t, id)->duties[DUTY_REPORT_BEYOND_CONTROL].since.ms, hour(1).ms);
    assert_taken(bench_do(t, other, STEP_CAUSE, 1));
    assert_int_equal(bench_find(t, other)->duties[DUTY_REPORT_HANDLED].since.ms, 0);
    bench_clears(t, 2, 2);
    assert_int_equal(bench_find(t, other)->duties[DUTY_REPORT_HANDLED].since.ms, hour(2).ms);
}

static void a_large_effect_follows_its_rule_and_a_person_may_say_otherwise(void **state)
{
    static const struct {
        struct incident_impact impact;
        bool large;
    } CASES[] = {
        { { .people = 499 }, false },      { { .people = 500 }, true },
        { { .hospitals = 1 }, true },      { { .expected_min = 240 }, false },
        { { .expected_min = 241 }, true }, { { .health_hazard = true }, true },
        { { .schools = 3 }, false },       { { .people = 3, .rural = true }, false },
    };
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    struct incident_step s = { .kind = STEP_IMPACT };

    for (size_t k = 0; k < COUNT_OF(CASES); k++) {
        s.impact = CASES[k].impact;
        assert_taken(bench_step(t, id, s, 1 + (double)k));
        assert_int_equal(bench_find(t, id)->large_since.ms != 0, CASES[k].large);
    }
    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_LARGE, .large = LARGE_SAID_YES, .note = "lễ hội" }, 20));
    assert_int_equal(bench_find(t, id)->large_since.ms, hour(20).ms);
    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_LARGE, .large = LARGE_SAID_NO, .note = "đã có nước" },
        21));
    assert_int_equal(bench_find(t, id)->large_since.ms, 0);
    assert_true(bench_find(t, id)->duties[DUTY_REPORT_LARGE_EFFECT].waived);
    assert_refused(
        bench_step(t, id, (struct incident_step){ .kind = STEP_LARGE, .large = LARGE_SAID_NO }, 21),
        REFUSED_NO_REASON);
}

/* Whatever was expected of it. */
static void people_without_water_for_long_are_owed_a_temporary_supply(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0), dry = bench_pressure(t, 2, "z2", 0),
             brief = bench_pressure(t, 3, "z3", 0);
    const struct incident_step s = { .kind = STEP_IMPACT, .impact = { .people = 80, .expected_min = 60 } };

    assert_taken(bench_step(t, id, s, 1));
    assert_taken(bench_step(t, brief, s, 1));
    bench_clears(t, 3, 3);
    bench_tick(t, 4);
    assert_int_equal(bench_find(t, id)->duties[DUTY_TEMPORARY_SUPPLY].since.ms, 0);
    bench_tick(t, 4.1);
    assert_int_equal(bench_find(t, id)->duties[DUTY_TEMPORARY_SUPPLY].since.ms, hour(4.1).ms);
    assert_int_equal(bench_find(t, dry)->duties[DUTY_TEMPORARY_SUPPLY].since.ms, 0); /* of nobody */
    assert_int_equal(bench_find(t, brief)->duties[DUTY_TEMPORARY_SUPPLY].since.ms, 0);
}

static void rural_works_owe_another_supply_when_48_hours_may_pass(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    const struct incident_step s = { .kind = STEP_IMPACT, .impact = { .rural = true, .people = 80 } };

    assert_taken(bench_step(t, id, s, 1));
    assert_int_not_equal(bench_find(t, id)->duties[DUTY_WRITTEN_RECORD].since.ms, 0);
    bench_tick(t, 47.9);
    assert_int_equal(bench_find(t, id)->duties[DUTY_OTHER_SUPPLY].since.ms, 0);
    bench_tick(t, 48);
    assert_int_equal(bench_find(t, id)->duties[DUTY_OTHER_SUPPLY].since.ms, hour(48).ms);
}

static void the_last_places_for_facts_are_for_ending(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    size_t taken = 0;

    while (bench_do(t, id, STEP_ON_SITE, 1) == REFUSED_NOTHING)
        taken++;
    assert_int_equal(taken, INCIDENT_FACTS_MAX - 24 - 1);
    bench_clears(t, 1, 2);
    assert_taken(bench_do(t, id, STEP_CAUSE, 2));
    assert_taken(bench_step(t, id, CONFIRM, 2));
    assert_taken(bench_do(t, id, STEP_EVALUATE, 2));
    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_DUTY_WAIVE, .duty = DUTY_REPORT_HANDLED, .note = "x" },
        2));
    assert_taken(bench_do(t, id, STEP_CLOSE, 2));
}

static void an_approval_has_a_place_as_well(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    assert_taken(bench_do(t, id, STEP_PROPOSE, 1));
    while (bench_do(t, id, STEP_ON_SITE, 1) == REFUSED_NOTHING) {
    }
    assert_taken(bench_do(t, id, STEP_APPROVE, 2));
}

static bool is_tied_by(const struct incident *i, uint64_t other, enum incident_tie kind)
{
    for (size_t k = 0; k < i->tie_count; k++)
        if (i->ties[k].incident == other && i->ties[k].kind == kind)
            return true;
    return false;
}

/* A burst that a whole quarter calls about: what is done about it has its places. */
static void calls_that_an_incident_has_no_room_for_go_beside_it(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0), beside = 0, third = 0;
    struct incident_step call = { .kind = STEP_CALL, .incident = id, .zone = "z1", .claimed = hour(0.5) };
    struct outcome o;

    for (uint64_t n = 1; n <= 100; n++) {
        call.other = call.key = n;
        o = bench_take(t, call, 1);
        assert_taken(o.refusal);
        if (n <= 40)
            assert_int_equal(o.incident, id);
        else if (n <= 80)
            assert_int_equal(o.incident, beside = beside != 0 ? beside : o.incident);
        else
            assert_int_equal(o.incident, third = third != 0 ? third : o.incident);
    }
    assert_true(beside != id && third != beside && third != id);
    assert_true(is_tied_by(bench_find(t, id), beside, TIE_OVERFLOW));
    assert_true(is_tied_by(bench_find(t, third), id, TIE_OVERFLOW));
    assert_int_equal(bench_clock(t, beside).start.ms, hour(0.5).ms);
    assert_int_equal(incidents_count(t->b), 3);
    assert_true(bench_take(t, call, 1).again);
    assert_taken(bench_do(t, id, STEP_ASSIGN, 2));
    assert_taken(bench_do(t, id, STEP_PROGRESS, 2));
    assert_taken(
        bench_step(t, id, (struct incident_step){ .kind = STEP_IMPACT, .impact = { .people = 9 } }, 2));
}

static void write_book(const struct bench *t, struct strbuf *to)
{
    unsigned char head[INCIDENTS_HEAD_BYTES];

    strbuf_init(to, 1 << 20);
    for (size_t k = 0; k < incidents_count(t->b); k++)
        incident_write(to, incidents_at(t->b, k));
    incidents_write_head(t->b, head);
    strbuf_add(to, head, sizeof head);
    assert_false(to->failed);
}

static void a_call_beside_that_could_not_be_kept_leaves_nothing(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);
    struct incident_step call = { .kind = STEP_CALL, .incident = id, .zone = "z1", .who = "an" };
    struct strbuf before, after;

    for (unsigned n = 0; n < 42; n++) {
        write_book(t, &before);
        assert_taken(incidents_step(t->b, &call, t->now).refusal);
        incidents_undo(t->b);
        write_book(t, &after);
        assert_int_equal(before.len, after.len);
        assert_memory_equal(before.text, after.text, before.len);
        strbuf_clear(&before);
        strbuf_clear(&after);
        assert_taken(incidents_step(t->b, &call, t->now).refusal);
    }
    assert_int_equal(incidents_count(t->b), 2);
    call.class = CLASS_COUNT;
    assert_refused(incidents_step(t->b, &call, t->now).refusal, REFUSED_BAD);
    assert_int_equal(incidents_count(t->b), 2);
}

/* Each step that is taken here, undone: byte for byte the book before it, and nothing to tell. */
static void a_step_that_could_not_be_kept_leaves_nothing(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0), far = bench_pressure(t, 2, "z2", 0);
    struct strbuf before, after;
    unsigned taken = 0;

    (void)bench_pressure(t, 3, "z1", 0.1);
    bench_tick(t, 1);
    for (unsigned kind = 0; kind < STEP_COUNT; kind++) {
        struct incident_step s = { .kind = (enum step_kind)kind,
                                   .incident = kind == STEP_CALL ? 0 : id,
                                   .other = far,
                                   .note = "x",
                                   .who = "an",
                                   .controllability = BEYOND_CONTROL,
                                   .code = 1,
                                   .class = CLASS_WATER_QUALITY,
                                   .large = LARGE_SAID_YES,
                                   .member = kind == STEP_UNLINK ? bench_find(t, id)->members[1].id : 0,
                                   .claimed = kind == STEP_BACKDATE ? hour(-1) : hour(1) };
        write_book(t, &before);
        taken += incidents_step(t->b, &s, t->now).refusal == REFUSED_NOTHING;
        incidents_undo(t->b);
        write_book(t, &after);
        assert_int_equal(before.len, after.len);
        assert_memory_equal(before.text, after.text, before.len);
        assert_int_equal(incidents_take_out(t->b, t->out, BENCH_OUT), 0);
        strbuf_clear(&before);
        strbuf_clear(&after);
    }
    assert_true(taken > 15);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)
    const struct CMUnitTest tests[] = {
        T(a_burst_runs_from_the_alarm_to_the_closing),
        T(facts_keep_both_times_who_and_the_source),
        T(a_late_fact_is_kept_and_turns_nothing_back),
        T(nothing_was_done_before_it_began),
        T(what_began_later_is_not_restored_with_the_rest),
        T(told_twice_is_told_once),
        T(a_step_that_could_not_be_kept_leaves_nothing),
        T(what_is_not_allowed_is_refused_by_a_name_that_stays),
        T(closing_is_refused_while_a_member_is_not_restored),
        T(the_cause_is_needed_to_close),
        T(an_evaluation_needs_what_closing_needs),
        T(a_claim_that_nothing_agrees_with_is_told_as_unconfirmed),
        T(what_was_late_is_not_confirmed_on_time_afterwards),
        T(a_claim_that_is_confirmed_in_time_ends_when_it_says),
        T(who_claimed_a_repair_is_known_after_a_merge),
        T(a_reopened_incident_has_no_claim_left_and_keeps_its_start),
        T(merging_keeps_what_was_said_and_owed),
        T(a_claim_for_earlier_than_readings_agree_with_wins_no_time),
        T(restored_against_what_is_measured_needs_a_reason),
        T(a_class_is_confirmed_with_the_cause_and_loosened_with_a_reason),
        T(confirming_without_a_member_goes_on_to_the_next_class),
        T(a_call_opens_an_incident_or_joins_one_nearby),
        T(waiting_has_a_reason_and_an_end_and_stops_no_clock),
        T(the_cause_the_finder_and_what_is_done_meanwhile_have_codes),
        T(duties_have_a_clock_of_their_own),
        T(beyond_control_is_reported_at_once_and_controllable_when_it_is_over),
        T(a_large_effect_follows_its_rule_and_a_person_may_say_otherwise),
        T(people_without_water_for_long_are_owed_a_temporary_supply),
        T(rural_works_owe_another_supply_when_48_hours_may_pass),
        T(the_last_places_for_facts_are_for_ending),
        T(an_approval_has_a_place_as_well),
        T(calls_that_an_incident_has_no_room_for_go_beside_it),
        T(a_call_beside_that_could_not_be_kept_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
