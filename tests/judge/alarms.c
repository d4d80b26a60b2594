#include "judge/alarms.h"

#include <math.h>

#include "unit.h"

enum { POINTS = 3, RULES_EACH = 3, HOUR = 3600 * 1000 };

static struct catalogue plant;

static void add_rules(uint32_t point)
{
    static const char *const NAMES[RULES_EACH] = { "high", "stale", "door" };
    static const uint8_t STAKES_OF[RULES_EACH] = { STAKE_HEALTH, STAKE_OPERATION, STAKE_SECURITY };

    for (unsigned i = 0; i < RULES_EACH; i++) {
        struct rule r = {
            .key = 100 + i, .point = point, .stake = STAKES_OF[i], .latched = i == 2, .limit = 10
        };
        (void)snprintf(r.id, sizeof r.id, "%s", NAMES[i]);
        r.other = r.cause = NO_INDEX;
        assert_int_equal(catalogue_add_rule(&plant, &r, NULL), ERR_NONE);
    }
}

static int make_plant(void **state)
{
    struct fault why;

    (void)state;
    catalogue_init(&plant);
    for (uint32_t i = 0; i < POINTS; i++) {
        struct point p = { .every_ms = 1000 };
        (void)snprintf(p.id, sizeof p.id, "p%u", i);
        assert_int_equal(catalogue_add_point(&plant, &p, NULL), ERR_NONE);
        add_rules(i);
    }
    return catalogue_seal(&plant, &why) == ERR_NONE ? 0 : -1;
}

static int drop_plant(void **state)
{
    (void)state;
    catalogue_clear(&plant);
    return 0;
}

static struct rule_turn turn(uint32_t point, unsigned rule, enum rule_word word, int64_t at)
{
    return (struct rule_turn){ .rule = 100 + rule,
                               .point = point,
                               .at = { at },
                               .word = (uint8_t)word,
                               .severity = SEVERITY_MEDIUM,
                               .stake = plant.rules[point * RULES_EACH + rule].stake,
                               .value = 11,
                               .limit = 10 };
}

/* ---- one alarm, every state and every event ---- */

/* The rule of the house in other words than the table's.  -1: refused. */
static int expected_core(const struct alarm *a, enum alarm_event e)
{
    bool live = a->core == ALARM_UNACKNOWLEDGED || a->core == ALARM_ACKNOWLEDGED;

    if (e == ALARM_RETIRE || e == ALARM_SUPERSEDE)
        return ALARM_NORMAL;
    if (e == ALARM_FURTHER || e == ALARM_WORSE || (e == ALARM_HOLDS && !live))
        return ALARM_UNACKNOWLEDGED;
    if (e == ALARM_RESTS && a->core == ALARM_UNACKNOWLEDGED)
        return ALARM_RETURNED;
    if ((e == ALARM_RESTS && a->core == ALARM_ACKNOWLEDGED) ||
        (e == ALARM_ACKNOWLEDGE && a->core == ALARM_RETURNED))
        return a->latched ? ALARM_LATCHED : ALARM_NORMAL;
    if (e == ALARM_ACKNOWLEDGE)
        return a->core == ALARM_UNACKNOWLEDGED ? ALARM_ACKNOWLEDGED : -1;
    if (e == ALARM_RESET)
        return a->core == ALARM_LATCHED ? ALARM_NORMAL : -1;
    if ((e == ALARM_UNSHELVE || e == ALARM_SHELF_ENDS) && a->shelved_until.ms == 0)
        return -1;
    return a->core;
}

static int expected_quiet(const struct alarm *a, enum alarm_event e)
{
    if (e == ALARM_NOT_JUDGED)
        return ALARM_SUPPRESSED;
    if (e == ALARM_TAKEN_OUT)
        return ALARM_OUT_OF_SERVICE;
    return e < ALARM_NOT_JUDGED ? 0 : a->quiet;
}

