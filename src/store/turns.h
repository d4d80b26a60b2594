/* Who does what next, and when: jobs that take turns, in small steps with rests.  Pure; one owner.
 *
 * A job that did something comes again after a rest as long as the step took; one with nothing to do waits
 * its period; one that failed waits ever longer and does less at a time. */
#ifndef STORE_TURNS_H
#define STORE_TURNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum { TURN_RETRY_MIN_MS = 1000, TURN_RETRY_MAX_MS = 300000, TURN_REST_MIN_MS = 10, TURN_BUDGET = 20000 };

struct turn {
    struct mono due;
    int64_t gap_ms;  /* of the next retry's wait; 0: the last step went well */
    unsigned budget; /* readings a step may take; 0: not begun, the whole */
};

/* The one that is due for longest; -1: none is. */
int turns_next(const struct turn *t, size_t n, struct mono now);
/* When the next one is due. */
struct mono turns_until(const struct turn *t, size_t n);
unsigned turn_budget(const struct turn *t);

void turn_worked(struct turn *t, struct mono now, int64_t took_ms);
void turn_idle(struct turn *t, struct mono now, int64_t every_ms);
void turn_failed(struct turn *t, struct mono now);

#endif
