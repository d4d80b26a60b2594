/* How a thread that waits on sockets is told to leave: a descriptor that becomes readable, and the instant
 * until which it may still work.  Any thread may pull it, once. */
#ifndef STORE_LEASH_H
#define STORE_LEASH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

struct leash {
    int fd;
    _Atomic int64_t leave_at_ms; /* monotonic; INT64_MAX until pulled */
};

MUST_USE enum err leash_init(struct leash *l, struct fault *why);
void leash_clear(struct leash *l);
void leash_pull(struct leash *l, struct mono leave_at);
bool leash_pulled(const struct leash *l);
/* True from leave_at on. */
bool leash_over(const struct leash *l);
/* The earlier of `until` and the instant to leave. */
struct mono leash_bound(const struct leash *l, struct mono until);

#endif