static int64_t expected_shelf(const struct alarm *a, enum alarm_event e)
{
    if (e == ALARM_SHELVE)
        return 9999;
    return e == ALARM_UNSHELVE || e == ALARM_SHELF_ENDS ? 0 : a->shelved_until.ms;
}

static void check_one(const struct alarm *was, enum alarm_event e)
{
    const struct alarm_happens h = { e, { 500 }, 12, 10, SEVERITY_MEDIUM, { 9999 } };
    struct alarm a = *was;
    enum alarm_doing did = alarm_next(&a, &h);
    int core = expected_core(was, e);
    bool forced = e == ALARM_RETIRE || e == ALARM_SUPERSEDE;
    bool over = forced || (core == ALARM_NORMAL && expected_shelf(was, e) == 0);

    assert_int_equal(did == ALARM_REFUSES, core < 0);
    if (did == ALARM_REFUSES) {
        assert_memory_equal(&a, was, sizeof a);
        return;
    }
    if (did == ALARM_STAYS) {
        assert_int_equal(alarm_state(&a), alarm_state(was));
        assert_int_equal(a.steps, was->steps);
        return;
    }
    assert_int_equal(a.core, core);
    assert_int_equal(a.steps, was->steps + 1);
    assert_true(a.changed.ms >= was->changed.ms);
    assert_int_equal(a.end != ALARM_OPEN, over);
    assert_int_equal(a.quiet, over ? 0 : expected_quiet(was, e));
    assert_int_equal(a.shelved_until.ms, over ? 0 : expected_shelf(was, e));
    assert_int_equal(a.end == ALARM_RETIRED, e == ALARM_RETIRE);
    assert_int_equal(a.end == ALARM_SUPERSEDED, e == ALARM_SUPERSEDE);
}

static void every_state_meets_every_event(void **state)
{
    static const uint8_t QUIETS[] = { 0, ALARM_SUPPRESSED, ALARM_OUT_OF_SERVICE };
    unsigned met = 0;

    (void)state;
    for (unsigned i = 0; i < ALARM_CORE_COUNT * 2 * 3 * 2; i++) {
        struct alarm a = { .core = (uint8_t)(i % ALARM_CORE_COUNT),
                           .latched = i / ALARM_CORE_COUNT % 2,
                           .quiet = QUIETS[i / ALARM_CORE_COUNT / 2 % 3],
                           .shelved_until = { i / ALARM_CORE_COUNT / 6 % 2 ? 700 : 0 },
                           .severity = SEVERITY_MEDIUM,
                           .steps = 3,
                           .opened = { 100 },
                           .changed = { 600 } };
        for (int e = 0; e < ALARM_EVENT_COUNT; e++, met++)
            check_one(&a, (enum alarm_event)e);
    }
    print_message("%u pairs of state and event\n", met);
}

/* ---- what rules say ---- */

static void an_alarm_opens_once_and_is_over_when_it_rests_and_was_seen(void **state)
{
    struct alarms *s = alarms_new();
    struct rule_turn t = turn(0, 1, RULE_HOLDS, 1000);
    struct alarm_act act = { .event = ALARM_ACKNOWLEDGE, .key = "k", .who = "Lan" };
    struct alarm_step step;
    struct fault why;

    (void)state;
    assert_true(alarms_turn(s, &plant, &t, false, &step));
    assert_int_equal(step.alarm.id, alarm_id(plant.points[0].key, 101, t.at));
    assert_false(alarms_turn(s, &plant, &t, false, &step));
    assert_int_equal(alarms_count(s), 1);
    t = turn(0, 1, RULE_UNKNOWN, 2000);
    assert_false(alarms_turn(s, &plant, &t, false, &step));
    t = turn(0, 1, RULE_RESTS, 500); /* a clock that was set back */
    assert_true(alarms_turn(s, &plant, &t, false, &step));
    assert_int_equal(step.at.ms, 1000);
    assert_int_equal(alarm_state(&step.alarm), ALARM_RETURNED);
    act.alarm = step.alarm.id;
    assert_int_equal(alarms_act(s, &act, (struct wall){ 3000 }, &step, &why), ERR_NONE);
    assert_int_equal(step.alarm.end, ALARM_ENDED);
    assert_string_equal(step.who, "Lan");
    assert_int_equal(alarms_count(s), 0);
    assert_int_equal(alarms_act(s, &act, (struct wall){ 3001 }, &step, &why), ERR_MISSING);
    alarms_free(s);
}

