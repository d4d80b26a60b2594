#include "incident/cause.h"

#include <string.h>

#define MIN(n) ((int64_t)(n)*CLOCK_MINUTE_MS)

/* Windows are ours, not a standard's: a tank's buffer, a meter's slower cycle. */
static const struct cause_rule RULES[] = {
    { EVIDENCE_LINK, EVIDENCE_SILENCE, CAUSE_SITE, 0, MIN(10), MIN(15), false },
    { EVIDENCE_PUMP, EVIDENCE_FLOW, CAUSE_EITHER, 0, MIN(30), MIN(15), true },
    { EVIDENCE_PUMP, EVIDENCE_PRESSURE, CAUSE_EITHER, 0, MIN(30), MIN(15), true },
    { EVIDENCE_PUMP, EVIDENCE_LEVEL, CAUSE_EITHER, 0, MIN(30), MIN(15), true },
    { EVIDENCE_EQUIPMENT, EVIDENCE_QUALITY, CAUSE_SITE, 0, MIN(60), MIN(30), false },
    { EVIDENCE_EQUIPMENT, EVIDENCE_FLOW, CAUSE_SITE, 0, MIN(30), MIN(15), true },
    { EVIDENCE_EQUIPMENT, EVIDENCE_LEVEL, CAUSE_SITE, 0, MIN(30), MIN(15), true },
    { EVIDENCE_SOURCE, EVIDENCE_FLOW, CAUSE_EITHER, 0, MIN(60), MIN(30), true },
    { EVIDENCE_SOURCE, EVIDENCE_LEVEL, CAUSE_EITHER, 0, MIN(60), MIN(30), true },
    { EVIDENCE_POWER, EVIDENCE_PUMP, CAUSE_SITE, 0, MIN(10), MIN(15), false },
    { EVIDENCE_POWER, EVIDENCE_EQUIPMENT, CAUSE_SITE, 0, MIN(10), MIN(15), false },
    { EVIDENCE_POWER, EVIDENCE_LINK, CAUSE_SITE, 0, MIN(10), MIN(15), false },
    { EVIDENCE_POWER, EVIDENCE_SILENCE, CAUSE_SITE, 0, MIN(10), MIN(15), false },
    { EVIDENCE_POWER, EVIDENCE_FLOW, CAUSE_EITHER, 0, MIN(30), MIN(15), true },
    { EVIDENCE_POWER, EVIDENCE_PRESSURE, CAUSE_EITHER, 0, MIN(30), MIN(15), true },
    { EVIDENCE_POWER, EVIDENCE_LEVEL, CAUSE_EITHER, 0, MIN(30), MIN(15), true },
    /* one burst is seen by several: whoever saw it first stands for it */
    { EVIDENCE_FLOW, EVIDENCE_PRESSURE, CAUSE_ZONE, MIN(30), 0, 0, false },
    { EVIDENCE_PRESSURE, EVIDENCE_FLOW, CAUSE_ZONE, MIN(30), 0, 0, false },
    { EVIDENCE_PRESSURE, EVIDENCE_PRESSURE, CAUSE_ZONE, MIN(30), 0, 0, false },
    /* people without water call before telemetry sees why, and say since when, which is earlier still */
    { EVIDENCE_CALL, EVIDENCE_PRESSURE, CAUSE_ZONE, MIN(120), 0, MIN(30), true },
    { EVIDENCE_CALL, EVIDENCE_FLOW, CAUSE_ZONE, MIN(120), 0, MIN(30), false },
};

const struct cause_rule *cause_rules(size_t *count)
{
    *count = COUNT_OF(RULES);
    return RULES;
}

static bool same(const char *a, const char *b)
{
    return a[0] != '\0' && strcmp(a, b) == 0;
}

static bool near(enum cause_where where, const struct member *a, const struct member *b)
{
    return ((where & CAUSE_SITE) != 0 && same(a->site, b->site)) ||
           ((where & CAUSE_ZONE) != 0 && same(a->zone, b->zone));
}

/* A burst in the midst of a failure of the mains is nobody's consequence.  When the pumps start again, more
 * flows for a while: that is. */
static bool is_its_doing(const struct cause_rule *r, const struct member *cause, const struct member *effect)
{
    return !r->starves || effect->side != SIDE_ABOVE ||
           (cause->restored.ms != 0 && effect->evident.ms >= cause->restored.ms);
}

static bool in_time(const struct cause_rule *r, const struct member *cause, const struct member *effect)
{
    int64_t at = effect->evident.ms;

    if (at < cause->evident.ms - r->late_ms)
        return false;
    if (r->within_ms != 0 && at > cause->evident.ms + r->within_ms)
        return false;
    return cause->restored.ms == 0 || at <= cause->restored.ms + r->after_ms;
}

/* What people call of may be the taste of the water, too. */
static bool may_explain(const struct member *cause)
{
    return cause->evidence != EVIDENCE_CALL || cause->class == CLASS_SERVICE_NETWORK ||
           cause->class == CLASS_DISTRIBUTION_MAIN || cause->class == CLASS_TRANSMISSION_MAIN;
}

int cause_rank(const struct cause_rule *rules, size_t count, const struct member *cause,
               const struct member *effect)
{
    for (size_t k = 0; k < count; k++)
        if (rules[k].cause == cause->evidence && rules[k].effect == effect->evidence && may_explain(cause) &&
            near(rules[k].where, cause, effect) && is_its_doing(&rules[k], cause, effect) &&
            in_time(&rules[k], cause, effect))
            return (int)k;
    return -1;
}
