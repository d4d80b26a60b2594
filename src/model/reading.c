#include "model/reading.h"

#include <math.h>

bool reading_is_sound(const struct reading *r)
{
    switch (r->quality) {
    case QUALITY_GOOD: return r->reason == REASON_NONE && isfinite(r->value);
    case QUALITY_UNCERTAIN: return r->reason > REASON_NONE && r->reason < REASON_COUNT && isfinite(r->value);
    case QUALITY_BAD: return r->reason > REASON_NONE && r->reason < REASON_COUNT && isnan(r->value);
    default: return false;
    }
}

struct reading reading_good(uint32_t point, struct wall at, double value)
{
    return (struct reading){ point, QUALITY_GOOD, REASON_NONE, at, value };
}

struct reading reading_bad(uint32_t point, struct wall at, enum reason why)
{
    return (struct reading){ point, QUALITY_BAD, (uint8_t)why, at, NAN };
}

struct reading reading_uncertain(uint32_t point, struct wall at, double value, enum reason why)
{
    return (struct reading){ point, QUALITY_UNCERTAIN, (uint8_t)why, at, value };
}

bool reading_same_value(const struct reading *a, const struct reading *b)
{
    bool same_number = (isnan(a->value) && isnan(b->value)) || a->value == b->value;

    return a->quality == b->quality && a->reason == b->reason && same_number;
}
