#include "memory.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "model/lane.h"
#include "seal/seal.h"

/* In the machine's own order: a journal stays on its machine.  A point that does not count has no total. */
struct doubts {
    double still, trusted;
    int64_t still_ms, trusted_ms;
    struct totalizer total;
};

enum { WITHOUT_TOTAL = offsetof(struct doubts, total) };

/* The length tells what is there. */
_Static_assert(sizeof(struct minute_state) != WITHOUT_TOTAL &&
                   sizeof(struct minute_state) != sizeof(struct doubts) &&
                   sizeof(struct minute_state) + WITHOUT_TOTAL != sizeof(struct doubts),
               "a minute's state looks like another");

/* Before the reading, as what people tell stands in a lane; key and time of telling are of no use here. */
static void add_force(struct strbuf *to, uint64_t key, const struct force *f)
{
    struct hand h = {
        .kind = HAND_FORCE, .point = key, .at = f->until, .value = f->value, .old_end = NAN, .key = "-"
    };

    memcpy(h.who, f->who, sizeof h.who);
    body_add_hand(to, &h);
}

void memory_add(struct strbuf *to, uint64_t key, const struct judge_state *s, const struct minute_state *m)
{
    const struct stored_reading r = { key, s->kept.at, s->kept.value, s->kept.quality, s->kept.reason };
    const struct doubts d = { s->still, s->trusted, s->still_ms, s->trusted_at.ms, s->total };
    bool counts = !isnan(s->total.raw);

    if (force_is_on(&s->force))
        add_force(to, key, &s->force);
    body_add_reading(to, &r);
    if (counts || !isnan(s->still) || !isnan(s->trusted))
        strbuf_add(to, &d, counts ? sizeof d : (size_t)WITHOUT_TOTAL);
    if (m->any)
        strbuf_add(to, m, sizeof *m);
}

/* At the end of what is there, when it is there. */
static size_t take_minute(const unsigned char *at, size_t len, const struct reading *kept,
                          struct minute_state *m)
{
    size_t rest = len >= sizeof *m ? len - sizeof *m : SIZE_MAX;

    if (rest != 0 && rest != WITHOUT_TOTAL && rest != sizeof(struct doubts)) {
        minute_know(m, kept);
        return len;
    }
    memcpy(m, at + rest, sizeof *m);
    m->held.point = kept->point;
    return rest;
}

enum err memory_read(const void *body, size_t len, const struct catalogue *c, struct judge_state *out,
                     struct minute_state *minute)
{
    struct body_reader reader;
    struct stored_reading r;
    struct event unused;
    struct doubts d = { .still = NAN, .trusted = NAN };
    struct force force = { 0 };
    enum body_item item;
    size_t rest;
    enum err rc;

    totalizer_init(&d.total);
    body_read(&reader, body, len);
    rc = body_next(&reader, &item, &r, &unused);
    if (rc == ERR_NONE && item == BODY_HAND && reader.hand.kind == HAND_FORCE) {
        force = force_by(&reader.hand);
        rc = body_next(&reader, &item, &r, &unused);
    }
    if (rc != ERR_NONE)
        return rc;
    if (item != BODY_READING)
        return ERR_RANGE;
    *out = (struct judge_state){ .kept = { catalogue_by_key(c, r.key), r.quality, r.reason, r.at, r.value } };
    rest = take_minute(reader.at, (size_t)(reader.end - reader.at), &out->kept, minute);
    if (rest == sizeof d || rest == WITHOUT_TOTAL)
        memcpy(&d, reader.at, rest);
    *out =
        (struct judge_state){ out->kept, d.still, d.still_ms, d.trusted, { d.trusted_ms }, d.total, force };
    return ERR_NONE;
}

/* Keys of points have 63 bits. */
static const uint64_t HAND_BIT = UINT64_C(1) << 63;

uint64_t memory_hand_key(const struct hand *h)
{
    return seal_key63(h->key) | HAND_BIT;
}

bool memory_is_hand(uint64_t key)
{
    return (key & HAND_BIT) != 0;
}

enum err memory_read_hand(const void *body, size_t len, struct hand *out)
{
    struct body_reader reader;
    struct stored_reading unused;
    struct event none;
    enum body_item item;
    enum err rc;

    body_read(&reader, body, len);
    rc = body_next(&reader, &item, &unused, &none);
    if (rc == ERR_NONE && item != BODY_HAND)
        rc = ERR_RANGE;
    if (rc == ERR_NONE)
        *out = reader.hand;
    return rc;
}
