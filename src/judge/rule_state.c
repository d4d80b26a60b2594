#include <string.h>

#include "rule_inner.h"

static unsigned char *put(unsigned char *to, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        *to++ = (unsigned char)(value >> (8 * i));
    return to;
}

static uint64_t get(const unsigned char **from, size_t bytes)
{
    uint64_t value = 0;

    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t) * (*from)++ << (8 * i);
    return value;
}

static uint64_t bits(double number)
{
    uint64_t b;

    memcpy(&b, &number, sizeof b);
    return b;
}

static double number(uint64_t b)
{
    double n;

    memcpy(&n, &b, sizeof n);
    return n;
}

bool rule_state_is_sound(const struct rule_state *s)
{
    return s->word <= RULE_UNKNOWN && s->on <= 1 && s->raw <= RAW_UNKNOWN && s->begun <= 1 &&
           s->hits <= RULE_N_MAX && s->pending_ms >= 0 && s->settled_ms >= -1 && s->silent_ms >= 0;
}

unsigned char *rule_state_encode(const struct rule_state *s, uint64_t point_key,
                                 unsigned char out[RULE_STATE_BYTES])
{
    unsigned char *to = put(put(out, point_key, 8), s->rule, 8);

    to = put(put(put(put(put(to, s->word, 1), s->on, 1), s->raw, 1), s->begun, 1), s->hits, 1);
    for (size_t i = 0; i < RULE_N_MAX; i++)
        to = put(to, s->hit_ms[i], 4);
    to = put(put(put(to, (uint64_t)s->pending_ms, 8), (uint64_t)s->settled_ms, 8), (uint64_t)s->silent_ms, 8);
    (void)put(put(put(to, bits(s->told), 8), bits(s->before), 8), (uint64_t)s->before_at.ms, 8);
    return out;
}

bool rule_state_decode(const unsigned char *bytes, size_t len, const struct catalogue *c,
                       struct rule_state *out)
{
    if (len != RULE_STATE_BYTES)
        return false;
    *out = (struct rule_state){ .point = catalogue_by_key(c, get(&bytes, 8)) };
    out->rule = get(&bytes, 8);
    out->word = (uint8_t)get(&bytes, 1);
    out->on = (uint8_t)get(&bytes, 1);
    out->raw = (uint8_t)get(&bytes, 1);
    out->begun = (uint8_t)get(&bytes, 1);
    out->hits = (uint8_t)get(&bytes, 1);
    for (size_t i = 0; i < RULE_N_MAX; i++)
        out->hit_ms[i] = (uint32_t)get(&bytes, 4);
    out->pending_ms = (int64_t)get(&bytes, 8);
    out->settled_ms = (int64_t)get(&bytes, 8);
    out->silent_ms = (int64_t)get(&bytes, 8);
    out->told = number(get(&bytes, 8));
    out->before = number(get(&bytes, 8));
    out->before_at.ms = (int64_t)get(&bytes, 8);
    return out->point != UINT32_MAX && rule_state_is_sound(out);
}
