/* What is due for service. */
#ifndef SERVE_MAINTENANCE_H
#define SERVE_MAINTENANCE_H

#include "face.h"
#include "model/hand.h"

struct service_due {
    const struct rule *rule;
    double shows, left; /* NaN: not known */
    double since;
    bool serviced; /* the last one was told: */
    struct hand service;
};

/* Of what they see, at that site (UINT32_MAX: any), the soonest first.  Gives the list: free() it.  NULL
 * without memory. */
struct service_due *maintenance_gather(const struct face *f, const struct catalogue *c,
                                       const struct snapshot *s, const struct visitor *v, uint32_t site,
                                       size_t *count);

#endif
