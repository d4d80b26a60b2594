/* Entries of one lane, taken from the journal and made into rows: what one transaction delivers. */
#ifndef STORE_BATCH_H
#define STORE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "days.h"
#include "minute_rows.h"
#include "ports/lanes.h"

enum { BATCH_ENTRIES_MAX = 16384, BATCH_BODIES_MAX = 64 << 20, BATCH_ROWS_MAX = 256 << 20 };

struct batch_entry {
    uint64_t seq;
    size_t offset, len; /* in bodies */
};

struct batch {
    /* as taken */
    enum lane lane;
    struct batch_entry *entries; /* BATCH_ENTRIES_MAX of them */
    size_t count;
    struct strbuf bodies;
    /* as made by batch_make, from entries[0..used) */
    size_t used;
    struct strbuf rows;   /* binary COPY, whole */
    struct strbuf events; /* a JSON array for events_insert.sql, whole */
    struct strbuf hands;  /* a JSON array for hands_insert.sql, whole */
    struct minute_rows minutes;
    uint64_t row_count, event_count, hand_count;
    int64_t days[DAYS_MAX];
    size_t day_count;
    char unusable[160]; /* why entries[used] cannot become rows; "" when it can */
};

MUST_USE enum err batch_init(struct batch *b, struct fault *why);
void batch_clear(struct batch *b);
/* Entries after `after`, about max_bytes and at most max_entries of them. */
MUST_USE enum err batch_take(struct batch *b, const struct lanes_port *lanes, enum lane lane, uint64_t after,
                             size_t max_bytes, size_t max_entries, struct fault *why);
/* Makes rows of the first entries (b->count > 0), up to the first unusable one, or the one that would be of
 * one day too many.  `after` and `at` are for the event that states a hole between `after` and what is there:
 * entries the journal gave up before they could be delivered. */
MUST_USE enum err batch_make(struct batch *b, uint64_t after, struct wall at, struct fault *why);
const void *batch_body(const struct batch *b, size_t i);

#endif
