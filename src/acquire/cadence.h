/* When to read next: pure.  next += period, never now + period; what was missed is counted. */
#ifndef CADENCE_H
#define CADENCE_H

#include <stddef.h>

#include "base/clock.h"

struct cadence {
    struct mono next;
    int64_t period_ms;
    uint64_t overruns; /* cycles that could not start before the next was due */
};

enum { CADENCE_FIRST_MS = 5000 };

/* The i-th of n starts within min(period, 5 s), spread so that they do not bunch. */
struct cadence cadence_start(struct mono now, int64_t period_ms, size_t i, size_t n);
void cadence_advance(struct cadence *c, struct mono now);

#endif
