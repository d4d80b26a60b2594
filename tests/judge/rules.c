/* Rules on the virtual clock: when they begin and end, what silence, doubt, conditions and modes do to them,
 * and that a restart at any moment changes nothing. */
#include "judge/rules.h"

#include <math.h>

#include "unit.h"

enum { CHLORINE, FLOW, PUMP, LEVEL, COMMAND, POINTS };
enum { EVERY_S = 10, MINUTE_S = 60, HOUR_S = 3600, TOLD_MAX = 200000 };

static const int64_t START_MS = 1795604400000; /* 2026-11-25T18:00 local */

struct bench {
    struct catalogue catalogue;
    struct rules *rules;
    struct reading last[POINTS];
    mode_set modes[POINTS];
    int64_t now_s;
    bool restarts; /* at every step */
    struct rule_turn *told;
    size_t told_count;
};

static const char *const IDS[POINTS] = { "chlorine", "flow", "pump", "level", "command" };

static struct rule rule_of(const char *id, enum rule_kind kind, uint32_t point, double limit)
{
    struct rule r = { .kind = (uint8_t)kind,
                      .point = point,
                      .other = NO_INDEX,
                      .cause = NO_INDEX,
                      .n = 1,
                      .stake = STAKE_HEALTH,
                      .severity = SEVERITY_HIGH,
                      .limit = limit,
                      .low = NAN };

    (void)snprintf(r.id, sizeof r.id, "%s", id);
    r.key = 1000 + (uint64_t)id[0] * 256 + (uint64_t)kind;
    return r;
}

static struct rules_now now_of(const struct bench *b)
{
    int64_t ms = b->now_s * 1000;

    return (struct rules_now){ { { 5000 + ms }, { START_MS + ms } }, b->modes };
}

static void set_up(struct bench *b, const struct rule *rules, size_t n)
{
    *b = (struct bench){ .told = calloc(TOLD_MAX, sizeof *b->told) };
    assert_non_null(b->told);
    catalogue_init(&b->catalogue);
    for (uint32_t i = 0; i < POINTS; i++) {
        struct point p = { .every_ms = EVERY_S * 1000LL,
                           .heartbeat_ms = CLOCK_HOUR_MS,
                           .low = NAN,
                           .high = NAN,
                           .accepted = DAY_NONE };
        (void)snprintf(p.id, sizeof p.id, "%s", IDS[i]);
        assert_int_equal(catalogue_add_point(&b->catalogue, &p, NULL), ERR_NONE);
        b->last[i] = reading_bad(i, (struct wall){ START_MS }, REASON_NEVER_READ);
    }
    assert_int_equal(catalogue_seal(&b->catalogue, NULL), ERR_NONE);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(catalogue_add_rule(&b->catalogue, &rules[i], NULL), ERR_NONE);
    assert_int_equal(rules_new(&b->rules, &b->catalogue, now_of(b).now, NULL), ERR_NONE);
}

static void tear_down(struct bench *b)
{
    rules_free(b->rules);
    catalogue_clear(&b->catalogue);
    free(b->told);
}

static void take(struct bench *b, const struct rule_turns *out)
{
    assert_true(b->told_count + out->count <= TOLD_MAX);
    memcpy(b->told + b->told_count, out->list, out->count * sizeof out->list[0]);
    b->told_count += out->count;
}

/* Through the bytes of the journal into new rules, at the same moment. */
static void begin_again(struct bench *b, void (*learn)(struct rules *r, const struct reading *reading),
                        const struct reading *readings)
{
    struct rules *next;

    assert_int_equal(rules_new(&next, &b->catalogue, now_of(b).now, NULL), ERR_NONE);
    for (uint32_t i = 0; i < POINTS; i++)
        learn(next, &readings[i]);
    for (uint32_t i = 0; i < b->catalogue.rule_count; i++) {
        struct rule_state s, back;
        unsigned char bytes[RULE_STATE_BYTES];
        rules_state(b->rules, i, &s);
        rule_state_encode(&s, b->catalogue.points[s.point].key, bytes);
        assert_true(rule_state_decode(bytes, sizeof bytes, &b->catalogue, &back));
        assert_true(rules_restore(next, &back, now_of(b).now));
    }
    rules_free(b->rules);
    b->rules = next;
}

static void restart(struct bench *b)
{
    begin_again(b, rules_know, b->last);
}

static bool is_midway(const struct bench *b, uint32_t rule)
{
    struct rule_state s;

    rules_state(b->rules, rule, &s);
    return rules_is_midway(b->rules, rule, &s);
}

