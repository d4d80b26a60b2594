/* Which sign goes to which incident: causes before and after their consequences, by site, zone and window. */
#include "bench.h"

static struct sign power(uint64_t alarm, const char *site)
{
    return bench_sign(EVIDENCE_POWER, CLASS_POWER_SUPPLY, alarm, site, "");
}

static struct sign pump(uint64_t alarm, const char *site, const char *zone)
{
    struct sign s = bench_sign(EVIDENCE_PUMP, CLASS_PLANT_EQUIPMENT, alarm, site, zone);

    s.certain = true;
    return s;
}

static struct sign flow(uint64_t alarm, const char *site, const char *zone)
{
    return bench_sign(EVIDENCE_FLOW, CLASS_SERVICE_NETWORK, alarm, site, zone);
}

static const struct member *by_alarm(const struct bench *t, uint64_t id, uint64_t alarm)
{
    const struct incident *i = bench_find(t, id);

    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].alarm == alarm)
            return &i->members[k];
    fail();
    return NULL;
}

static void power_explains_the_pump_and_the_pump_the_flow(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, power(1, "s1"), 0);

    assert_int_equal(bench_opens(t, pump(2, "s1", "z1"), 0.01), id);
    assert_int_equal(bench_opens(t, flow(3, "s2", "z1"), 0.1), id);
    assert_int_equal(by_alarm(t, id, 2)->cause, by_alarm(t, id, 1)->id);
    assert_int_equal(by_alarm(t, id, 3)->cause, by_alarm(t, id, 2)->id);
    /* each keeps its class and its clock */
    assert_int_equal(member_clock(by_alarm(t, id, 3), NULL).due.ms, hour(12.1).ms);
    assert_int_equal(member_clock(by_alarm(t, id, 2), NULL).due.ms, hour(24.01).ms);
    assert_int_equal(bench_clock(t, id).due.ms, hour(12.01).ms); /* from the pump: the mains have no limit */
}

static void a_nearer_cause_that_is_seen_later_takes_over(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, power(1, "s1"), 0);

    assert_int_equal(bench_opens(t, flow(3, "s1", "z1"), 0.05), id);
    assert_int_equal(by_alarm(t, id, 3)->cause, by_alarm(t, id, 1)->id);
    assert_int_equal(bench_opens(t, pump(2, "s1", "z1"), 0.1), id);
    assert_int_equal(by_alarm(t, id, 3)->cause, by_alarm(t, id, 2)->id);
    /* and a farther one takes nothing away */
    assert_int_equal(bench_opens(t, bench_sign(EVIDENCE_EQUIPMENT, CLASS_PLANT_EQUIPMENT, 4, "s1", ""), 0.12),
                     id);
    assert_int_equal(by_alarm(t, id, 3)->cause, by_alarm(t, id, 2)->id);
}

static void a_link_explains_silence_of_its_site_only(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bench_sign(EVIDENCE_LINK, CLASS_TELEMETRY, 1, "s1", "z1"), 0);

    assert_int_equal(bench_opens(t, bench_sign(EVIDENCE_SILENCE, CLASS_TELEMETRY, 2, "s1", ""), 0.1), id);
    assert_int_not_equal(bench_opens(t, bench_sign(EVIDENCE_SILENCE, CLASS_TELEMETRY, 3, "s2", "z1"), 0.1),
                         id);
    assert_int_not_equal(bench_opens(t, flow(4, "s1", "z1"), 0.1), id);
}

static void the_window_closes_some_time_after_the_cause(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, power(1, "s1"), 0);

    bench_clears(t, 1, 5);
    assert_int_equal(bench_opens(t, pump(2, "s1", ""), 5.1), id);
    assert_int_not_equal(bench_opens(t, pump(3, "s1", ""), 5.2), id);
}

