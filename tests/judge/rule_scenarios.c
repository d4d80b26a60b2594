/* What happens in a works, from the reading that comes in to what the rules say of it. */
#include <math.h>

#include "judge/judge.h"
#include "judge/rules.h"
#include "unit.h"

enum { POINTS_MAX = 40, HOUR_S = 3600, EVERY_S = 10 };

static const int64_t EVENING_MS = 1795618800000; /* 2026-11-25T22:00 local */

struct works {
    struct catalogue c;
    struct judge *judge;
    struct rules *rules;
    struct judged judged;
    int64_t now_s;
    size_t holds[POINTS_MAX], rests[POINTS_MAX], unknown[POINTS_MAX]; /* turns by point */
    double last_limit;
};

static void begin(struct works *w)
{
    *w = (struct works){ .now_s = 0 };
    catalogue_init(&w->c);
}

static uint32_t add_point(struct works *w, const char *id, int64_t frozen_after_ms)
{
    struct point p = { .every_ms = EVERY_S * 1000LL,
                       .heartbeat_ms = CLOCK_HOUR_MS,
                       .low = NAN,
                       .high = NAN,
                       .accepted = DAY_NONE,
                       .frozen_after_ms = frozen_after_ms };
    uint32_t index;

    (void)snprintf(p.id, sizeof p.id, "%s", id);
    assert_int_equal(catalogue_add_point(&w->c, &p, &index), ERR_NONE);
    return index;
}

static void add_rule(struct works *w, uint32_t point, enum rule_kind kind, double limit, uint32_t cause)
{
    struct rule r = { .key = 1 + (uint64_t)kind,
                      .point = point,
                      .other = NO_INDEX,
                      .cause = cause,
                      .kind = (uint8_t)kind,
                      .n = 1,
                      .limit = limit,
                      .low = NAN,
                      .stake = STAKE_SUPPLY,
                      .on_delay_ms = 60000,
                      .off_delay_ms = 60000 };

    assert_int_equal(catalogue_add_rule(&w->c, &r, NULL), ERR_NONE);
}

static struct now now_of(const struct works *w)
{
    return (struct now){ { 5000 + w->now_s * 1000 }, { EVENING_MS + w->now_s * 1000 } };
}

static void start(struct works *w)
{
    assert_int_equal(catalogue_seal(&w->c, NULL), ERR_NONE);
    assert_int_equal(judge_new(&w->judge, &w->c, NULL), ERR_NONE);
    assert_int_equal(rules_new(&w->rules, &w->c, now_of(w), NULL), ERR_NONE);
}

static void end(struct works *w)
{
    rules_free(w->rules);
    judge_free(w->judge);
    catalogue_clear(&w->c);
}

static void count(struct works *w, const struct rule_turns *out)
{
    for (size_t i = 0; i < out->count; i++) {
        const struct rule_turn *t = &out->list[i];
        w->holds[t->point] += t->word == RULE_HOLDS;
        w->rests[t->point] += t->word == RULE_RESTS;
        w->unknown[t->point] += t->word == RULE_UNKNOWN;
        w->last_limit = t->limit;
    }
}

static void judge_all(struct works *w)
{
    struct rules_now when = { now_of(w), NULL };
    struct rule_turns out;

    for (size_t i = 0; i < w->judged.now_count; i++) {
        uint32_t from = 0;
        while (rules_fold(w->rules, &w->judged.now[i], when, &from, &out))
            count(w, &out);
        count(w, &out);
    }
}

static void read_one(struct works *w, uint32_t point, double value)
{
    struct message m = { .kind = MESSAGE_READINGS, .count = 1 };

    m.readings[0] = isnan(value) ? reading_bad(point, now_of(w).wall, REASON_NO_ANSWER)
                                 : reading_good(point, now_of(w).wall, value);
    judge_fold(w->judge, &m, now_of(w), &w->judged);
    judge_all(w);
}

static void tick(struct works *w)
{
    struct rules_now when = { now_of(w), NULL };
    struct rule_turns out;
    uint32_t from = 0;

    while (judge_tick(w->judge, when.now, &from, &w->judged))
        judge_all(w);
    judge_all(w);
    from = 0;
    while (rules_tick(w->rules, when, &from, &out))
        count(w, &out);
    count(w, &out);
}

/* A full tank, its inlet shut, stands still rightly for a night; a meter with the same number while people
 * draw does not. */
