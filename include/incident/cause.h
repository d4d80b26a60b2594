/* Which sign explains which: rules as data. */
#ifndef INCIDENT_CAUSE_H
#define INCIDENT_CAUSE_H

#include "model/incident.h"

enum cause_where { CAUSE_SITE = 1, CAUSE_ZONE = 2, CAUSE_EITHER = 3 };

struct cause_rule {
    enum evidence cause, effect;
    enum cause_where where; /* what they have in common */
    int64_t within_ms;      /* the effect comes that soon after the cause began; 0: as long as that lasts */
    int64_t after_ms;       /* or that soon after it ended */
    int64_t late_ms;        /* the cause may be seen that much later than its effect */
    bool starves;           /* while it lasts there is less water: what is above its limit is not its doing */
};

/* The nearest cause first: where two rules speak, the earlier in the table wins. */
const struct cause_rule *cause_rules(size_t *count);

/* The rank of the rule by which `cause` explains `effect`, its place in the table; -1: none does. */
int cause_rank(const struct cause_rule *rules, size_t count, const struct member *cause,
               const struct member *effect);

#endif
