#include <math.h>

#include "judge/judge.h"
#include "rule_inner.h"

/* What a reading cannot say any more, or never could. */
bool reading_is_old(const struct reading *r)
{
    return r->reason == REASON_STALE;
}

static bool has_number(const struct reading *r)
{
    return r->quality != QUALITY_BAD;
}

static struct answer say(bool holds, double value, double limit)
{
    return (struct answer){ holds ? RAW_HOLDS : RAW_RESTS, value, limit };
}

static struct answer unknown(void)
{
    return (struct answer){ RAW_UNKNOWN, NAN, NAN };
}

/* The deadband is for going back only. */
static bool is_up(const struct asking *q, double value, double limit)
{
    return q->state->on ? value > limit - q->rule->deadband || value >= limit : value >= limit;
}

static bool is_down(const struct asking *q, double value, double limit)
{
    return q->state->on ? value < limit + q->rule->deadband || value <= limit : value <= limit;
}

static struct answer ask_high(const struct asking *q)
{
    return say(is_up(q, q->own->value, q->rule->limit), q->own->value, q->rule->limit);
}

static struct answer ask_low(const struct asking *q)
{
    return say(is_down(q, q->own->value, q->rule->limit), q->own->value, q->rule->limit);
}

static struct answer ask_level(const struct asking *q)
{
    double v = q->own->value;

    if (!isnan(q->rule->low) && is_down(q, v, q->rule->low))
        return say(true, v, q->rule->low);
    return say(!isnan(q->rule->limit) && is_up(q, v, q->rule->limit), v, q->rule->limit);
}

/* Between two readings nothing changes. */
static struct answer ask_rate(const struct asking *q)
{
    const struct rule_state *s = q->state;
    double v = q->own->value, change;
    int64_t dt_ms = q->own->at.ms - s->before_at.ms;

    if (!q->sampled || isnan(s->before) || dt_ms <= 0)
        return (struct answer){ s->raw == RAW_UNKNOWN ? RAW_RESTS : s->raw, v, q->rule->limit };
    change = (v - s->before) * (double)q->rule->within_ms / (double)dt_ms;
    return say(is_up(q, fabs(change), q->rule->limit), change, q->rule->limit);
}

static struct answer ask_stale(const struct asking *q)
{
    int64_t within = q->rule->within_ms > 0 ? q->rule->within_ms : judge_stale_after_ms(q->point);

    return say(q->state->silent_ms >= within, NAN, NAN);
}

static struct answer ask_frozen(const struct asking *q)
{
    return say(q->own->reason == REASON_FROZEN, q->own->value, NAN);
}

static struct answer ask_implausible(const struct asking *q)
{
    return say(q->own->reason == REASON_IMPLAUSIBLE || q->own->reason == REASON_UNKNOWN_STATE, q->own->value,
               NAN);
}

static struct answer ask_clipped(const struct asking *q)
{
    return say(q->own->reason == REASON_CLIPPED, q->own->value, NAN);
}

static struct answer ask_deviation(const struct asking *q)
{
    double apart = fabs(q->own->value - q->other->value);

    return say(is_up(q, apart, q->rule->limit), apart, q->rule->limit);
}

static struct answer ask_mismatch(const struct asking *q)
{
    return say(q->own->value != q->other->value, q->own->value, q->other->value);
}

static struct answer ask_no_flow(const struct asking *q)
{
    bool due = q->other->value == q->rule->other_is;

    return say(due && is_down(q, q->own->value, q->rule->limit), q->own->value, q->rule->limit);
}

static struct answer ask_flow(const struct asking *q)
{
    bool shut = q->other->value == q->rule->other_is;

    return say(
        shut && (q->own->value > q->rule->limit || (q->state->on && is_up(q, q->own->value, q->rule->limit))),
        q->own->value, q->rule->limit);
}

static struct answer ask_contact(const struct asking *q)
{
    return say(q->own->value == q->rule->limit, q->own->value, q->rule->limit);
}

static struct answer ask_run_hours(const struct asking *q)
{
    double run = q->own->value - (isnan(q->serviced) ? q->rule->since : q->serviced);

    return say(run >= q->rule->limit, run, q->rule->limit);
}

/* The limit itself has no deadband: what is outside is outside, and what is within is not. */
static struct answer ask_limit(const struct asking *q)
{
    static const uint8_t RAW[VERDICT_COUNT] = { [VERDICT_UNKNOWN] = RAW_UNKNOWN,
                                                [VERDICT_NOT_JUDGED] = RAW_UNKNOWN,
                                                [VERDICT_WITHIN] = RAW_RESTS,
                                                [VERDICT_OUTSIDE] = RAW_HOLDS };

    return (struct answer){ RAW[q->verdict.word], q->verdict.value, q->verdict.limit };
}

static const struct kind {
    struct answer (*ask)(const struct asking *q);
    int direction;
    bool of_silence; /* needs no number */
} KINDS[RULE_KIND_COUNT] = {
    [RULE_LIMIT] = { ask_limit, 0, false },
    [RULE_LOW_LOW] = { ask_low, -1, false },
    [RULE_LOW] = { ask_low, -1, false },
    [RULE_HIGH] = { ask_high, 1, false },
    [RULE_HIGH_HIGH] = { ask_high, 1, false },
    [RULE_LEVEL] = { ask_level, 0, false },
    [RULE_RATE] = { ask_rate, 0, false },
    [RULE_STALE] = { ask_stale, 0, true },
    [RULE_FROZEN] = { ask_frozen, 0, false },
    [RULE_IMPLAUSIBLE] = { ask_implausible, 0, false },
    [RULE_CLIPPED] = { ask_clipped, 0, false },
    [RULE_DEVIATION] = { ask_deviation, 1, false },
    [RULE_MISMATCH] = { ask_mismatch, 0, false },
    [RULE_PUMP_WITHOUT_FLOW] = { ask_no_flow, 0, false },
    [RULE_FLOW_WITHOUT_PUMP] = { ask_flow, 0, false },
    [RULE_VALVE_CLOSED_FLOW] = { ask_flow, 0, false },
    [RULE_MAINS] = { ask_low, 0, false },
    [RULE_CONTACT] = { ask_contact, 0, false },
    [RULE_RUN_HOURS] = { ask_run_hours, 0, false },
};

int rule_direction(enum rule_kind k)
{
    return KINDS[k].direction;
}

/* An old number may go on to say that something is wrong, never that all is well. */
struct answer rule_ask(const struct asking *q)
{
    const struct kind *k = &KINDS[q->rule->kind];
    struct answer a;

    if (k->of_silence)
        return k->ask(q);
    if (!has_number(q->own))
        return unknown();
    if (q->other != NULL && (!has_number(q->other) || reading_is_old(q->other)))
        return unknown();
    a = k->ask(q);
    return reading_is_old(q->own) && a.raw == RAW_RESTS ? unknown() : a;
}
