#include "model/minute.h"

#include <math.h>

static bool has_numbers(const struct minute *m)
{
    return isfinite(m->min) && isfinite(m->max) && isfinite(m->first) && isfinite(m->last) &&
           m->min <= m->max && m->min <= m->first && m->first <= m->max && m->min <= m->last &&
           m->last <= m->max;
}

static bool has_none(const struct minute *m)
{
    return isnan(m->min) && isnan(m->max) && isnan(m->first) && isnan(m->last) && m->sum == 0;
}

enum { RECOUNT_MAX_MS = 3 * CLOCK_HOUR_MS };

/* What PostgreSQL's times and ours can hold. */
static bool is_sound_time(struct wall at)
{
    return at.ms >= 0 && at.ms <= INT64_C(253402300799999);
}

bool recount_is_sound(const struct recount *r)
{
    return r->key != 0 && r->key <= INT64_MAX && is_sound_time(r->from) && is_sound_time(r->to) &&
           r->from.ms <= r->to.ms && r->to.ms - r->from.ms <= RECOUNT_MAX_MS;
}

bool minute_is_sound(const struct minute *m)
{
    uint64_t known_ms = (uint64_t)m->good_ms + m->uncertain_ms;
    uint64_t judged_ms = (uint64_t)m->within_ms + m->outside_ms + m->unjudged_ms;

    if (m->key == 0 || m->key > INT64_MAX || !is_sound_time(m->at) || m->at.ms % CLOCK_MINUTE_MS != 0 ||
        !isfinite(m->sum) || known_ms > CLOCK_MINUTE_MS || judged_ms > known_ms)
        return false;
    return known_ms > 0 ? has_numbers(m) : has_none(m);
}
