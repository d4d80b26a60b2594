#include "doubt.h"

#include <math.h>

void doubt_init(struct doubt *d)
{
    *d = (struct doubt){ .still = NAN, .trusted = NAN };
    totalizer_init(&d->total);
}

/* "At least so much" tells more than "impossible", and a sensor at its end stands still rightly. */
struct reading doubt(const struct point *rule, struct doubt *d, struct reading r, int64_t lasted_ms,
                     bool excused)
{
    bool clipped, too_fast, frozen;

    if (r.quality == QUALITY_BAD || r.reason == REASON_STALE)
        return r;
    clipped = is_clipped(rule, r.value);
    frozen = is_frozen(rule, d, r.value, lasted_ms, excused || clipped);
    if (clipped)
        return reading_uncertain(r.point, r.at, r.value, REASON_CLIPPED);
    if (r.quality != QUALITY_GOOD) /* no number to compare the next one with */
        return r;
    too_fast = is_too_fast(rule, d, &r);
    if (is_no_step(rule, d, &r) || too_fast)
        return reading_uncertain(r.point, r.at, r.value, REASON_IMPLAUSIBLE);
    return frozen ? reading_uncertain(r.point, r.at, r.value, REASON_FROZEN) : r;
}