static void further_and_worse_ring_again(void **state)
{
    struct alarms *s = alarms_new();
    struct rule_turn t = turn(0, 1, RULE_HOLDS, 1000);
    struct alarm_act act = { .event = ALARM_ACKNOWLEDGE, .key = "k", .who = "Lan" };
    struct alarm_step step;
    struct fault why;

    (void)state;
    t.value = 15;
    assert_true(alarms_turn(s, &plant, &t, false, &step));
    act.alarm = step.alarm.id;
    assert_int_equal(alarms_act(s, &act, (struct wall){ 1100 }, &step, &why), ERR_NONE);
    t.value = 14;
    assert_false(alarms_turn(s, &plant, &t, false, &step));
    t.value = 14.5; /* further than the word before, not than what was seen */
    assert_false(alarms_turn(s, &plant, &t, false, &step));
    t.value = 2; /* farther from the limit, on its other side: on its way back */
    assert_false(alarms_turn(s, &plant, &t, false, &step));
    t.value = 16;
    assert_true(alarms_turn(s, &plant, &t, false, &step));
    assert_int_equal(step.event, ALARM_FURTHER);
    assert_int_equal(alarm_state(&step.alarm), ALARM_UNACKNOWLEDGED);
    assert_int_equal(step.alarm.times, 1);
    assert_int_equal(alarms_act(s, &act, (struct wall){ 1200 }, &step, &why), ERR_NONE);
    t.severity = SEVERITY_CRITICAL;
    assert_true(alarms_turn(s, &plant, &t, false, &step));
    assert_int_equal(step.event, ALARM_WORSE);
    assert_int_equal(step.alarm.severity, SEVERITY_CRITICAL);
    alarms_free(s);
}

static void flapping_thirty_six_times_is_one_alarm_with_a_count(void **state)
{
    struct alarms *s = alarms_new();
    struct alarm_step step;

    (void)state;
    for (int i = 0; i < 36; i++) {
        struct rule_turn t = turn(1, 1, RULE_HOLDS, 1000 + i * 20);
        assert_true(alarms_turn(s, &plant, &t, false, &step));
        t = turn(1, 1, RULE_RESTS, 1010 + i * 20);
        assert_true(alarms_turn(s, &plant, &t, false, &step));
    }
    assert_int_equal(alarms_count(s), 1);
    assert_int_equal(alarms_at(s, 0)->times, 36);
    alarms_free(s);
}

static void a_mode_leaves_what_was_open(void **state)
{
    struct alarms *s = alarms_new();
    struct rule_turn t = turn(1, 1, RULE_NOT_JUDGED, 1000);
    struct alarm_step step;

    (void)state;
    assert_false(alarms_turn(s, &plant, &t, false, &step));
    t.word = RULE_HOLDS;
    assert_true(alarms_turn(s, &plant, &t, false, &step));
    t.word = RULE_NOT_JUDGED;
    assert_true(alarms_turn(s, &plant, &t, true, &step));
    assert_int_equal(alarm_state(&step.alarm), ALARM_OUT_OF_SERVICE);
    assert_int_equal(step.alarm.core, ALARM_UNACKNOWLEDGED);
    assert_true(alarms_turn(s, &plant, &t, false, &step));
    assert_int_equal(alarm_state(&step.alarm), ALARM_SUPPRESSED);
    t.word = RULE_UNKNOWN;
    assert_true(alarms_turn(s, &plant, &t, false, &step));
    assert_int_equal(alarm_state(&step.alarm), ALARM_UNACKNOWLEDGED);
    alarms_free(s);
}