static void fold(struct bench *b, struct reading r)
{
    struct rule_turns out;
    uint32_t from = 0;
    bool more;

    r.at = now_of(b).now.wall;
    b->last[r.point] = r;
    do {
        more = rules_fold(b->rules, &r, now_of(b), &from, &out);
        take(b, &out);
    } while (more);
    if (b->restarts)
        restart(b);
}

static void says(struct bench *b, uint32_t point, double value)
{
    fold(b, reading_good(point, (struct wall){ 0 }, value));
}

static void tick(struct bench *b)
{
    struct rule_turns out;
    uint32_t from = 0;
    bool more;

    b->now_s++;
    do {
        more = rules_tick(b->rules, now_of(b), &from, &out);
        take(b, &out);
    } while (more);
    if (b->restarts)
        restart(b);
}

static void pass(struct bench *b, int64_t seconds)
{
    while (seconds-- > 0)
        tick(b);
}

static size_t count(const struct bench *b, const char *rule, enum rule_word word)
{
    size_t n = 0;

    for (size_t i = 0; i < b->told_count; i++) {
        const struct rule *r = catalogue_rule(&b->catalogue, b->told[i].point, b->told[i].rule);
        n += strcmp(r->id, rule) == 0 && b->told[i].word == word;
    }
    return n;
}

static const struct rule_turn *newest(const struct bench *b)
{
    assert_true(b->told_count > 0);
    return &b->told[b->told_count - 1];
}

static void a_limit_with_deadband_and_delays(void **state)
{
    struct rule low = rule_of("low", RULE_LOW, CHLORINE, 0.3);
    struct bench b;

    (void)state;
    low.deadband = 0.05;
    low.on_delay_ms = 30000;
    low.off_delay_ms = 60000;
    set_up(&b, &low, 1);
    says(&b, CHLORINE, 0.5);
    says(&b, CHLORINE, 0.3); /* on the limit is at it */
    pass(&b, 29);
    assert_int_equal(b.told_count, 0);
    tick(&b);
    assert_int_equal(newest(&b)->word, RULE_HOLDS);
    assert_true(newest(&b)->value == 0.3 && newest(&b)->limit == 0.3);
    assert_int_equal(newest(&b)->severity, SEVERITY_HIGH);
    says(&b, CHLORINE, 0.34); /* within the deadband */
    pass(&b, 120);
    assert_int_equal(b.told_count, 1);
    says(&b, CHLORINE, 0.36);
    pass(&b, 59);
    says(&b, CHLORINE, 0.29); /* not long enough */
    says(&b, CHLORINE, 0.36);
    pass(&b, 59);
    assert_int_equal(b.told_count, 1);
    tick(&b);
    assert_int_equal(newest(&b)->word, RULE_RESTS);
    tear_down(&b);
}

static void silence_and_a_flapping_link_neither_end_nor_put_off(void **state)
{
    struct rule rules[2] = { rule_of("low", RULE_LOW, CHLORINE, 0.3),
                             rule_of("stale", RULE_STALE, CHLORINE, NAN) };
    struct bench b;

    (void)state;
    rules[0].on_delay_ms = 60000;
    rules[1].off_delay_ms = 10 * CLOCK_MINUTE_MS;
    set_up(&b, rules, 2);
    for (int i = 0; i < 36; i++) {
        says(&b, CHLORINE, 0.1);
        pass(&b, 5);
        fold(&b, reading_bad(CHLORINE, (struct wall){ 0 }, REASON_NO_ANSWER));
        pass(&b, 40);
    }
    assert_int_equal(count(&b, "low", RULE_HOLDS) > 0, 1);
    assert_int_equal(count(&b, "low", RULE_RESTS), 0);
    assert_int_equal(count(&b, "stale", RULE_HOLDS), 1); /* 36 times, one alarm */
    assert_int_equal(count(&b, "stale", RULE_RESTS), 0);
    says(&b, CHLORINE, 0.5);
    assert_int_equal(newest(&b)->word, RULE_RESTS);
    for (int i = 0; i < 65; i++) {
        says(&b, CHLORINE, 0.5);
        pass(&b, 10);
    }
    assert_int_equal(count(&b, "stale", RULE_RESTS), 1);
    tear_down(&b);
}

static void a_point_that_was_never_read_alarms_by_the_clock(void **state)
{
    struct rule rules[2] = { rule_of("low", RULE_LOW, CHLORINE, 0.3),
                             rule_of("stale", RULE_STALE, CHLORINE, NAN) };
    struct bench b;

    (void)state;
    set_up(&b, rules, 2);
    pass(&b, 29);
    assert_int_equal(b.told_count, 0);
    pass(&b, 10);
    assert_int_equal(b.told_count, 1);
    assert_int_equal(newest(&b)->word, RULE_HOLDS);
    assert_true(isnan(newest(&b)->value));
    tear_down(&b);
}