static void a_late_cause_takes_in_its_consequences_under_their_number(void **state)
{
    struct bench *t = *state;
    uint64_t one = bench_opens(t, pump(2, "s1", "z1"), 0);
    uint64_t two = bench_opens(t, bench_sign(EVIDENCE_EQUIPMENT, CLASS_PLANT_EQUIPMENT, 3, "s1", ""), 0.01);

    assert_int_not_equal(one, two);
    assert_int_equal(bench_opens(t, power(1, "s1"), 0.1), one);
    assert_int_equal(bench_state(t, two), INCIDENT_MERGED);
    assert_int_equal(bench_find(t, two)->merged_into, one);
    assert_int_equal(bench_find(t, one)->member_count, 3);
    assert_int_equal(by_alarm(t, one, 2)->cause, by_alarm(t, one, 1)->id);
    assert_int_equal(by_alarm(t, one, 3)->cause, by_alarm(t, one, 1)->id);
    assert_int_equal(bench_clock(t, one).start.ms, hour(0).ms);
    assert_refused(bench_do(t, two, STEP_REPORT, 1), REFUSED_MERGED);
}

static uint64_t call(struct bench *t, enum incident_class class, const char *zone, double since, double at)
{
    struct outcome o = bench_take(t,
                                  (struct incident_step){ .kind = STEP_CALL,
                                                          .source = CLOCK_PHONE,
                                                          .class = class,
                                                          .zone = zone,
                                                          .other = 77,
                                                          .who = "tổng đài",
                                                          .note = "mất nước",
                                                          .claimed = hour(since) },
                                  at);
    assert_taken(o.refusal);
    return o.incident;
}

static void low_pressure_joins_the_call_that_came_before_it(void **state)
{
    struct bench *t = *state;
    uint64_t id = call(t, CLASS_SERVICE_NETWORK, "z1", 0, 1);

    assert_int_not_equal(bench_pressure(t, 1, "z2", 1.2), id);
    assert_int_equal(bench_pressure(t, 2, "z1", 1.2), id);
    assert_int_equal(bench_opens(t, flow(3, "", "z1"), 1.3), id);
    assert_int_equal(bench_clock(t, id).start.ms, hour(0).ms); /* the customer had no water then already */
    /* it does not stand alone when the customer has water and the pipe is still low */
    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_RESTORED, .member = bench_find(t, id)->members[0].id },
        2));
    bench_pass(t, 3);
    assert_int_equal(bench_find(t, id)->member_count, 3);
    assert_int_not_equal(bench_pressure(t, 4, "z1", 3), id); /* water came back since: another event */
}

static void a_call_explains_low_water_of_its_hours_only(void **state)
{
    struct bench *t = *state;
    uint64_t taste = call(t, CLASS_WATER_QUALITY, "z1", 0, 0.1), id;
    struct sign high = bench_sign(EVIDENCE_PRESSURE, CLASS_SERVICE_NETWORK, 2, "", "z3");

    assert_int_not_equal(bench_pressure(t, 1, "z1", 0.2), taste);
    id = call(t, CLASS_SERVICE_NETWORK, "z3", 1, 1.1);
    high.side = SIDE_ABOVE;
    assert_int_not_equal(bench_opens(t, high, 1.2), id);
    assert_int_not_equal(bench_pressure(t, 3, "z3", 3.1), id);
}

static void what_explains_better_goes_before_the_call(void **state)
{
    struct bench *t = *state;
    uint64_t id = call(t, CLASS_SERVICE_NETWORK, "z1", 0, 0.1);
    uint64_t mains = bench_opens(t, power(1, "s1"), 0.2);

    assert_int_not_equal(mains, id); /* the clerk is offered it, and says */
    assert_int_equal(bench_opens(t, bench_sign(EVIDENCE_PRESSURE, CLASS_SERVICE_NETWORK, 2, "s1", "z1"), 0.3),
                     mains);
}

static void a_cause_that_comes_much_later_takes_in_nothing(void **state)
{
    struct bench *t = *state;
    uint64_t one = bench_opens(t, pump(2, "s1", "z1"), 0);

    assert_int_not_equal(bench_opens(t, power(1, "s1"), 0.3), one);
}