static void the_next_alarm_has_another_id_though_no_time_passed(void **state)
{
    struct alarms *s = alarms_new();
    struct alarm_act act = { .event = ALARM_ACKNOWLEDGE, .key = "k", .who = "Lan" };
    struct alarm_step first, step;
    struct fault why;

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct rule_turn t = turn(1, 1, RULE_HOLDS, 1000);
        assert_true(alarms_turn(s, &plant, &t, false, &step));
        if (i == 0)
            first = step;
        else
            assert_int_not_equal(first.alarm.id, step.alarm.id);
        act.alarm = step.alarm.id;
        assert_int_equal(alarms_act(s, &act, (struct wall){ 1000 }, &step, &why), ERR_NONE);
        t.word = RULE_RESTS;
        assert_true(alarms_turn(s, &plant, &t, false, &step));
        assert_int_equal(step.alarm.end, ALARM_ENDED);
    }
    alarms_free(s);
}

/* ---- shelves ---- */

static enum err shelve(struct alarms *s, uint64_t id, int64_t until, bool leads)
{
    struct alarm_act act = { .event = ALARM_SHELVE,
                             .leads = leads,
                             .alarm = id,
                             .until = { until },
                             .key = "k",
                             .why = "pump is out" };
    struct alarm_step step;
    struct fault why;

    return alarms_act(s, &act, (struct wall){ 1000 }, &step, &why);
}

static void a_shelf_has_an_end_and_its_measure_depends_on_the_stake(void **state)
{
    struct alarms *s = alarms_new();
    struct rule_turn health = turn(0, 0, RULE_HOLDS, 1000), plain = turn(0, 1, RULE_HOLDS, 1000);
    struct alarm_step a, b, step;

    (void)state;
    assert_true(alarms_turn(s, &plant, &health, false, &a));
    assert_true(alarms_turn(s, &plant, &plain, false, &b));
    assert_int_equal(shelve(s, a.alarm.id, 2000, false), ERR_DENIED);
    assert_int_equal(shelve(s, a.alarm.id, 1001 + HOUR, true), ERR_RANGE);
    assert_int_equal(shelve(s, a.alarm.id, 1000 + HOUR, true), ERR_NONE);
    assert_int_equal(shelve(s, b.alarm.id, 1000, false), ERR_RANGE);
    assert_int_equal(shelve(s, b.alarm.id, 1001 + 8 * HOUR, false), ERR_RANGE);
    assert_int_equal(shelve(s, b.alarm.id, 1000 + 8 * HOUR, false), ERR_NONE);
    assert_false(alarms_tick(s, (struct wall){ 999 + HOUR }, &step));
    assert_true(alarms_tick(s, (struct wall){ 1000 + HOUR }, &step));
    assert_int_equal(step.alarm.id, a.alarm.id);
    assert_int_equal(alarm_state(&step.alarm), ALARM_UNACKNOWLEDGED);
    alarms_free(s);
}

