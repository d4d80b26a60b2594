#include <math.h>

#include "doubt.h"

static const double PER_MS[RATE_PER_COUNT] = { CLOCK_SECOND_MS, CLOCK_MINUTE_MS, CLOCK_HOUR_MS };

static bool possible(const struct point *rule, const struct doubt *d, const struct reading *r)
{
    double passed_ms = (double)(r->at.ms - d->trusted_at.ms);

    if (isnan(d->trusted) || passed_ms <= 0) /* nothing to compare with: the clock was set back */
        return true;
    return fabs(r->value - d->trusted) <= rule->max_rate * passed_ms / PER_MS[rule->rate_per];
}

bool is_too_fast(const struct point *rule, struct doubt *d, const struct reading *r)
{
    if (rule->max_rate <= 0)
        return false;
    if (!possible(rule, d, r))
        return true;
    d->trusted = r->value;
    d->trusted_at = r->at;
    return false;
}
