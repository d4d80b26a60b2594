/* The past: questions answered later, by a worker, never on the thread that asks. */
#ifndef PORTS_HISTORY_H
#define PORTS_HISTORY_H

#include "base/err.h"
#include "model/series.h"

struct history_port {
    void *self;
    /* Queues the question; `done` is called exactly once, from a worker, unless ask returns an error
     * (ERR_FULL: queue full; ERR_RANGE: an impossible question; ERR_STATE: stopping).  *result is done's to
     * keep (series_clear) when code is ERR_NONE; else why has the sentence (ERR_TIMEOUT: took too long;
     * ERR_PEER: database away). `client` may be a socket to watch for hang-up, -1 for none: its going cancels
     * the query. */
    enum err (*ask)(void *self, const struct series_ask *ask, int client,
                    void (*done)(void *ticket, enum err code, struct series *result, const struct fault *why),
                    void *ticket, struct fault *why);
};

#endif