static void what_comes_and_goes_on_a_shelf_is_one_alarm_until_it_ends(void **state)
{
    struct alarms *s = alarms_new();
    struct rule_turn t = turn(0, 1, RULE_HOLDS, 1000);
    struct alarm_act act = { .event = ALARM_ACKNOWLEDGE, .key = "k", .who = "Lan" };
    struct alarm_step step;
    struct fault why;

    (void)state;
    assert_true(alarms_turn(s, &plant, &t, false, &step));
    act.alarm = step.alarm.id;
    assert_int_equal(shelve(s, act.alarm, 5000, false), ERR_NONE);
    assert_int_equal(alarms_act(s, &act, (struct wall){ 1001 }, &step, &why), ERR_NONE);
    t.word = RULE_RESTS;
    assert_true(alarms_turn(s, &plant, &t, false, &step));
    assert_int_equal(step.alarm.end, ALARM_OPEN);
    t.word = RULE_HOLDS;
    assert_true(alarms_turn(s, &plant, &t, false, &step));
    assert_int_equal(step.alarm.id, act.alarm);
    assert_int_equal(alarm_state(&step.alarm), ALARM_SHELVED);
    t.word = RULE_RESTS;
    assert_true(alarms_turn(s, &plant, &t, false, &step));
    assert_int_equal(alarms_act(s, &act, (struct wall){ 1002 }, &step, &why), ERR_NONE);
    assert_true(alarms_tick(s, (struct wall){ 5000 }, &step));
    assert_int_equal(step.alarm.end, ALARM_ENDED);
    assert_int_equal(alarms_count(s), 0);
    alarms_free(s);
}

/* ---- configuration, two of one rule ---- */

static void a_rule_that_changed_retires_its_alarm(void **state)
{
    struct alarms *s = alarms_new();
    struct rule_turn t = turn(2, 1, RULE_HOLDS, 1000);
    struct rule *rule = &plant.rules[2 * RULES_EACH + 1];
    struct alarm_step step;

    (void)state;
    assert_true(alarms_turn(s, &plant, &t, false, &step));
    assert_false(alarms_retire(s, &plant, (struct wall){ 2000 }, &step));
    rule->limit = 11;
    assert_true(alarms_retire(s, &plant, (struct wall){ 2000 }, &step));
    rule->limit = 10;
    assert_int_equal(step.alarm.end, ALARM_RETIRED);
    assert_int_equal(step.event, ALARM_RETIRE);
    assert_string_equal(step.why, "the rule has changed");
    assert_int_equal(alarms_count(s), 0);
    alarms_free(s);
}

/* What it is held against, and when it may speak, decides as its limit does. */
static void a_rule_with_another_condition_or_second_point_retires_its_alarm(void **state)
{
    const struct condition flows = {
        .value = 5, .how = COMPARE_GT, .from = CONDITION_ANY_TIME, .until = CONDITION_ANY_TIME
    };
    struct rule_turn t = turn(2, 1, RULE_HOLDS, 1000);
    struct rule *rule = &plant.rules[2 * RULES_EACH + 1];
    const struct rule was = *rule;

    (void)state;
    for (int change = 0; change < 4; change++) {
        struct alarms *s = alarms_new();
        struct alarm_step step;
        if (change > 1)
            assert_int_equal(catalogue_add_when(&plant, rule, &flows), ERR_NONE);
        assert_true(alarms_turn(s, &plant, &t, false, &step));
        assert_false(alarms_retire(s, &plant, (struct wall){ 2000 }, &step));
        switch (change) {
        case 0: rule->other = 1; break;
        case 1: assert_int_equal(catalogue_add_when(&plant, rule, &flows), ERR_NONE); break;
        case 2: plant.conditions[rule->when_first].value = 6; break;
        default: plant.conditions[rule->when_first].point = 1; break;
        }
        assert_true(alarms_retire(s, &plant, (struct wall){ 2000 }, &step));
        assert_string_equal(step.why, "the rule has changed");
        alarms_free(s);
        *rule = was;
    }
}

static void of_two_of_one_rule_the_older_is_superseded(void **state)
{
    struct alarms *s = alarms_new(), *other = alarms_new();
    struct rule_turn t = turn(2, 1, RULE_HOLDS, 1000), later = turn(2, 1, RULE_HOLDS, 1500);
    struct alarm_step old, young, step;

    (void)state;
    assert_true(alarms_turn(s, &plant, &t, false, &old));
    assert_true(alarms_turn(other, &plant, &later, false, &young));
    assert_true(alarms_restore(s, &young.alarm, (struct wall){ 2000 }, &step));
    assert_int_equal(step.alarm.id, old.alarm.id);
    assert_int_equal(step.alarm.end, ALARM_SUPERSEDED);
    assert_true(alarms_restore(s, &old.alarm, (struct wall){ 2000 }, &step));
    assert_int_equal(step.alarm.id, old.alarm.id);
    assert_int_equal(alarms_count(s), 1);
    assert_int_equal(alarms_at(s, 0)->id, young.alarm.id);
    alarms_free(s);
    alarms_free(other);
}

