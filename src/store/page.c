#include "page.h"

#include <math.h>
#include <string.h>

enum { HAS_VALUE = 0x80, VARINT_MAX = 10 };

/* ---- writing ---- */

static void put(struct strbuf *to, uint64_t bits, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        strbuf_putc(to, (char)(unsigned char)(bits >> (8 * i)));
}

static void put_difference(struct strbuf *to, int64_t ms)
{
    uint64_t z = (uint64_t)ms << 1 ^ (ms < 0 ? UINT64_MAX : 0);

    for (; z >= 0x80; z >>= 7)
        strbuf_putc(to, (char)(unsigned char)(z | 0x80));
    strbuf_putc(to, (char)(unsigned char)z);
}

static void put_point(struct strbuf *to, uint64_t key, const struct reading *r, struct wall base)
{
    bool has = isfinite(r->value);
    uint64_t bits;

    put(to, key, 8);
    put_difference(to, (int64_t)((uint64_t)r->at.ms - (uint64_t)base.ms));
    put(to, r->quality | (has ? HAS_VALUE : 0U), 1);
    put(to, r->reason, 1);
    memcpy(&bits, &r->value, sizeof bits);
    if (has)
        put(to, bits, 8);
}

void page_write(const struct snapshot *s, size_t page, struct strbuf *to)
{
    const struct catalogue *c = snapshot_catalogue(s);
    size_t from = page * SNAPSHOT_PAGE, end = from + SNAPSHOT_PAGE;

    if (end > snapshot_points(s))
        end = snapshot_points(s);
    put(to, PAGE_VERSION, 1);
    put(to, end - from, 2);
    put(to, (uint64_t)snapshot_at(s).ms, 8);
    for (size_t i = from; i < end; i++)
        put_point(to, c->points[i].key, &snapshot_point(s, (uint32_t)i)->reading, snapshot_at(s));
}

/* ---- reading ---- */

struct input {
    const unsigned char *at, *end;
    bool failed;
};

static uint64_t take(struct input *in, unsigned bytes)
{
    uint64_t bits = 0;

    if (in->failed || (size_t)(in->end - in->at) < bytes) {
        in->failed = true;
        return 0;
    }
    for (unsigned i = 0; i < bytes; i++)
        bits |= (uint64_t)*in->at++ << (8 * i);
    return bits;
}

static uint64_t take_difference(struct input *in)
{
    uint64_t z = 0;
    unsigned char byte = 0x80;

    for (unsigned i = 0; i < VARINT_MAX && (byte & 0x80) != 0; i++) {
        byte = (unsigned char)take(in, 1);
        z |= (uint64_t)(byte & 0x7F) << (7 * i);
    }
    in->failed = in->failed || (byte & 0x80) != 0;
    return z >> 1 ^ (0 - (z & 1));
}

static struct reading take_reading(struct input *in, uint64_t base)
{
    struct reading r = { .value = NAN };
    uint64_t bits;

    r.at.ms = (int64_t)(base + take_difference(in));
    bits = take(in, 1);
    r.quality = (uint8_t)(bits & ~(uint64_t)HAS_VALUE);
    r.reason = (uint8_t)take(in, 1);
    if ((bits & HAS_VALUE) != 0) {
        bits = take(in, 8);
        memcpy(&r.value, &bits, sizeof r.value);
    }
    return r;
}

enum err page_read(const void *body, size_t len,
                   void (*visit)(void *self, uint64_t key, const struct reading *r), void *self)
{
    struct input in = { body, (const unsigned char *)body + len, false };
    uint64_t count, base;

    if (len == 0)
        return ERR_NONE;
    if (take(&in, 1) != PAGE_VERSION)
        return ERR_RANGE;
    count = take(&in, 2);
    base = take(&in, 8);
    if (count > SNAPSHOT_PAGE)
        return ERR_RANGE;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t key = take(&in, 8);
        struct reading r = take_reading(&in, base);
        if (in.failed)
            return ERR_RANGE;
        if (reading_is_sound(&r)) /* else it is of a program that knows more reasons */
            visit(self, key, &r);
    }
    return in.failed || in.at != in.end ? ERR_RANGE : ERR_NONE;
}
