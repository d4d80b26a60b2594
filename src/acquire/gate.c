#include "gate.h"

bool gate_is_open(const struct gate *g, uint64_t raw)
{
    return (raw & g->mask) == g->equals;
}

struct reading gate_apply(const struct gate *g, struct reading r, enum reason why)
{
    if (r.quality == QUALITY_BAD)
        return r;
    return g->uncertain ? reading_uncertain(r.point, r.at, r.value, why) : reading_bad(r.point, r.at, why);
}
