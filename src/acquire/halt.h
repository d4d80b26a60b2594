/* Waiting for a descriptor in a way that another thread can end. */
#ifndef HALT_H
#define HALT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct halt {
    int fd; /* eventfd: readable once someone wants us to stop */
    atomic_bool set;
};

MUST_USE enum err halt_open(struct halt *h, struct fault *why);
void halt_close(struct halt *h);
void halt_now(struct halt *h); /* any thread; for good */
bool halt_set(const struct halt *h);

int64_t halt_clock_us(void); /* monotonic */

/* Until fd has one of `events`, an error or an end; fd -1: until the deadline.  ERR_TIMEOUT without words;
 * ERR_STATE: stopping; ERR_PEER. */
MUST_USE enum err halt_wait(const struct halt *h, int fd, short events, int64_t until_us, struct fault *why);

#endif
