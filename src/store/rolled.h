/* Buckets of a long span: made of minutes, hours or days instead of all that was read. */
#ifndef STORE_ROLLED_H
#define STORE_ROLLED_H

#include "model/series.h"
#include "pg.h"

struct rolled_plan {
    enum series_resolution resolution; /* SERIES_RAW: nothing coarser would give the buckets */
    int64_t unit_ms;
    struct wall base; /* the first bucket's begin, a whole unit; the span may begin later */
    struct wall head; /* the first whole unit in the span */
    int64_t width_ms; /* whole units */
    size_t count;     /* never more than asked for */
};

/* The coarsest resolution that gives at least three quarters of the buckets asked for: one unit is never
 * divided between two buckets. */
struct rolled_plan rolled_choose(const struct series_ask *a);
MUST_USE enum err rolled_ask(struct pg *p, const struct series_ask *a, const struct rolled_plan *plan,
                             struct series *out, struct fault *why);

#endif
