/* How many requests somebody may make in a minute.  Those who ask more are told to wait; nobody else notices.
 * Bounded: of more askers than there are places, those with the least to their account are forgotten. */
#ifndef SERVE_RATE_H
#define SERVE_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/peer.h"

enum { RATE_SETS = 512, RATE_WAYS = 8 };

struct rate_place {
    uint64_t who;      /* 0: free */
    int64_t used_ms;   /* of the minute, by then */
    struct mono until; /* as of */
};

struct rates {
    struct rate_place places[RATE_SETS][RATE_WAYS];
};

/* One more request of `who`, of at most `each_minute` (0: as many as they like), the whole minute's at once
 * if they wish.  False: not now, again after *wait_s. */
bool rate_take(struct rates *r, uint64_t who, unsigned each_minute, struct mono now, unsigned *wait_s);
/* Names of who asks: somebody known, or an address (of IPv6 its network of 64 bits). */
uint64_t rate_of_name(const char *name);
uint64_t rate_of_peer(const struct peer *p);

#endif
