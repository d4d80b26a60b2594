/* What one meter showed, and its exchanges: stored rows in order of time, given one by one to whoever folds
 * them, so that nobody ever holds them all. */
#ifndef PORTS_METERS_H
#define PORTS_METERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

enum { METER_ROWS_MAX = 2000000 };

struct meter_ask {
    uint64_t key;
    struct wall from, to; /* half-open; the good readings next to it on either side are given too */
};

struct meter_row {
    bool exchanged; /* by a person's word, else a reading */
    struct wall at;
    double value;   /* what it showed; where the new meter began */
    double old_end; /* where the old meter ended; NaN of a reading */
    uint8_t quality, reason;
};

/* Called by one worker. */
struct meter_fold {
    void *self;
    void (*begin)(void *self); /* before the first row, perhaps again: the rows come anew */
    void (*row)(void *self, const struct meter_row *row);
    void (*done)(void *self, enum err code, const struct fault *why); /* last, exactly once */
};

struct meters_port {
    void *self;
    /* Queues the question; nothing of the fold is called when this returns an error.  Codes and `client` are
     * history_port's; ERR_RANGE from done: more than METER_ROWS_MAX readings. */
    enum err (*read)(void *self, const struct meter_ask *ask, int client, const struct meter_fold *fold,
                     struct fault *why);
};

#endif