static void what_people_found_or_took_apart_is_not_folded_again(void **state)
{
    struct bench *t = *state;
    uint64_t found = bench_opens(t, pump(2, "s1", "z1"), 0), id;
    uint64_t member;

    assert_taken(bench_do(t, found, STEP_CAUSE, 0.05));
    assert_int_not_equal(bench_opens(t, power(1, "s1"), 0.1), found);
    id = bench_opens(t, power(11, "s2"), 1);
    (void)bench_opens(t, pump(12, "s2", "z2"), 1);
    member = by_alarm(t, id, 12)->id;
    assert_taken(bench_step(
        t, id, (struct incident_step){ .kind = STEP_UNLINK, .member = member, .note = "cháy động cơ" }, 1.1));
    bench_tick(t, 1.2);
    id = bench_find(t, id)->ties[0].incident;
    assert_int_not_equal(bench_opens(t, power(13, "s2"), 1.2), id); /* it would explain the pump */
    assert_int_equal(bench_find(t, id)->member_count, 1);
}

static void thirty_consequences_are_one_incident_and_the_pump_that_stays_dead_another(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, power(1, "s1"), 0), dead;

    for (uint64_t k = 0; k < 30; k++)
        assert_int_equal(
            bench_opens(t, k % 2 == 0 ? pump(100 + k, "s1", "z1") : flow(100 + k, "s1", "z1"), 0.001), id);
    bench_tick(t, 0.1);
    assert_int_equal(bench_told(t, id, OUT_OPENED), 1);
    bench_clears(t, 1, 2);
    for (uint64_t k = 1; k < 30; k++)
        bench_clears(t, 100 + k, 2.05);
    bench_pass(t, 2.1);
    assert_int_equal(bench_find(t, id)->member_count, 31);
    bench_pass(t, 2.3);
    assert_int_equal(bench_find(t, id)->member_count, 30);
    assert_int_equal(bench_state(t, id), INCIDENT_RESTORED);
    assert_int_equal(incidents_count(t->b), 2);
    dead = incidents_at(t->b, 1)->id;
    assert_int_equal(bench_find(t, dead)->ties[0].incident, id);
    assert_int_equal(bench_find(t, dead)->ties[0].kind, TIE_OUTLIVED);
    assert_int_equal(bench_clock(t, dead).start.ms, hour(0.001).ms); /* its own first evidence */
    assert_int_equal(bench_clock(t, dead).class, CLASS_PLANT_EQUIPMENT);
    bench_pass(t, 3);
    assert_int_equal(bench_told(t, dead, OUT_OPENED), 1);
    assert_int_equal(bench_told(t, id, OUT_ENDED), 1);
    assert_int_equal(t->out_count, 3);
}

static void what_left_its_cause_has_none_and_more_is_folded_to_it(void **state)
{
    struct bench *t = *state;
    uint64_t part;

    (void)bench_opens(t, power(1, "s1"), 0);
    (void)bench_opens(t, pump(2, "s1", "z1"), 0.01);
    bench_clears(t, 1, 1);
    bench_pass(t, 1.5);
    part = incidents_at(t->b, 1)->id;
    assert_int_equal(by_alarm(t, part, 2)->cause, 0);
    assert_int_equal(bench_opens(t, flow(3, "s2", "z1"), 2), part);
}

static void a_consequence_takes_what_it_explains_with_it(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, power(1, "s1"), 0), part;

    (void)bench_opens(t, pump(2, "s1", "z1"), 0.01);
    (void)bench_opens(t, flow(3, "s2", "z1"), 0.02);
    bench_clears(t, 1, 1);
    bench_pass(t, 1.5);
    assert_int_equal(bench_find(t, id)->member_count, 1);
    part = incidents_at(t->b, 1)->id;
    assert_int_equal(by_alarm(t, part, 3)->cause, by_alarm(t, part, 2)->id);
    assert_int_equal(bench_clock(t, part).due.ms, hour(12.01).ms);
}

static struct sign too_much(uint64_t alarm, const char *zone)
{
    struct sign s = flow(alarm, "", zone);

    s.side = SIDE_ABOVE;
    return s;
}

static struct sign too_little(struct sign s)
{
    s.side = SIDE_BELOW;
    return s;
}

