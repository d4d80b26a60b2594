/* Entries of one lane, taken from the journal and made into rows: what one transaction delivers. */
#ifndef STORE_BATCH_H
#define STORE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "days.h"
#include "incident_rows.h"
#include "minute_rows.h"
#include "ports/lanes.h"
#include "shift_rows.h"

enum { BATCH_ENTRIES_MAX = 16384, BATCH_BODIES_MAX = 64 << 20, BATCH_ROWS_MAX = 256 << 20 };

struct batch_entry {
    uint64_t seq;
    struct wall at;     /* when it was recorded */
    size_t offset, len; /* in bodies */
};

struct batch {
    /* as taken */
    enum lane lane;
    uint64_t upto;               /* the last that was wanted */
    struct batch_entry *entries; /* BATCH_ENTRIES_MAX of them */
    size_t count;
    struct strbuf bodies;
    /* as made by batch_make, from entries[0..used) */
    size_t used;
    struct strbuf rows;        /* binary COPY, whole */
    struct strbuf events;      /* a JSON array for events_insert.sql, whole */
    struct strbuf hands;       /* a JSON array for hands_insert.sql, whole */
    struct strbuf acts;        /* a JSON array for audit_insert.sql, whole */
    struct strbuf alarms;      /* a JSON array for alarm_rows.h, whole */
    struct strbuf preventions; /* likewise for preventions_upsert.sql */
    struct strbuf modes;       /* a JSON array for modes_upsert.sql, whole */
    struct minute_rows minutes;
    struct incident_rows incidents;
    struct shift_rows shifts;
    uint64_t row_count, event_count, hand_count, act_count, alarm_count, mode_count, prevention_count;
    int64_t days[DAYS_MAX];
    size_t day_count;
    char unusable[160]; /* why entries[used] cannot become rows; "" when it can */
};

MUST_USE enum err batch_init(struct batch *b, struct fault *why);
void batch_clear(struct batch *b);
/* Entries after `after` up to `upto`, about max_bytes and at most max_entries of them. */
struct batch_wish {
    enum lane lane;
    uint64_t after, upto;
    size_t max_bytes, max_entries;
};

MUST_USE enum err batch_take(struct batch *b, const struct lanes_port *lanes, const struct batch_wish *wish,
                             struct fault *why);
/* One entry from elsewhere, in place of batch_take. */
void batch_hold(struct batch *b, enum lane lane, uint64_t seq, const void *body, size_t len);
/* now: when the batch is made; seen: everything recorded before that is delivered, .ms == 0: not known. */
struct batch_times {
    struct wall now, seen;
};

/* Makes rows of the first entries, up to the first unusable one, or the one that would be of
 * one day too many.  `after` and `times` are for the event that states a hole between `after` and what is
 * there: entries the journal gave up before they could be delivered.  When nothing was there to take, all up
 * to b->upto is such a hole. */
MUST_USE enum err batch_make(struct batch *b, uint64_t after, struct batch_times times, struct fault *why);
const void *batch_body(const struct batch *b, size_t i);

#endif
