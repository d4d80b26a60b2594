/* A minute made the slow way: of all readings of its point at once. */
#ifndef TESTS_MINUTE_MODEL_H
#define TESTS_MINUTE_MODEL_H

#include <math.h>

#include "judge/verdict.h"
#include "model/minute.h"
#include "model/reading.h"

static inline int minute_model_compare(const void *a, const void *b)
{
    const struct reading *x = a, *y = b;

    if (x->at.ms != y->at.ms)
        return x->at.ms < y->at.ms ? -1 : 1;
    if (x->quality != y->quality)
        return x->quality < y->quality ? -1 : 1;
    if (x->reason != y->reason)
        return x->reason < y->reason ? -1 : 1;
    return (x->value > y->value) - (x->value < y->value);
}

static inline int64_t minute_model_later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline int64_t minute_model_sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* For tests without limits of their own: by the number alone, so that the model can tell it again. */
static inline enum verdict_word minute_model_verdict(const struct reading *r)
{
    if (r->quality == QUALITY_BAD || r->value < -100)
        return VERDICT_UNKNOWN;
    return r->value < 0 ? VERDICT_NOT_JUDGED : r->value < 70 ? VERDICT_WITHIN : VERDICT_OUTSIDE;
}

static inline void minute_model_judge(struct minute *m, enum verdict_word verdict, uint32_t ms)
{
    m->within_ms += verdict == VERDICT_WITHIN ? ms : 0;
    m->outside_ms += verdict == VERDICT_OUTSIDE ? ms : 0;
    m->unjudged_ms += verdict == VERDICT_NOT_JUDGED ? ms : 0;
}

typedef enum verdict_word minute_model_judge_by(const struct reading *r);

static inline void minute_model_piece(struct minute *m, const struct reading *r, int64_t ms,
                                      minute_model_judge_by *verdict)
{
    if (ms <= 0 || r->quality == QUALITY_BAD)
        return;
    minute_model_judge(m, verdict(r), (uint32_t)ms);
    m->min = fmin(m->min, r->value);
    m->max = fmax(m->max, r->value);
    m->first = isnan(m->first) ? r->value : m->first;
    m->last = r->value;
    m->sum += r->value * (double)ms;
    if (r->quality == QUALITY_GOOD)
        m->good_ms += (uint32_t)ms;
    else
        m->uncertain_ms += (uint32_t)ms;
}

/* All rows, sorted. */
static inline struct minute minute_model_by(uint64_t key, const struct reading *rows, size_t count,
                                            int64_t begins_ms, minute_model_judge_by *verdict)
{
    struct minute m = { .key = key, .at = { begins_ms }, .min = NAN, .max = NAN, .first = NAN, .last = NAN };

    for (size_t i = 0; i < count && rows[i].at.ms < begins_ms + CLOCK_MINUTE_MS; i++) {
        const struct reading *r = &rows[i];
        int64_t next = i + 1 < count ? r[1].at.ms : INT64_MAX;
        int64_t ends = minute_model_sooner(minute_model_sooner(next, r->at.ms + MINUTE_HOLD_MS),
                                           begins_ms + CLOCK_MINUTE_MS);
        m.n += r->at.ms >= begins_ms;
        minute_model_piece(&m, r, ends - minute_model_later(r->at.ms, begins_ms), verdict);
    }
    return m;
}

static inline struct minute minute_model(uint64_t key, const struct reading *rows, size_t count,
                                         int64_t begins_ms)
{
    return minute_model_by(key, rows, count, begins_ms, minute_model_verdict);
}

static inline bool minute_model_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static inline bool minute_model_same(const struct minute *a, const struct minute *b)
{
    return a->at.ms == b->at.ms && a->n == b->n && a->good_ms == b->good_ms &&
           a->uncertain_ms == b->uncertain_ms && a->within_ms == b->within_ms &&
           a->outside_ms == b->outside_ms && a->unjudged_ms == b->unjudged_ms && a->sum == b->sum &&
           minute_model_number(a->min, b->min) && minute_model_number(a->max, b->max) &&
           minute_model_number(a->first, b->first) && minute_model_number(a->last, b->last);
}

#endif