static void chlorine_is_zero_for_thirteen_hours(void **state)
{
    struct rule rules[2] = { rule_of("low", RULE_LOW, CHLORINE, 0.3),
                             rule_of("frozen", RULE_FROZEN, CHLORINE, NAN) };
    struct bench b;

    (void)state;
    rules[0].on_delay_ms = 60000;
    set_up(&b, rules, 2);
    says(&b, CHLORINE, 0.52);
    for (int s = 0; s < 13 * HOUR_S; s += EVERY_S) {
        struct reading zero = reading_good(CHLORINE, (struct wall){ 0 }, 0);
        if (s > 2 * HOUR_S)
            zero = reading_uncertain(CHLORINE, (struct wall){ 0 }, 0, REASON_FROZEN);
        if (s / EVERY_S % 100 == 99)
            zero = reading_bad(CHLORINE, (struct wall){ 0 }, REASON_NO_ANSWER);
        if (s / EVERY_S % 100 == 98)
            zero = reading_uncertain(CHLORINE, (struct wall){ 0 }, 0, REASON_STALE);
        fold(&b, zero);
        pass(&b, EVERY_S);
    }
    assert_int_equal(count(&b, "low", RULE_RESTS), 0);
    assert_true(count(&b, "low", RULE_HOLDS) > 0);
    assert_int_equal(count(&b, "low", RULE_HOLDS), count(&b, "low", RULE_UNKNOWN) + 1);
    assert_int_equal(b.told[0].word, RULE_HOLDS); /* the low one, before all others */
    assert_true(b.told[0].value == 0);
    tear_down(&b);
}

static void clipped_counts_and_steps_further_are_told(void **state)
{
    struct rule high = rule_of("high", RULE_HIGH, LEVEL, 2);
    struct bench b;

    (void)state;
    high.step = 1;
    set_up(&b, &high, 1);
    says(&b, LEVEL, 1);
    fold(&b, reading_uncertain(LEVEL, (struct wall){ 0 }, 4, REASON_CLIPPED));
    assert_int_equal(newest(&b)->word, RULE_HOLDS);
    says(&b, LEVEL, 4.9);
    assert_int_equal(b.told_count, 1);
    says(&b, LEVEL, 5);
    assert_int_equal(b.told_count, 2);
    says(&b, LEVEL, 3);
    assert_int_equal(b.told_count, 2);
    tear_down(&b);
}

static void a_forgotten_mode_ends_and_the_alarm_comes(void **state)
{
    struct rule rules[2] = { rule_of("low", RULE_LOW, CHLORINE, 0.3),
                             rule_of("contact", RULE_CONTACT, PUMP, 1) };
    struct bench b;

    (void)state;
    rules[1].stake = STAKE_SAFETY;
    set_up(&b, rules, 2);
    says(&b, CHLORINE, 0.5);
    says(&b, PUMP, 0);
    b.modes[CHLORINE] = b.modes[PUMP] = mode_bit(MODE_CALIBRATION);
    says(&b, CHLORINE, 0); /* the standard without chlorine */
    says(&b, PUMP, 1);
    assert_int_equal(count(&b, "low", RULE_NOT_JUDGED), 1);
    assert_int_equal(count(&b, "low", RULE_HOLDS), 0);
    assert_int_equal(count(&b, "contact", RULE_HOLDS), 1); /* people stand there */
    pass(&b, HOUR_S);
    b.modes[CHLORINE] = mode_bit(MODE_DRILL); /* an exercise silences nothing */
    tick(&b);
    assert_int_equal(count(&b, "low", RULE_HOLDS), 1);
    b.modes[CHLORINE] = mode_bit(MODE_MAINTENANCE);
    says(&b, CHLORINE, 0.6);
    assert_int_equal(newest(&b)->word, RULE_NOT_JUDGED); /* stays open */
    assert_int_equal(count(&b, "low", RULE_RESTS), 0);
    b.modes[CHLORINE] = 0;
    tick(&b);
    assert_int_equal(newest(&b)->word, RULE_RESTS);
    tear_down(&b);
}

/* During a backwash, and a while after it, the filter's turbidity says nothing of the water that is supplied.
 */
