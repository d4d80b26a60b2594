#include "judge/minute.h"

#include <math.h>

static int64_t minute_of(int64_t ms)
{
    int64_t past = ms % CLOCK_MINUTE_MS;

    return ms - (past < 0 ? past + CLOCK_MINUTE_MS : past);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void empty(struct minute_state *s, int64_t begins_ms)
{
    s->begins_ms = begins_ms;
    s->sum = 0;
    s->min = s->max = s->first = s->last = NAN;
    s->n = s->good_ms = s->uncertain_ms = 0;
    s->within_ms = s->outside_ms = s->unjudged_ms = 0;
    s->mixed = false;
}

static void start(struct minutes_out *out)
{
    out->whole_count = out->again_count = 0;
}

static void again(struct minutes_out *out, uint64_t key, int64_t from_ms, int64_t to_ms)
{
    out->again[out->again_count++] = (struct recount){ key, { from_ms }, { to_ms } };
}

static bool has_number(const struct reading *r)
{
    return r->quality != QUALITY_BAD && fabs(r->value) < MINUTE_VALUE_MAX;
}

static void hold_verdict(struct minute_state *s, uint32_t dt_ms)
{
    switch ((enum verdict_word)s->verdict) {
    case VERDICT_WITHIN: s->within_ms += dt_ms; break;
    case VERDICT_OUTSIDE: s->outside_ms += dt_ms; break;
    case VERDICT_NOT_JUDGED: s->unjudged_ms += dt_ms; break;
    default: break; /* unknown is the rest */
    }
}

/* The held reading until then: one product, whoever asks and how often. */
static void hold(struct minute_state *s, int64_t until_ms)
{
    int64_t from = most(s->held.at.ms, s->begins_ms);
    int64_t dt_ms = least(until_ms, s->held.at.ms + MINUTE_HOLD_MS) - from;
    double v = s->held.value;

    if (dt_ms <= 0 || !has_number(&s->held))
        return;
    s->sum += v * (double)dt_ms;
    if (s->good_ms + s->uncertain_ms == 0)
        s->min = s->max = s->first = v;
    s->min = v < s->min ? v : s->min;
    s->max = v > s->max ? v : s->max;
    s->last = v;
    *(s->held.quality == QUALITY_GOOD ? &s->good_ms : &s->uncertain_ms) += (uint32_t)dt_ms;
    hold_verdict(s, (uint32_t)dt_ms);
}

static void tell(const struct minute_state *s, uint64_t key, struct minutes_out *out)
{
    if (s->mixed)
        again(out, key, s->begins_ms, s->begins_ms);
    else if (s->n + s->good_ms + s->uncertain_ms > 0) /* else nobody knows anything of it */
        out->whole[out->whole_count++] = (struct minute){ .key = key,
                                                          .at = { s->begins_ms },
                                                          .sum = s->sum,
                                                          .min = s->min,
                                                          .max = s->max,
                                                          .first = s->first,
                                                          .last = s->last,
                                                          .n = s->n,
                                                          .good_ms = s->good_ms,
                                                          .uncertain_ms = s->uncertain_ms,
                                                          .within_ms = s->within_ms,
                                                          .outside_ms = s->outside_ms,
                                                          .unjudged_ms = s->unjudged_ms };
}

/* From when on the held reading says nothing. */
static int64_t ends_ms(const struct minute_state *s)
{
    return has_number(&s->held) ? s->held.at.ms + MINUTE_HOLD_MS : s->held.at.ms;
}

/* All minutes that end until then. */
static void go(struct minute_state *s, uint64_t key, int64_t minute_ms, struct minutes_out *out)
{
    int64_t last_known = minute_of(ends_ms(s) - 1) + CLOCK_MINUTE_MS;
    int64_t stop = least(minute_ms, last_known > s->begins_ms ? last_known : s->begins_ms + CLOCK_MINUTE_MS);

    if ((stop - s->begins_ms) / CLOCK_MINUTE_MS > MINUTES_AT_ONCE) {
        again(out, key, s->begins_ms, stop - 1);
    } else {
        for (; s->begins_ms < stop; empty(s, s->begins_ms + CLOCK_MINUTE_MS)) {
            hold(s, s->begins_ms + CLOCK_MINUTE_MS);
            tell(s, key, out);
        }
    }
    empty(s, minute_ms);
}

/* Greater of two readings of one instant: bad ones have no number, and NaN is not greater. */
static bool is_greater(const struct reading *a, const struct reading *b)
{
    if (a->quality != b->quality)
        return a->quality > b->quality;
    return a->reason != b->reason ? a->reason > b->reason : a->value > b->value;
}

static void hold_on_to(struct minute_state *s, const struct reading *r, enum verdict_word verdict)
{
    s->held = *r;
    s->verdict = (uint8_t)verdict;
}

/* It holds until the next stored reading, which came before it. */
static void fold_late(struct minute_state *s, uint64_t key, const struct reading *r,
                      enum verdict_word verdict, struct minutes_out *out)
{
    bool newest = r->at.ms > s->held.at.ms || (r->at.ms == s->held.at.ms && is_greater(r, &s->held));
    int64_t until = newest ? most(s->begins_ms, s->told_ms) - 1 : s->held.at.ms;

    again(out, key, r->at.ms, least(until, r->at.ms + MINUTE_HOLD_MS));
    if (newest)
        hold_on_to(s, r, verdict); /* what is in the making begins with it */
    else if (s->held.at.ms >= s->begins_ms)
        s->mixed = true;
}

void minute_fold(struct minute_state *s, uint64_t key, const struct reading *r, enum verdict_word verdict,
                 struct minutes_out *out)
{
    start(out);
    if (!s->any) {
        empty(s, minute_of(r->at.ms));
        s->any = true;
        hold_on_to(s, r, verdict);
    } else if (r->at.ms < s->begins_ms || r->at.ms < s->held.at.ms) {
        fold_late(s, key, r, verdict, out);
        return;
    } else if (r->at.ms >= s->begins_ms + CLOCK_MINUTE_MS) {
        go(s, key, minute_of(r->at.ms), out);
    }
    if (r->at.ms < s->told_ms)
        again(out, key, r->at.ms, least(s->told_ms - 1, r->at.ms + MINUTE_HOLD_MS));
    s->n++;
    if (r->at.ms == s->held.at.ms && !is_greater(r, &s->held))
        return;
    hold(s, r->at.ms);
    hold_on_to(s, r, verdict);
}

bool minute_is_due(const struct minute_state *s, struct wall until)
{
    return s->any && s->begins_ms + CLOCK_MINUTE_MS <= until.ms;
}

void minute_close(struct minute_state *s, uint64_t key, struct wall until, struct minutes_out *out)
{
    start(out);
    if (minute_is_due(s, until))
        go(s, key, minute_of(until.ms), out);
}

void minute_resume(struct minute_state *s, struct wall until, struct wall told)
{
    if (minute_is_due(s, until))
        empty(s, minute_of(until.ms));
    s->told_ms = told.ms;
}

void minute_know(struct minute_state *s, const struct reading *last)
{
    empty(s, minute_of(last->at.ms));
    s->any = s->mixed = true;
    hold_on_to(s, last, VERDICT_UNKNOWN);
    s->told_ms = 0;
}

void minute_end(const struct minute_state *s, uint64_t key, struct minutes_out *out)
{
    start(out);
    if (s->any)
        again(out, key, s->begins_ms, s->begins_ms);
}
