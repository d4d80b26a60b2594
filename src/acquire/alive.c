#include "alive.h"

struct alive alive_start(struct mono now)
{
    return (struct alive){ .changed = now };
}

void alive_saw(struct alive *a, uint64_t raw, struct mono now)
{
    if (!a->seen || a->raw != raw)
        a->changed = now;
    a->seen = true;
    a->raw = raw;
}

bool alive_stands_still(const struct alive *a, int64_t within_ms, struct mono now)
{
    return now.ms - a->changed.ms > within_ms;
}

struct reading alive_doubt(struct reading r)
{
    return r.quality == QUALITY_GOOD ? reading_uncertain(r.point, r.at, r.value, REASON_STALE) : r;
}