static void backwash_is_not_judged_until_it_has_settled(void **state)
{
    struct rule high = rule_of("high", RULE_HIGH, LEVEL, 2);
    struct condition running = {
        .value = 0, .point = PUMP, .how = COMPARE_EQ, .from = CONDITION_ANY_TIME, .until = CONDITION_ANY_TIME
    };
    struct bench b;

    (void)state;
    set_up(&b, NULL, 0);
    assert_int_equal(catalogue_add_when(&b.catalogue, &high, &running), ERR_NONE);
    high.settle_ms = 5 * CLOCK_MINUTE_MS;
    assert_int_equal(catalogue_add_rule(&b.catalogue, &high, NULL), ERR_NONE);
    rules_free(b.rules);
    assert_int_equal(rules_new(&b.rules, &b.catalogue, now_of(&b).now, NULL), ERR_NONE);
    says(&b, PUMP, 0);
    says(&b, LEVEL, 1);
    pass(&b, 300);
    says(&b, PUMP, 1);
    says(&b, LEVEL, 9);
    pass(&b, 600);
    says(&b, PUMP, 0);
    pass(&b, 300);
    assert_int_equal(count(&b, "high", RULE_HOLDS), 0);
    says(&b, LEVEL, 1);
    pass(&b, 10);
    assert_int_equal(newest(&b)->word, RULE_RESTS);
    fold(&b, reading_bad(PUMP, (struct wall){ 0 }, REASON_NO_ANSWER)); /* nobody knows: it is judged */
    says(&b, LEVEL, 9);
    assert_int_equal(count(&b, "high", RULE_HOLDS), 1);
    tear_down(&b);
}

/* Health is judged in a backwash that people told, but for a rule that says otherwise; and a while after it
 * not yet. */
static void mode_is_a_condition_like_another(void **state)
{
    static const struct {
        uint8_t how;
        mode_set in, out;
    } CASES[] = { { COMPARE_NE, 1U << MODE_BACKWASH, 1U << MODE_ROTA },
                  { COMPARE_EQ, 0, 1U << MODE_BACKWASH } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct rule high = rule_of("high", RULE_HIGH, LEVEL, 2);
        struct condition mode = { .value = MODE_BACKWASH,
                                  .point = CONDITION_MODE,
                                  .how = CASES[i].how,
                                  .from = CONDITION_ANY_TIME,
                                  .until = CONDITION_ANY_TIME };
        struct bench b;

        high.stake = STAKE_HEALTH;
        set_up(&b, NULL, 0);
        assert_int_equal(catalogue_add_when(&b.catalogue, &high, &mode), ERR_NONE);
        high.settle_ms = 5 * CLOCK_MINUTE_MS;
        assert_int_equal(catalogue_add_rule(&b.catalogue, &high, NULL), ERR_NONE);
        rules_free(b.rules);
        assert_int_equal(rules_new(&b.rules, &b.catalogue, now_of(&b).now, NULL), ERR_NONE);
        b.modes[LEVEL] = CASES[i].in;
        says(&b, LEVEL, 9);
        pass(&b, 600);
        assert_int_equal(count(&b, "high", RULE_HOLDS), 0);
        b.modes[LEVEL] = CASES[i].out;
        pass(&b, 300);
        assert_int_equal(count(&b, "high", RULE_HOLDS), 0);
        pass(&b, 20);
        assert_int_equal(count(&b, "high", RULE_HOLDS), 1);
        tear_down(&b);
    }
}

static void three_of_a_window(void **state)
{
    struct rule high = rule_of("high", RULE_HIGH, LEVEL, 2);
    struct bench b;

    (void)state;
    high.n = 3;
    high.window_ms = 60000;
    set_up(&b, &high, 1);
    for (int i = 0; i < 2; i++) {
        says(&b, LEVEL, 3);
        pass(&b, 10);
        says(&b, LEVEL, 1);
        pass(&b, 30);
    }
    assert_int_equal(count(&b, "high", RULE_HOLDS), 0);
    says(&b, LEVEL, 3); /* the first is 80 s old */
    assert_int_equal(count(&b, "high", RULE_HOLDS), 0);
    pass(&b, 5);
    says(&b, LEVEL, 3);
    assert_int_equal(count(&b, "high", RULE_HOLDS), 1);
    says(&b, LEVEL, 1);
    pass(&b, 120);
    assert_int_equal(newest(&b)->word, RULE_RESTS);
    tear_down(&b);
}