/* ---- anything at all, a restart after each step ---- */

static struct alarms *restarted(struct alarms *s)
{
    struct alarms *next = alarms_new();
    struct strbuf b;
    struct alarm_step unused;

    strbuf_init(&b, 1 << 20);
    for (size_t i = 0; i < alarms_count(s); i++)
        alarm_write(&b, alarms_at(s, i));
    for (const unsigned char *at = (const unsigned char *)b.text, *end = at + b.len;
         at != end && b.len > 0;) {
        struct alarm a;
        assert_int_equal(alarm_read(&at, end, &a), ERR_NONE);
        assert_false(alarms_restore(next, &a, (struct wall){ 0 }, &unused));
    }
    assert_int_equal(alarms_count(next), alarms_count(s));
    strbuf_clear(&b);
    alarms_free(s);
    return next;
}

static bool anything(struct alarms *s, uint64_t *seed, int64_t *now, struct alarm_step *step)
{
    struct rule_turn t = turn(test_below(seed, POINTS), test_below(seed, RULES_EACH),
                              (enum rule_word)test_below(seed, 4), *now);
    struct alarm_act act = { .event = (uint8_t)(ALARM_ACKNOWLEDGE + test_below(seed, 4)),
                             .leads = test_below(seed, 2) == 0,
                             .until = { *now + (int64_t)test_below(seed, 2 * HOUR) },
                             .key = "k",
                             .who = "Lan",
                             .why = "because" };
    struct fault why;

    *now += (int64_t)test_below(seed, HOUR) - 1000; /* clocks step back, too */
    t.value = 10 + test_below(seed, 5);
    t.severity = (uint8_t)test_below(seed, SEVERITY_COUNT);
    switch (test_below(seed, 3)) {
    case 0: return alarms_tick(s, (struct wall){ *now }, step);
    case 1:
        if (alarms_count(s) == 0)
            return false;
        act.alarm = alarms_at(s, test_below(seed, (uint32_t)alarms_count(s)))->id;
        return alarms_act(s, &act, (struct wall){ *now }, step, &why) == ERR_NONE;
    default: return alarms_turn(s, &plant, &t, test_below(seed, 2) == 0, step);
    }
}

static void check_all(const struct alarms *s, int64_t now)
{
    for (size_t i = 0; i < alarms_count(s); i++) {
        const struct alarm *a = alarms_at(s, i);
        assert_int_equal(a->end, ALARM_OPEN);
        assert_true(a->core != ALARM_NORMAL || a->shelved_until.ms != 0);
        assert_true(a->changed.ms >= a->opened.ms);
        assert_true(a->shelved_until.ms <= now + 9 * HOUR + 1000);
        assert_ptr_equal(alarms_of_rule(s, a->point, a->rule), a);
    }
}

static void whatever_happens_nothing_is_lost_or_doubled(void **state)
{
    uint64_t seed = test_seed("alarms");
    struct alarms *s = alarms_new();
    int64_t now = INT64_C(1800000000000);
    struct alarm_step step;

    (void)state;
    for (int i = 0; i < 2000; i++) {
        size_t before = alarms_count(s);
        if (anything(s, &seed, &now, &step)) {
            const struct alarm *a = alarms_find(s, step.alarm.id);
            assert_int_equal(a == NULL, step.alarm.end != ALARM_OPEN);
            assert_true(step.event != ALARM_UNKNOWN || step.alarm.end == ALARM_OPEN);
            assert_int_equal(alarms_count(s) + (step.alarm.end != ALARM_OPEN),
                             before + (step.alarm.steps == 1));
            assert_true(a == NULL || step.at.ms == a->changed.ms);
        } else {
            assert_int_equal(alarms_count(s), before);
        }
        check_all(s, now);
        s = restarted(s);
    }
    for (int i = 0; i < POINTS * RULES_EACH; i++) /* every shelf ends */
        (void)alarms_tick(s, (struct wall){ now + 10 * HOUR }, &step);
    for (size_t i = 0; i < alarms_count(s); i++)
        assert_int_equal(alarms_at(s, i)->shelved_until.ms, 0);
    alarms_free(s);
}

