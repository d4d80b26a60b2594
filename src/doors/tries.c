#include "tries.h"

#include <stdio.h>
#include <string.h>

#include "seal/seal.h"

static const unsigned char IPV4[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF };

static uint64_t key_of(const void *bytes, size_t len)
{
    struct seal_hash h = seal_hash(bytes, len);
    uint64_t key;

    memcpy(&key, h.bytes, sizeof key);
    return key == 0 ? 1 : key;
}

uint64_t tries_address(const struct peer *peer)
{
    bool four = memcmp(peer->ip, IPV4, sizeof IPV4) == 0;

    return key_of(peer->ip, four ? 16 : 8);
}

static uint64_t pair_key(const char *account, const struct peer *peer)
{
    char text[ACCOUNT_NAME_MAX + 24];
    int n = snprintf(text, sizeof text, "%.40s %llx", account, (unsigned long long)tries_address(peer));

    return key_of(text, (size_t)n);
}

static bool is_old(const struct try_slot *s, struct mono now)
{
    return s->key == 0 || now.ms - s->last.ms >= TRIES_FORGET_MS;
}

static const struct try_slot *find(const struct try_slot slots[TRIES_SLOTS], uint64_t key)
{
    for (size_t i = 0; i < TRIES_SLOTS; i++)
        if (slots[i].key == key)
            return &slots[i];
    return NULL;
}

/* A new one takes a free place, else that of the fewest wrong tries: who tries on and on is not forgotten. */
static struct try_slot *place(struct try_slot slots[TRIES_SLOTS], uint64_t key, struct mono now)
{
    struct try_slot *least = &slots[0];

    for (size_t i = 0; i < TRIES_SLOTS; i++) {
        if (slots[i].key == key)
            return &slots[i];
        if (is_old(&slots[i], now))
            slots[i] = (struct try_slot){ 0 };
        if (slots[i].wrong < least->wrong ||
            (slots[i].wrong == least->wrong && slots[i].last.ms < least->last.ms))
            least = &slots[i];
    }
    *least = (struct try_slot){ .key = key };
    return least;
}

static int64_t wait_of(const struct try_slot *s, unsigned allowed, struct mono now)
{
    int64_t delay = TRIES_FIRST_MS;

    if (s == NULL || is_old(s, now) || s->wrong < allowed)
        return 0;
    for (unsigned i = allowed; i < s->wrong && delay < TRIES_LONGEST_MS; i++)
        delay *= 2;
    if (delay > TRIES_LONGEST_MS)
        delay = TRIES_LONGEST_MS;
    return s->last.ms + delay > now.ms ? s->last.ms + delay - now.ms : 0;
}

int64_t tries_wait_ms(const struct tries *t, const char *account, const struct peer *peer, struct mono now)
{
    int64_t pair = wait_of(find(t->pairs, pair_key(account, peer)), TRIES_FREE, now);
    int64_t address = wait_of(find(t->addresses, tries_address(peer)), TRIES_ADDRESS_FREE, now);

    return pair > address ? pair : address;
}

static void count(struct try_slot *s, struct mono now)
{
    if (is_old(s, now))
        s->wrong = 0;
    s->wrong++;
    s->last = now;
}

void tries_wrong(struct tries *t, const char *account, const struct peer *peer, struct mono now)
{
    count(place(t->pairs, pair_key(account, peer), now), now);
    count(place(t->addresses, tries_address(peer), now), now);
}

void tries_right(struct tries *t, const char *account, const struct peer *peer)
{
    uint64_t key = pair_key(account, peer);

    for (size_t i = 0; i < TRIES_SLOTS; i++)
        if (t->pairs[i].key == key)
            t->pairs[i] = (struct try_slot){ 0 };
}