static void pairs_of_points(void **state)
{
    struct rule rules[4] = {
        rule_of("without_flow", RULE_PUMP_WITHOUT_FLOW, FLOW, 5),
        rule_of("flow_without", RULE_FLOW_WITHOUT_PUMP, FLOW, 5),
        rule_of("mismatch", RULE_MISMATCH, PUMP, NAN),
        rule_of("deviation", RULE_DEVIATION, LEVEL, 0.5),
    };
    struct bench b;

    (void)state;
    rules[0].other = rules[1].other = PUMP;
    rules[0].other_is = 1;
    rules[0].on_delay_ms = 20000;
    rules[2].other = COMMAND;
    rules[3].other = CHLORINE;
    set_up(&b, rules, 4);
    says(&b, FLOW, 50);
    says(&b, COMMAND, 1);
    says(&b, PUMP, 1);
    says(&b, LEVEL, 3);
    says(&b, CHLORINE, 3.4);
    assert_int_equal(count(&b, "without_flow", RULE_HOLDS) + count(&b, "flow_without", RULE_HOLDS) +
                         count(&b, "mismatch", RULE_HOLDS) + count(&b, "deviation", RULE_HOLDS),
                     0);
    says(&b, FLOW, 0);
    pass(&b, 20);
    assert_int_equal(count(&b, "without_flow", RULE_HOLDS), 1);
    says(&b, PUMP, 0);
    assert_int_equal(newest(&b)->word, RULE_RESTS); /* told by the other point */
    assert_int_equal(count(&b, "mismatch", RULE_HOLDS), 1);
    says(&b, FLOW, 50);
    assert_int_equal(count(&b, "flow_without", RULE_HOLDS), 1);
    says(&b, CHLORINE, 3.6);
    assert_int_equal(count(&b, "deviation", RULE_HOLDS), 1);
    says(&b, CHLORINE, 3.1);
    assert_int_equal(count(&b, "deviation", RULE_RESTS), 1 + 1);
    tear_down(&b);
}

static void the_kinds_that_look_at_one_point(void **state)
{
    struct rule rules[] = {
        rule_of("rate", RULE_RATE, LEVEL, 0.5),
        rule_of("level", RULE_LEVEL, LEVEL, 4),
        rule_of("implausible", RULE_IMPLAUSIBLE, LEVEL, NAN),
        rule_of("hours", RULE_RUN_HOURS, COMMAND, 500),
        rule_of("mains", RULE_MAINS, COMMAND, 180),
    };
    struct bench b;

    (void)state;
    rules[0].within_ms = 60000;
    rules[1].low = 0.5;
    rules[3].since = 1000;
    set_up(&b, rules, COUNT_OF(rules));
    says(&b, LEVEL, 3);
    pass(&b, 60);
    says(&b, LEVEL, 3.4);
    assert_int_equal(count(&b, "rate", RULE_HOLDS), 0);
    pass(&b, 60);
    says(&b, LEVEL, 2.8);
    assert_int_equal(count(&b, "rate", RULE_HOLDS), 1);
    says(&b, LEVEL, 0.4);
    assert_int_equal(count(&b, "level", RULE_HOLDS), 1);
    fold(&b, reading_uncertain(LEVEL, (struct wall){ 0 }, 3, REASON_IMPLAUSIBLE));
    assert_int_equal(count(&b, "implausible", RULE_HOLDS), 1);
    assert_int_equal(count(&b, "level", RULE_RESTS), 1);
    says(&b, COMMAND, 1499);
    assert_int_equal(count(&b, "hours", RULE_HOLDS), 0);
    says(&b, COMMAND, 1500);
    assert_int_equal(count(&b, "hours", RULE_HOLDS), 1);
    says(&b, COMMAND, 0);
    assert_int_equal(count(&b, "mains", RULE_HOLDS), 1);
    tear_down(&b);
}

static void a_service_ends_what_was_due_and_counts_from_there(void **state)
{
    struct rule rule = rule_of("hours", RULE_RUN_HOURS, COMMAND, 500);
    struct bench b;

    (void)state;
    rule.since = 1000;
    set_up(&b, &rule, 1);
    says(&b, COMMAND, 1510);
    assert_int_equal(count(&b, "hours", RULE_HOLDS), 1);
    rules_service(b.rules, COMMAND, 1508);
    rules_service(b.rules, POINTS, 3); /* there is no such point */
    pass(&b, 1);
    says(&b, COMMAND, 1511);
    assert_int_equal(count(&b, "hours", RULE_RESTS), 1);
    says(&b, COMMAND, 2007);
    assert_int_equal(count(&b, "hours", RULE_HOLDS), 1);
    says(&b, COMMAND, 2008);
    assert_int_equal(count(&b, "hours", RULE_HOLDS), 2);
    tear_down(&b);
}

