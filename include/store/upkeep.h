/* Keeps the database in order: partitions ahead, closed days packed, what is older than it has to be let go.
 *
 * One thread with its own connection under the maintenance role, in small steps, each a transaction of its
 * own. Of all nodes on one database one does it at a time.  It never stands in the way of delivery: whatever
 * needs the table for itself asks for 50 ms and comes again later. */
#ifndef STORE_UPKEEP_H
#define STORE_UPKEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "store/store.h"

/* Whole days; 0: never packed, kept for ever. */
struct upkeep_settings {
    int64_t pack_after;
    int64_t keep_raw; /* counts only where nothing is packed */
    int64_t keep_packed, keep_minutes;
};

struct upkeep;

struct upkeep_stats {
    bool connected, elsewhere; /* elsewhere: another node does it */
    struct wall last_step;     /* that did something; .ms == 0: none yet */
    uint64_t steps, failures, packed, kept, days_dropped;
    uint64_t days_waiting; /* raw days that should be packed and gone */
    char text[256];        /* what waits or is wrong, "" when nothing */
};

MUST_USE enum err upkeep_start(struct upkeep **out, const struct store_settings *s,
                               const struct upkeep_settings *keep, struct clock clock, struct fault *why);
void upkeep_stats(struct upkeep *u, struct upkeep_stats *out);
/* Ends what runs and joins; stats still work.  NULL is fine. */
void upkeep_stop(struct upkeep *u);
/* After upkeep_stop, once nobody asks any more.  NULL is fine. */
void upkeep_free(struct upkeep *u);

#endif