static void a_full_tank_is_not_frozen_and_a_stuck_meter_is(void **state)
{
    struct condition full = {
        .value = 3.9, .how = COMPARE_GE, .from = CONDITION_ANY_TIME, .until = CONDITION_ANY_TIME
    };
    struct works w;
    uint32_t tank, meter;

    (void)state;
    begin(&w);
    tank = add_point(&w, "tank", 2LL * CLOCK_HOUR_MS);
    meter = add_point(&w, "meter", 2LL * CLOCK_HOUR_MS);
    full.point = tank;
    assert_int_equal(catalogue_add_unless(&w.c, tank, &full), ERR_NONE);
    add_rule(&w, tank, RULE_FROZEN, NAN, NO_INDEX);
    add_rule(&w, meter, RULE_FROZEN, NAN, NO_INDEX);
    start(&w);
    for (; w.now_s < 8 * HOUR_S; w.now_s++) {
        if (w.now_s % EVERY_S == 0) {
            read_one(&w, tank, 4.0);
            read_one(&w, meter, 12.5);
        }
        tick(&w);
    }
    assert_int_equal(w.holds[tank], 0);
    assert_int_equal(w.holds[meter], 1);
    read_one(&w, meter, 12.6);
    w.now_s += 60;
    tick(&w);
    assert_int_equal(w.rests[meter], 1);
    end(&w);
}

/* One cause and thirty consequences that name it: each is told once, and goes when the mains are back.  The
 * cause is found in the catalogue, for whoever makes alarms of them. */
static void mains_fail_and_thirty_things_follow(void **state)
{
    enum { FOLLOW = 30 };
    struct works w;
    uint32_t mains, first = 0;
    char id[ID_MAX];

    (void)state;
    begin(&w);
    mains = add_point(&w, "mains", 0);
    add_rule(&w, mains, RULE_MAINS, 150, NO_INDEX);
    for (uint32_t i = 0; i < FOLLOW; i++) {
        (void)snprintf(id, sizeof id, "flow%u", i);
        uint32_t point = add_point(&w, id, 0);
        first = i == 0 ? point : first;
        add_rule(&w, point, RULE_LOW, 1, 0);
    }
    start(&w);
    for (; w.now_s < 2 * HOUR_S; w.now_s++) {
        bool lost = w.now_s >= 600 && w.now_s < 4200;
        if (w.now_s % EVERY_S == 0) {
            read_one(&w, mains, lost ? 0 : 228);
            for (uint32_t i = 0; i < FOLLOW; i++)
                read_one(&w, first + i, lost && w.now_s > 620 ? 0 : 40);
        }
        tick(&w);
    }
    assert_int_equal(w.holds[mains], 1);
    for (uint32_t i = 0; i < FOLLOW; i++) {
        assert_int_equal(w.holds[first + i], 1);
        assert_int_equal(w.rests[first + i], 1);
        assert_int_equal(w.c.rules[catalogue_rule(&w.c, first + i, 1 + RULE_LOW) - w.c.rules].cause, 0);
    }
    end(&w);
}

/* Dosing failed: chlorine sinks to exactly nothing and stays there for 13 hours, and the sensor's own doubt
 * comes on top.  One low alarm; it never ends, nor turns into "frozen" alone. */
static void chlorine_at_nothing_stays_low(void **state)
{
    struct works w;
    uint32_t chlorine;
    double value = 0.5;

    (void)state;
    begin(&w);
    chlorine = add_point(&w, "chlorine", 2LL * CLOCK_HOUR_MS);
    add_rule(&w, chlorine, RULE_LOW, 0.2, NO_INDEX);
    start(&w);
    for (; w.now_s < 16 * HOUR_S; w.now_s++) {
        value = fmax(0, value - 0.5 / (3 * HOUR_S));
        if (w.now_s % EVERY_S == 0)
            read_one(&w, chlorine, value);
        tick(&w);
    }
    assert_int_equal(w.judged.now_count == 0 || w.judged.now[0].reason == REASON_FROZEN, 1);
    assert_int_equal(w.holds[chlorine], 1);
    assert_int_equal(w.rests[chlorine], 0);
    assert_int_equal(w.unknown[chlorine], 0);
    w.now_s += HOUR_S; /* silent: nothing ends by that */
    tick(&w);
    assert_int_equal(w.rests[chlorine], 0);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_tank_is_not_frozen_and_a_stuck_meter_is),
        cmocka_unit_test(mains_fail_and_thirty_things_follow),
        cmocka_unit_test(chlorine_at_nothing_stays_low),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