/* No pump that stands makes more flow. */
static void a_burst_while_the_mains_are_away_is_its_own(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, power(1, "s1"), 0), burst;

    assert_int_equal(bench_opens(t, pump(2, "s1", "z1"), 0.01), id);
    assert_int_equal(bench_opens(t, too_little(flow(3, "", "z1")), 0.1), id);
    burst = bench_opens(t, too_much(4, "z1"), 1);
    assert_int_not_equal(burst, id);
    assert_int_equal(by_alarm(t, burst, 4)->cause, 0);
    assert_int_equal(bench_clock(t, burst).due.ms, hour(13).ms); /* 12 h of its own */
    bench_tick(t, 1.2);
    assert_int_equal(bench_told(t, burst, OUT_OPENED), 1);
    /* a cause that is seen late does not take it either */
    burst = bench_opens(t, too_much(5, "z2"), 2);
    assert_int_not_equal(bench_opens(t, pump(6, "s2", "z2"), 2.1), burst);
}

static void more_flows_for_a_while_when_the_pumps_start_again(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, pump(1, "s1", "z1"), 0);

    bench_clears(t, 1, 2);
    assert_int_equal(bench_opens(t, too_much(2, "z1"), 2.2), id);
    bench_pass(t, 2.5); /* and a flow that stays is no filling of pipes */
    assert_int_equal(bench_find(t, id)->member_count, 1);
    assert_int_not_equal(bench_opens(t, too_much(3, "z1"), 3), id);
}

/* One point, first starved by the mains, then by a burst next to it. */
static void too_little_and_too_much_of_one_point_are_two(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, power(1, "s1"), 0), burst;
    struct sign low = too_little(flow(2, "s1", "z1")), high = too_much(3, "z1");

    high.point = low.point;
    assert_int_equal(bench_opens(t, low, 0.1), id);
    bench_clears(t, 2, 0.4);
    burst = bench_opens(t, high, 0.5);
    assert_int_not_equal(burst, id);
    assert_int_equal(bench_clock(t, burst).start.ms, hour(0.5).ms);
    assert_int_equal(bench_opens(t, low, 0.6), id); /* that comes back to where it was */
}

static void several_that_see_one_burst_are_one_and_stay_one(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    assert_int_equal(bench_pressure(t, 2, "z1", 0.1), id);
    assert_int_equal(bench_opens(t, flow(3, "", "z1"), 0.2), id);
    assert_int_not_equal(bench_pressure(t, 4, "z1", 0.8), id);
    bench_clears(t, 1, 1);
    bench_pass(t, 2);
    assert_int_equal(bench_find(t, id)->member_count, 3);
}

static void a_second_burst_rings_again_and_may_be_split_off(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, flow(1, "", "z1"), 0), second, part;
    struct sign step = flow(1, "", "z1");

    bench_tick(t, 0.1);
    assert_taken(bench_do(t, id, STEP_ACKNOWLEDGE, 0.2));
    step.change = SIGN_STEPPED;
    step.size = 4.5;
    assert_int_equal(bench_opens(t, step, 0.7), id);
    assert_true(bench_find(t, id)->unacknowledged);
    assert_int_equal(bench_told(t, id, OUT_STEP), 1);
    assert_float_equal(t->out[t->out_count - 1].size, 4.5, 0);
    second = bench_find(t, id)->members[1].id;
    assert_taken(
        bench_step(t, id,
                   (struct incident_step){
                       .kind = STEP_SPLIT, .members = &second, .member_count = 1, .note = "hai chỗ" },
                   1));
    part = bench_find(t, id)->ties[0].incident;
    assert_int_equal(bench_clock(t, part).start.ms, hour(0.7).ms);
    assert_int_equal(bench_clock(t, id).start.ms, hour(0).ms);
    bench_clears(t, 1, 5); /* one alarm, in two incidents */
    assert_int_equal(bench_state(t, id), INCIDENT_RESTORED);
    assert_int_equal(bench_state(t, part), INCIDENT_RESTORED);
}

static void what_comes_back_within_the_hour_is_the_same_and_its_repair_does_not_hold(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0), again;
    struct sign s = bench_sign(EVIDENCE_PRESSURE, CLASS_SERVICE_NETWORK, 9, "", "z1");

    assert_taken(bench_do(t, id, STEP_REPAIRED, 2));
    bench_clears(t, 1, 2.2);
    s.point = 1001; /* of alarm 1 */
    assert_int_equal(bench_opens(t, s, 3), id);
    assert_int_equal(bench_find(t, id)->member_count, 1);
    assert_int_equal(bench_clock(t, id).due.ms, hour(12).ms);
    assert_int_equal(incident_on_time(bench_find(t, id), t->now), ON_TIME_RUNNING);
    bench_clears(t, 9, 4);
    again = bench_opens(t, s, 6);
    assert_int_not_equal(again, id);
}

