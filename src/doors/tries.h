/* How long wrong tries at passwords make one wait: per account and address, and per address.  A stranger
 * slows down only their own address, never an account.  Plain data, one owner. */
#ifndef DOORS_TRIES_H
#define DOORS_TRIES_H

#include <stdint.h>

#include "ports/doors.h"

enum {
    TRIES_FREE = 3,          /* wrong tries at one account from one address before the first delay */
    TRIES_ADDRESS_FREE = 10, /* from one address, whatever the account */
    TRIES_FIRST_MS = 1000,   /* then this long, doubled by each */
    TRIES_LONGEST_MS = 300000,
    TRIES_FORGET_MS = 3600000, /* without a wrong try */
    TRIES_SLOTS = 1024
};

struct try_slot {
    uint64_t key; /* 0: free */
    unsigned wrong;
    struct mono last;
};

struct tries {
    struct try_slot pairs[TRIES_SLOTS], addresses[TRIES_SLOTS];
};

/* How long this address has to wait before it may try this account again, in ms; 0: now. */
int64_t tries_wait_ms(const struct tries *t, const char *account, const struct peer *peer, struct mono now);
void tries_wrong(struct tries *t, const char *account, const struct peer *peer, struct mono now);
/* Of that account from there; what the address did elsewhere stays. */
void tries_right(struct tries *t, const char *account, const struct peer *peer);

/* What addresses are told apart by: an IPv4 address, a /64 of IPv6 (one customer's).  Never 0. */
uint64_t tries_address(const struct peer *peer);

#endif