/* Clipped turbidity counts as outside, a stale one clears nothing, and when no set holds nothing is said. */
static void limits_of_the_sets(void **state)
{
    static struct limit row = { .row = "5", .parameter = "turbidity", .unit = "NTU", .low = NAN, .high = 2 };
    struct rule limit = rule_of("limit", RULE_LIMIT, LEVEL, NAN);
    struct standard set = { .id = "set", .from = 0, .until = DAY_NONE, .limit_count = 1 };
    struct site site = { .id = "site" };
    struct system system = { .id = "system" };
    struct bench b;

    (void)state;
    set_up(&b, &limit, 1);
    set.limits = calloc(1, sizeof row);
    assert_non_null(set.limits);
    *set.limits = row;
    assert_int_equal(catalogue_add_standard(&b.catalogue, &set, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_system(&b.catalogue, &system, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_site(&b.catalogue, &site, NULL), ERR_NONE);
    (void)snprintf(b.catalogue.points[LEVEL].parameter, ID_MAX, "turbidity");
    (void)snprintf(b.catalogue.points[LEVEL].unit, UNIT_MAX, "NTU");
    b.catalogue.points[LEVEL].at = AT_TREATED;
    says(&b, LEVEL, 1.5);
    fold(&b, reading_uncertain(LEVEL, (struct wall){ 0 }, 100, REASON_CLIPPED));
    assert_int_equal(newest(&b)->word, RULE_HOLDS);
    assert_true(newest(&b)->value == 100 && newest(&b)->limit == 2);
    fold(&b, reading_uncertain(LEVEL, (struct wall){ 0 }, 1, REASON_STALE));
    assert_int_equal(newest(&b)->word, RULE_UNKNOWN);
    says(&b, LEVEL, 2);
    assert_int_equal(newest(&b)->word, RULE_RESTS);
    b.catalogue.points[LEVEL].at = AT_RAW;
    pass(&b, 6 * HOUR_S); /* over midnight: looked up anew */
    assert_int_equal(newest(&b)->word, RULE_NOT_JUDGED);
    tear_down(&b);
}

/* ---- the property ---- */

static struct rule any_rule(uint64_t *seed, int i)
{
    static const enum rule_kind OF[] = { RULE_LOW,    RULE_HIGH,      RULE_RATE,     RULE_STALE,
                                         RULE_FROZEN, RULE_DEVIATION, RULE_MISMATCH, RULE_FLOW_WITHOUT_PUMP };
    char id[8];
    struct rule r;

    (void)snprintf(id, sizeof id, "r%d", i);
    r = rule_of(id, OF[test_below(seed, COUNT_OF(OF))], (uint32_t)i % POINTS, (double)test_below(seed, 5));
    r.key = 1 + (uint64_t)i;
    r.other = r.kind >= RULE_DEVIATION ? test_below(seed, POINTS) : NO_INDEX;
    r.deadband = test_below(seed, 2) / 2.0;
    r.step = test_below(seed, 2);
    r.on_delay_ms = test_below(seed, 30) * 1000LL;
    r.off_delay_ms = test_below(seed, 30) * 1000LL;
    r.within_ms = (1 + test_below(seed, 60)) * 1000LL;
    r.n = (uint8_t)(1 + test_below(seed, 3));
    r.window_ms = (5 + test_below(seed, 60)) * 1000LL;
    r.stake = (uint8_t)test_below(seed, STAKE_COUNT);
    return r;
}

static struct reading any_reading(uint64_t *seed)
{
    struct wall no = { 0 };
    uint32_t point = test_below(seed, POINTS);
    double value = test_below(seed, 13) / 2.0;

    switch (test_below(seed, 8)) {
    case 0: return reading_bad(point, no, REASON_NO_ANSWER);
    case 1: return reading_uncertain(point, no, value, REASON_STALE);
    case 2: return reading_uncertain(point, no, value, REASON_FROZEN);
    case 3:
        return reading_uncertain(point, no, value, test_below(seed, 4) == 0 ? REASON_FORCED : REASON_CLIPPED);
    default: return reading_good(point, no, value);
    }
}

static void run(struct bench *b, uint64_t seed, bool restarts)
{
    enum { RULES = 3 * POINTS, STEPS = 2000 };
    struct rule rules[RULES];

    for (int p = 0, i = 0; p < POINTS; p++)
        for (int k = 0; k < RULES / POINTS; k++, i++) {
            rules[i] = any_rule(&seed, i);
            rules[i].point = (uint32_t)p;
        }
    set_up(b, rules, RULES);
    b->restarts = restarts;
    for (int i = 0; i < STEPS; i++) {
        if (test_below(&seed, 40) == 0)
            b->modes[test_below(&seed, POINTS)] = (mode_set)test_below(&seed, 32);
        if (test_below(&seed, 3) == 0)
            fold(b, any_reading(&seed));
        tick(b);
    }
}

static bool same_turn(const struct rule_turn *a, const struct rule_turn *b)
{
    return a->rule == b->rule && a->point == b->point && a->at.ms == b->at.ms && a->word == b->word &&
           (a->value == b->value || (isnan(a->value) && isnan(b->value)));
}

static void a_restart_at_every_step_changes_nothing(void **state)
{
    uint64_t seed = test_seed("restarts");
    size_t turns = 0;

    (void)state;
    for (int round = 0; round < 20; round++) {
        struct bench a, b;
        uint64_t this = test_random(&seed);
        run(&a, this, false);
        run(&b, this, true);
        assert_int_equal(a.told_count, b.told_count);
        for (size_t i = 0; i < a.told_count; i++)
            assert_true(same_turn(&a.told[i], &b.told[i]));
        turns += a.told_count;
        tear_down(&a);
        tear_down(&b);
    }
    print_message("%zu turns\n", turns);
    assert_true(turns > 1000);
}

/* Within its deadband a point may have been anywhere: on the other side of a limit, too. */
static void what_was_kept_before_a_kill_decides_nothing(void **state)
{
    struct rule low = rule_of("low", RULE_LOW, CHLORINE, 0.3);
    struct reading kept[POINTS];
    struct bench b;

    (void)state;
    low.on_delay_ms = 5 * CLOCK_MINUTE_MS;
    set_up(&b, &low, 1);
    memcpy(kept, b.last, sizeof kept);
    says(&b, CHLORINE, 0.31);
    kept[CHLORINE] = b.last[CHLORINE];
    assert_false(is_midway(&b, 0));
    for (int i = 0; i < 28; i++) { /* 280 of 300 s */
        says(&b, CHLORINE, 0.29);
        pass(&b, EVERY_S);
    }
    assert_true(is_midway(&b, 0));
    begin_again(&b, rules_recall, kept);
    pass(&b, 15); /* it goes on where it was, and not before it is heard of */
    assert_int_equal(b.told_count, 0);
    says(&b, CHLORINE, 0.29);
    pass(&b, 19);
    assert_int_equal(b.told_count, 0);
    tick(&b);
    assert_int_equal(newest(&b)->word, RULE_HOLDS);

    kept[CHLORINE].value = 0.29; /* likewise the other way about */
    says(&b, CHLORINE, 0.31);
    pass(&b, 1);
    assert_int_equal(newest(&b)->word, RULE_RESTS);
    begin_again(&b, rules_recall, kept);
    for (int i = 0; i < 60; i++) {
        pass(&b, EVERY_S);
        says(&b, CHLORINE, 0.31);
    }
    assert_int_equal(b.told_count, 2);
    tear_down(&b);
}

static void what_is_never_heard_again_is_judged_by_what_was_kept(void **state)
{
    struct rule low = rule_of("low", RULE_LOW, CHLORINE, 0.3);
    struct bench b;

    (void)state;
    set_up(&b, &low, 1);
    says(&b, CHLORINE, 0.5);
    b.last[CHLORINE].value = 0.2;
    begin_again(&b, rules_recall, b.last);
    pass(&b, 29);
    assert_int_equal(b.told_count, 0);
    pass(&b, 2);
    assert_int_equal(newest(&b)->word, RULE_HOLDS);
    tear_down(&b);
}

static void silence_goes_on_over_a_kill(void **state)
{
    struct rule stale = rule_of("stale", RULE_STALE, CHLORINE, NAN);
    struct bench b;

    (void)state;
    stale.within_ms = 2 * CLOCK_MINUTE_MS;
    set_up(&b, &stale, 1);
    says(&b, CHLORINE, 0.5);
    pass(&b, EVERY_S);
    assert_false(is_midway(&b, 0)); /* between two readings */
    pass(&b, 90);
    assert_true(is_midway(&b, 0));
    begin_again(&b, rules_recall, b.last);
    pass(&b, 25); /* whether its device or the whole line is silent shows with the first question */
    assert_int_equal(b.told_count, 0);
    fold(&b, reading_bad(CHLORINE, (struct wall){ 0 }, REASON_NO_ANSWER));
    assert_int_equal(newest(&b)->word, RULE_HOLDS);
    tear_down(&b);
}

static void settling_goes_on_over_a_kill(void **state)
{
    struct rule low = rule_of("low", RULE_LOW, CHLORINE, 0.3);
    const struct condition runs = {
        .value = 1, .point = PUMP, .how = COMPARE_EQ, .from = CONDITION_ANY_TIME, .until = CONDITION_ANY_TIME
    };
    struct reading kept[POINTS];
    struct bench b;

    (void)state;
    low.settle_ms = 30 * CLOCK_MINUTE_MS;
    set_up(&b, NULL, 0);
    assert_int_equal(catalogue_add_when(&b.catalogue, &low, &runs), ERR_NONE);
    assert_int_equal(catalogue_add_rule(&b.catalogue, &low, NULL), ERR_NONE);
    rules_free(b.rules);
    assert_int_equal(rules_new(&b.rules, &b.catalogue, now_of(&b).now, NULL), ERR_NONE);
    says(&b, PUMP, 0);
    says(&b, CHLORINE, 0.2);
    assert_int_equal(newest(&b)->word, RULE_NOT_JUDGED);
    memcpy(kept, b.last, sizeof kept); /* the pump's last word is not kept: it must not count as standing */
    says(&b, PUMP, 1);
    pass(&b, 25 * MINUTE_S);
    assert_true(is_midway(&b, 0));
    begin_again(&b, rules_recall, kept);
    says(&b, CHLORINE, 0.2);
    pass(&b, 5);
    assert_int_equal(b.told_count, 1);
    says(&b, PUMP, 1);
    pass(&b, 5 * MINUTE_S - 1);
    assert_int_equal(b.told_count, 1);
    pass(&b, 2);
    assert_int_equal(newest(&b)->word, RULE_HOLDS);
    assert_false(is_midway(&b, 0));
    tear_down(&b);
}

/* Only one that changed is told again, and nothing of a rule that is gone comes back. */
static void states_that_are_none_are_refused(void **state)
{
    struct rule low = rule_of("low", RULE_LOW, CHLORINE, 0.3);
    struct rule_state s, back;
    unsigned char bytes[RULE_STATE_BYTES];
    struct bench b;

    (void)state;
    set_up(&b, &low, 1);
    rules_state(b.rules, 0, &s);
    rule_state_encode(&s, b.catalogue.points[CHLORINE].key, bytes);
    assert_false(rule_state_decode(bytes, sizeof bytes - 1, &b.catalogue, &back));
    bytes[16] = 9; /* a word */
    assert_false(rule_state_decode(bytes, sizeof bytes, &b.catalogue, &back));
    rule_state_encode(&s, 12345, bytes);
    assert_false(rule_state_decode(bytes, sizeof bytes, &b.catalogue, &back));
    s.rule++;
    assert_false(rules_restore(b.rules, &s, now_of(&b).now));
    tear_down(&b);
}

static void severity_is_looked_up(void **state)
{
    (void)state;
    assert_int_equal(severity_of(IMPACT_SEVERE, 5 * CLOCK_MINUTE_MS), SEVERITY_CRITICAL);
    assert_int_equal(severity_of(IMPACT_SEVERE, 10 * CLOCK_MINUTE_MS + 1), SEVERITY_CRITICAL);
    assert_int_equal(severity_of(IMPACT_MAJOR, CLOCK_HOUR_MS), SEVERITY_MEDIUM);
    assert_int_equal(severity_of(IMPACT_MINOR, CLOCK_DAY_MS), SEVERITY_LOW);
    for (int i = 0; i + 1 < IMPACT_COUNT; i++)
        for (int64_t ms = 0; ms < CLOCK_DAY_MS; ms += CLOCK_MINUTE_MS) {
            assert_true(severity_of((enum impact)i, ms) <= severity_of((enum impact)(i + 1), ms));
            assert_true(severity_of((enum impact)i, ms) >= severity_of((enum impact)i, ms + CLOCK_MINUTE_MS));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_limit_with_deadband_and_delays),
        cmocka_unit_test(silence_and_a_flapping_link_neither_end_nor_put_off),
        cmocka_unit_test(a_point_that_was_never_read_alarms_by_the_clock),
        cmocka_unit_test(chlorine_is_zero_for_thirteen_hours),
        cmocka_unit_test(clipped_counts_and_steps_further_are_told),
        cmocka_unit_test(a_forgotten_mode_ends_and_the_alarm_comes),
        cmocka_unit_test(backwash_is_not_judged_until_it_has_settled),
        cmocka_unit_test(mode_is_a_condition_like_another),
        cmocka_unit_test(three_of_a_window),
        cmocka_unit_test(pairs_of_points),
        cmocka_unit_test(the_kinds_that_look_at_one_point),
        cmocka_unit_test(a_service_ends_what_was_due_and_counts_from_there),
        cmocka_unit_test(limits_of_the_sets),
        cmocka_unit_test(a_restart_at_every_step_changes_nothing),
        cmocka_unit_test(what_was_kept_before_a_kill_decides_nothing),
        cmocka_unit_test(what_is_never_heard_again_is_judged_by_what_was_kept),
        cmocka_unit_test(silence_goes_on_over_a_kill),
        cmocka_unit_test(settling_goes_on_over_a_kill),
        cmocka_unit_test(states_that_are_none_are_refused),
        cmocka_unit_test(severity_is_looked_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