static void a_new_fault_after_closing_is_a_new_incident_tied_to_the_old(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, pump(1, "s1", ""), 0), again;

    bench_clears(t, 1, 1);
    assert_taken(bench_do(t, id, STEP_CAUSE, 1));
    assert_taken(bench_do(t, id, STEP_CLOSE, 1.1));
    again = bench_opens(t, pump(1, "s1", ""), 1.2);
    assert_int_not_equal(again, id);
    assert_int_equal(bench_find(t, again)->ties[0].incident, id);
    assert_int_equal(bench_find(t, again)->ties[0].kind, TIE_FOLLOWS);
    assert_int_equal(bench_clock(t, again).start.ms, hour(1.2).ms);
}

static void a_message_waits_for_its_cause_unless_it_is_dangerous(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, pump(1, "s1", ""), 0), bad;

    bench_tick(t, 0.005);
    assert_int_equal(t->out_count, 0);
    assert_int_equal(bench_opens(t, power(2, "s1"), 0.006), id);
    bench_tick(t, 0.009);
    assert_int_equal(t->out_count, 1);
    bad = bench_opens(t, bench_sign(EVIDENCE_QUALITY, CLASS_WATER_QUALITY, 3, "s7", ""), 1);
    assert_int_equal(bench_told(t, bad, OUT_OPENED), 1);
    assert_int_not_equal(bench_find(t, bad)->duties[DUTY_CDC].since.ms, 0);
}

static void danger_that_joins_an_incident_is_told_by_itself(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, bench_sign(EVIDENCE_EQUIPMENT, CLASS_PLANT_EQUIPMENT, 1, "s1", ""), 0);

    bench_tick(t, 0.1);
    assert_int_equal(bench_opens(t, bench_sign(EVIDENCE_QUALITY, CLASS_WATER_QUALITY, 2, "s1", ""), 0.2), id);
    assert_int_equal(bench_told(t, id, OUT_STEP), 1);
}

static void what_was_over_before_it_was_told_says_so(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_pressure(t, 1, "z1", 0);

    bench_clears(t, 1, 0.004);
    bench_tick(t, 0.1);
    assert_int_equal(bench_told(t, id, OUT_OPENED), 1);
    assert_true(t->out[0].over);
    (void)bench_pressure(t, 2, "z9", 1);
    bench_tick(t, 2);
    assert_false(t->out[1].over);
}

static void a_drill_and_a_true_incident_never_mix(void **state)
{
    struct bench *t = *state;
    struct sign s = power(1, "s1");
    uint64_t drill, real;

    s.drill = true;
    drill = bench_opens(t, s, 0);
    real = bench_opens(t, pump(2, "s1", ""), 0.01);
    assert_int_not_equal(real, drill);
    assert_refused(bench_step(t, real, (struct incident_step){ .kind = STEP_MERGE, .other = drill }, 1),
                   REFUSED_DRILL);
    bench_tick(t, 1);
    assert_true(t->out[0].drill != t->out[1].drill);
}

static void a_member_without_room_opens_its_own_tied_incident(void **state)
{
    struct bench *t = *state;
    uint64_t id = bench_opens(t, power(1, "s1"), 0), more;

    for (uint64_t k = 1; k < INCIDENT_MEMBERS_MAX; k++)
        assert_int_equal(bench_opens(t, pump(100 + k, "s1", ""), 0.01), id);
    more = bench_opens(t, pump(99, "s1", ""), 0.02);
    assert_int_not_equal(more, id);
    assert_int_equal(bench_find(t, more)->ties[0].kind, TIE_OVERFLOW);
}

