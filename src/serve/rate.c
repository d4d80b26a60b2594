#include "rate.h"

#include <stddef.h>
#include <string.h>

enum { MINUTE_MS = 60000 };

/* FNV-1a; whoever finds two names of one value shares a minute with themselves. */
static uint64_t mix(uint64_t h, const void *bytes, size_t n)
{
    const unsigned char *b = bytes;

    for (size_t i = 0; i < n; i++)
        h = (h ^ b[i]) * 0x100000001B3U;
    return h;
}

uint64_t rate_of_name(const char *name)
{
    return mix(0xCBF29CE484222325U, name, strlen(name)) | 1U;
}

uint64_t rate_of_peer(const struct peer *p)
{
    return (mix(0x9AE16A3B2F90404FU, p->ip, peer_is_four(p) ? sizeof p->ip : 8) & ~(uint64_t)1) | 2U;
}

static void leak(struct rate_place *p, struct mono now)
{
    int64_t passed = now.ms - p->until.ms;

    p->used_ms = passed >= p->used_ms ? 0 : p->used_ms - passed;
    p->until = now;
}

static struct rate_place *place_of(struct rates *r, uint64_t who, struct mono now)
{
    struct rate_place *set = r->places[(who >> 8) % RATE_SETS], *least = set;

    for (size_t i = 0; i < RATE_WAYS; i++) {
        leak(&set[i], now);
        if (set[i].who == who)
            return &set[i];
        if (set[i].used_ms < least->used_ms)
            least = &set[i];
    }
    *least = (struct rate_place){ .who = who, .until = now };
    return least;
}

bool rate_take(struct rates *r, uint64_t who, unsigned each_minute, struct mono now, unsigned *wait_s)
{
    struct rate_place *p;
    int64_t cost;

    if (each_minute == 0)
        return true;
    cost = each_minute < MINUTE_MS ? MINUTE_MS / each_minute : 1;
    p = place_of(r, who, now);
    if (p->used_ms + cost > MINUTE_MS) {
        *wait_s = (unsigned)((p->used_ms + cost - MINUTE_MS + 999) / 1000);
        return false;
    }
    p->used_ms += cost;
    return true;
}
