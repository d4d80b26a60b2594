/* Which delivered entries have been kept long enough: a coarse memory of when each mark was set.
 *
 * The time counts from delivery, not from recording: after ten hours without a database, what is delivered
 * now must still be here in one hour.  Nothing of it is stored: after a restart the hour begins again. */
#ifndef JOURNAL_KEEP_H
#define JOURNAL_KEEP_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum { KEEP_MARKS = 32 };

struct keep {
    int64_t keep_ms;
    uint64_t ripe; /* up to here entries may go */
    struct {
        struct mono at;
        uint64_t seq;
    } marks[KEEP_MARKS]; /* oldest first; seq and time grow */
    size_t count;
};

/* Everything up to seq is delivered, as of now.  A smaller seq than before takes the rest back. */
void keep_delivered(struct keep *k, struct mono now, uint64_t seq);
/* Entries up to the answer may be dropped. */
uint64_t keep_ripe(struct keep *k, struct mono now);

#endif