static void what_an_alarm_is_made_of_is_read_again_and_nothing_else_is(void **state)
{
    struct alarms *s = alarms_new();
    struct rule_turn t = turn(0, 0, RULE_HOLDS, 1000);
    struct alarm_step step, is;
    const unsigned char *at;
    struct strbuf b;

    (void)state;
    assert_true(alarms_turn(s, &plant, &t, false, &step));
    (void)snprintf(step.why, sizeof step.why, "%s", "vì bơm hỏng");
    strbuf_init(&b, 4096);
    alarm_step_write(&b, &step);
    at = (const unsigned char *)b.text;
    assert_int_equal(alarm_step_read(&at, at + b.len, &is), ERR_NONE);
    assert_int_equal(is.alarm.id, step.alarm.id);
    assert_string_equal(is.alarm.name, "high");
    assert_string_equal(is.why, step.why);
    assert_true(isnan(is.alarm.seen));
    for (size_t n = 0; n < b.len; n++) {
        at = (const unsigned char *)b.text;
        assert_int_not_equal(alarm_step_read(&at, at + n, &is), ERR_NONE);
    }
    strbuf_clear(&b);
    alarms_free(s);
}

static void beyond_the_ceiling_alarms_are_counted(void **state)
{
    struct alarms *s = alarms_new();
    struct alarm_step unused;
    struct rule_turn t = turn(0, 0, RULE_HOLDS, 1000);
    struct alarm a = { .core = ALARM_UNACKNOWLEDGED, .steps = 1, .rule = 7 };

    (void)state;
    for (uint64_t i = 1; i <= ALARMS_MAX; i++) {
        a.id = a.point = i;
        assert_false(alarms_restore(s, &a, (struct wall){ 0 }, &unused));
    }
    assert_false(alarms_turn(s, &plant, &t, false, &unused));
    assert_int_equal(alarms_missed(s), 1);
    assert_int_equal(alarms_count(s), ALARMS_MAX);
    alarms_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_meets_every_event),
        cmocka_unit_test(an_alarm_opens_once_and_is_over_when_it_rests_and_was_seen),
        cmocka_unit_test(further_and_worse_ring_again),
        cmocka_unit_test(flapping_thirty_six_times_is_one_alarm_with_a_count),
        cmocka_unit_test(a_mode_leaves_what_was_open),
        cmocka_unit_test(the_next_alarm_has_another_id_though_no_time_passed),
        cmocka_unit_test(a_shelf_has_an_end_and_its_measure_depends_on_the_stake),
        cmocka_unit_test(what_comes_and_goes_on_a_shelf_is_one_alarm_until_it_ends),
        cmocka_unit_test(a_rule_that_changed_retires_its_alarm),
        cmocka_unit_test(a_rule_with_another_condition_or_second_point_retires_its_alarm),
        cmocka_unit_test(of_two_of_one_rule_the_older_is_superseded),
        cmocka_unit_test(whatever_happens_nothing_is_lost_or_doubled),
        cmocka_unit_test(what_an_alarm_is_made_of_is_read_again_and_nothing_else_is),
        cmocka_unit_test(beyond_the_ceiling_alarms_are_counted),
    };
    return cmocka_run_group_tests(tests, make_plant, drop_plant);
}