static void a_full_book_lets_go_what_is_over_and_refuses_else(void **state)
{
    struct bench *t = *state;
    struct sign s = flow(500, "", "z500");
    uint64_t first = bench_opens(t, pump(1, "s1", ""), 0);

    for (uint64_t k = 2; k <= 64; k++) {
        char zone[16];
        (void)snprintf(zone, sizeof zone, "z%u", (unsigned)k);
        (void)bench_pressure(t, k, zone, 0);
    }
    s.at = hour(1);
    assert_refused(incidents_sign(t->b, &s, hour(1)).refusal, REFUSED_FULL);
    assert_int_equal(incidents_refused(t->b), 1);
    bench_clears(t, 1, 1);
    assert_taken(bench_do(t, first, STEP_CAUSE, 1));
    assert_taken(bench_do(t, first, STEP_CLOSE, 1));
    assert_refused(incidents_sign(t->b, &s, hour(1)).refusal, REFUSED_FULL); /* not written yet */
    while (incidents_take_changed(t->b) != NULL) {
    }
    assert_refused(incidents_sign(t->b, &s, hour(1)).refusal, REFUSED_FULL); /* taken, but where is it? */
    incidents_written(t->b, first);
    assert_taken(incidents_sign(t->b, &s, hour(1)).refusal);
    assert_null(incidents_find(t->b, first));
    assert_int_equal(incidents_take_gone(t->b), first);
    assert_int_equal(incidents_take_gone(t->b), 0);
}

static void times_of_a_clock_that_was_not_synchronised_move_when_it_is(void **state)
{
    struct bench *t = *state;
    struct sign s = bench_sign(EVIDENCE_PRESSURE, CLASS_SERVICE_NETWORK, 1, "", "z1");
    uint64_t id;

    s.unsure = true;
    id = bench_opens(t, s, 0);
    bench_pass(t, 7);
    assert_true(incident_unsure(bench_find(t, id)));
    assert_int_equal(bench_told(t, id, OUT_WARNING), 1);
    t->now = hour(107); /* it was 100 h slow */
    incidents_clock_true(t->b, 100 * CLOCK_HOUR_MS, t->now);
    bench_listen(t);
    assert_false(incident_unsure(bench_find(t, id)));
    assert_int_equal(bench_clock(t, id).start.ms, hour(100).ms);
    assert_int_equal(bench_told(t, id, OUT_DUE_MOVED), 1);
    assert_string_equal(incident_last_fact(bench_find(t, id), FACT_CLOCK_CORRECTED)->note, "+360000.000 s");
    assert_int_equal(incident_fact(bench_find(t, id), FACT_DETECTED)->claimed.ms,
                     hour(0).ms); /* as it was told */
    bench_pass(t, 109.1);
    assert_int_equal(bench_told(t, id, OUT_WARNING), 2);
    incidents_clock_true(t->b, CLOCK_HOUR_MS, t->now); /* once */
    assert_int_equal(bench_clock(t, id).start.ms, hour(100).ms);
}

static void what_a_person_said_the_time_of_does_not_move(void **state)
{
    struct bench *t = *state;
    struct sign s = bench_sign(EVIDENCE_PRESSURE, CLASS_SERVICE_NETWORK, 1, "", "z1");
    struct incident_step call = {
        .kind = STEP_CALL, .other = 9, .class = CLASS_SERVICE_NETWORK, .unsure = true, .zone = "z7"
    };
    uint64_t id, called;

    s.unsure = true;
    id = bench_opens(t, s, 5);
    assert_taken(bench_step(t, id, (struct incident_step){ .kind = STEP_BACKDATE, .claimed = hour(4) }, 5.1));
    call.claimed = hour(3);
    called = bench_take(t, call, 5.2).incident;
    t->now = hour(7.2);
    incidents_clock_true(t->b, 2 * CLOCK_HOUR_MS, t->now);
    assert_int_equal(bench_clock(t, id).start.ms, hour(4).ms);
    assert_int_equal(bench_find(t, id)->members[0].evident.ms, hour(7).ms);
    assert_int_equal(bench_clock(t, called).start.ms, hour(3).ms);
}

