#include "doubt.h"

struct totalizer_rule total_rule(const struct point *rule)
{
    return (struct totalizer_rule){ rule->total_max_flow, rule->total_wraps_at, rule->total_step };
}

bool is_no_step(const struct point *rule, struct doubt *d, const struct reading *r)
{
    const struct totalizer_rule counts = total_rule(rule);

    return rule->total_max_flow > 0 &&
           totalizer_read(&counts, &d->total, r->at, r->value).what == CORRECTION_DOUBTED;
}
