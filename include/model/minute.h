/* One minute of the step function that a point's stored readings are: a reading holds until the next one, for
 * MINUTE_HOLD_MS at most.  What neither good_ms nor uncertain_ms counts was bad, or nobody knows. */
#ifndef MODEL_MINUTE_H
#define MODEL_MINUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/* Every point is stored at least each hour while it is read: what is older says nothing any more. */
enum { MINUTE_HOLD_MS = 2 * CLOCK_HOUR_MS };
/* A number from here on is not added up: a day of it would be no number any more. */
#define MINUTE_VALUE_MAX 1e290

struct minute {
    uint64_t key;
    struct wall at;                 /* its begin, UTC */
    double sum;                     /* of value x ms, in order of time */
    double min, max, first, last;   /* of what was held for any time; NaN: no number was */
    uint32_t n;                     /* readings that begin in it */
    uint32_t good_ms, uncertain_ms; /* how long a number of that quality was held */
    uint32_t within_ms, outside_ms; /* how long one that is within its limits, outside, */
    uint32_t unjudged_ms;           /* or held to none; the rest of the minute is unknown */
};

/* The readings of a point from the hour of `from` to the hour of `to` are no longer what its minutes were
 * made of: they are to be made again, of the stored readings. */
struct recount {
    uint64_t key;
    struct wall from, to; /* both included */
};

/* Times, counts and numbers that a minute can have. */
bool minute_is_sound(const struct minute *m);
/* Times in the years 1970 to 9999, in order, few hours. */
bool recount_is_sound(const struct recount *r);

#endif