static void lost_telemetry_that_came_back_by_itself_closes_itself(void **state)
{
    struct bench *t = *state;
    struct sign silence = bench_sign(EVIDENCE_SILENCE, CLASS_TELEMETRY, 1, "s1", "");
    uint64_t id = bench_opens(t, silence, 0), taken_up, pumps;

    silence = bench_sign(EVIDENCE_SILENCE, CLASS_TELEMETRY, 2, "s2", "");
    taken_up = bench_opens(t, silence, 0);
    assert_taken(bench_do(t, taken_up, STEP_ASSIGN, 0.1));
    pumps = bench_opens(t, pump(3, "s3", ""), 0.1);
    for (uint64_t alarm = 1; alarm <= 3; alarm++)
        bench_clears(t, alarm, 1);
    bench_pass(t, 24.9);
    assert_int_equal(bench_state(t, id), INCIDENT_RESTORED);
    bench_pass(t, 25);
    assert_int_equal(bench_state(t, id), INCIDENT_CLOSED);
    assert_int_equal(incident_last_fact(bench_find(t, id), FACT_CLOSED)->source, CLOCK_TELEMETRY);
    assert_int_equal(bench_state(t, taken_up), INCIDENT_RESTORED); /* whoever took it up closes it */
    assert_int_equal(bench_state(t, pumps), INCIDENT_RESTORED);    /* a cause is owed */
    assert_taken(bench_do(t, id, STEP_REOPEN, 25.1));
    bench_pass(t, 60);
    assert_int_equal(bench_state(t, id), INCIDENT_DETECTED);
}

static void a_sign_that_means_nothing_is_refused(void **state)
{
    struct bench *t = *state;
    struct sign s = flow(1, "", "z1");

    assert_refused(incidents_sign(t->b, &s, hour(0)).refusal, REFUSED_BAD); /* no time */
    s.at = hour(0);
    s.alarm = 0;
    assert_refused(incidents_sign(t->b, &s, hour(0)).refusal, REFUSED_BAD);
    s.alarm = 1;
    s.change = SIGN_CLEARED;
    assert_refused(incidents_sign(t->b, &s, hour(0)).refusal, REFUSED_MISSING);
    s.change = SIGN_OPENED;
    s.at = hour(5); /* a clock that is ahead: it is taken as now */
    assert_int_equal(bench_clock(t, incidents_sign(t->b, &s, hour(0)).incident).start.ms, hour(0).ms);
    assert_true(incidents_sign(t->b, &s, hour(0)).again);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)
    const struct CMUnitTest tests[] = {
        T(power_explains_the_pump_and_the_pump_the_flow),
        T(a_nearer_cause_that_is_seen_later_takes_over),
        T(a_link_explains_silence_of_its_site_only),
        T(the_window_closes_some_time_after_the_cause),
        T(a_late_cause_takes_in_its_consequences_under_their_number),
        T(low_pressure_joins_the_call_that_came_before_it),
        T(a_call_explains_low_water_of_its_hours_only),
        T(what_explains_better_goes_before_the_call),
        T(a_cause_that_comes_much_later_takes_in_nothing),
        T(what_people_found_or_took_apart_is_not_folded_again),
        T(thirty_consequences_are_one_incident_and_the_pump_that_stays_dead_another),
        T(what_left_its_cause_has_none_and_more_is_folded_to_it),
        T(a_consequence_takes_what_it_explains_with_it),
        T(a_burst_while_the_mains_are_away_is_its_own),
        T(more_flows_for_a_while_when_the_pumps_start_again),
        T(too_little_and_too_much_of_one_point_are_two),
        T(several_that_see_one_burst_are_one_and_stay_one),
        T(a_second_burst_rings_again_and_may_be_split_off),
        T(what_comes_back_within_the_hour_is_the_same_and_its_repair_does_not_hold),
        T(a_new_fault_after_closing_is_a_new_incident_tied_to_the_old),
        T(a_message_waits_for_its_cause_unless_it_is_dangerous),
        T(danger_that_joins_an_incident_is_told_by_itself),
        T(what_was_over_before_it_was_told_says_so),
        T(a_drill_and_a_true_incident_never_mix),
        T(a_member_without_room_opens_its_own_tied_incident),
        T(a_full_book_lets_go_what_is_over_and_refuses_else),
        T(times_of_a_clock_that_was_not_synchronised_move_when_it_is),
        T(what_a_person_said_the_time_of_does_not_move),
        T(lost_telemetry_that_came_back_by_itself_closes_itself),
        T(a_sign_that_means_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
