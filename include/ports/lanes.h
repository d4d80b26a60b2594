/* What the deliverer asks of the journal: entries of a lane in order, from a cursor on. */
#ifndef PORTS_LANES_H
#define PORTS_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/lane.h"

struct lane_entry {
    uint64_t seq;
    struct wall at;   /* when it was recorded */
    const void *body; /* valid during the visit */
    size_t len;
};

struct lanes_port {
    void *self;
    /* Identity of the journal: later journals of one node have larger epochs. */
    int64_t (*epoch)(void *self);
    /* First and last durable sequence kept in the lane; both 0 when the lane never had an entry.
     * first > last: all were delivered and dropped. */
    enum err (*span)(void *self, enum lane lane, uint64_t *first, uint64_t *last, struct fault *why);
    /* Visits durable entries with seq > after, in order, until about max_bytes of bodies; stops early when
     * visit returns an error, and returns it. */
    enum err (*read)(void *self, enum lane lane, uint64_t after, size_t max_bytes,
                     enum err (*visit)(void *ctx, const struct lane_entry *entry), void *ctx,
                     struct fault *why);
    /* Everything up to seq is in the database.  The journal keeps it for its hour, then drops it. */
    enum err (*delivered)(void *self, enum lane lane, uint64_t seq, struct fault *why);
};

#endif
