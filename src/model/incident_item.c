#include "model/incident_item.h"
#include "item_bytes.h"

#include <string.h>

enum {
    LENGTH_BYTES = 4,
    DERIVED_BYTES = 4 * 8 + 8 + 6,
    OUTGOING_BYTES = 4 * 8 + 2 * 2 + 5,
    OUTGOING_MORE = 2,
    OUTGOING_GRAVE = 1
};

/* ---- bytes ---- */

/* ---- an incident ---- */

struct stored_incident stored_incident_of(const struct incident *i, const struct incident_targets *t,
                                          uint64_t revision, struct wall now)
{
    return (struct stored_incident){ .revision = revision,
                                     .at = now,
                                     .clock = incident_clock(i, t),
                                     .state = (uint8_t)incident_state(i, now),
                                     .on_time = (uint8_t)incident_on_time(i, now),
                                     .class_confirmed = incident_class_confirmed(i),
                                     .unconfirmed = incident_unconfirmed(i, now) };
}

static void put_derived(struct strbuf *to, const struct stored_incident *s)
{
    put(to, s->revision, 8);
    put(to, (uint64_t)s->at.ms, 8);
    put(to, (uint64_t)s->clock.start.ms, 8);
    put(to, (uint64_t)s->clock.due.ms, 8);
    put(to, (uint64_t)s->clock.limit_ms, 8);
    put(to, s->clock.class, 1);
    put(to, s->clock.legal, 1);
    put(to, s->state, 1);
    put(to, s->on_time, 1);
    put(to, s->class_confirmed, 1);
    put(to, s->unconfirmed, 1);
}

void incident_item_write(struct strbuf *to, const struct stored_incident *s, const struct incident *i)
{
    size_t start = to->len, len;

    put(to, 0, LENGTH_BYTES); /* when it is known */
    put_derived(to, s);
    incident_write(to, i);
    if (to->failed)
        return;
    len = to->len - start - LENGTH_BYTES;
    for (size_t k = 0; k < LENGTH_BYTES; k++)
        to->text[start + k] = (char)(unsigned char)(len >> (8 * k));
}

static bool derived_is_sound(const struct stored_incident *s)
{
    return s->clock.class < CLASS_COUNT && s->state < INCIDENT_STATE_COUNT && s->on_time <= ON_TIME_NO &&
           s->revision != 0 && s->revision <= INT64_MAX;
}

enum err incident_item_read(const unsigned char **at, const unsigned char *end, struct stored_incident *out)
{
    const unsigned char *p = *at;
    size_t len;

    if (end - p < LENGTH_BYTES)
        return ERR_SHORT;
    len = get(&p, LENGTH_BYTES);
    if ((size_t)(end - p) < len || len < DERIVED_BYTES)
        return ERR_SHORT;
    *at = p + len;
    *out = (struct stored_incident){ .len = len - DERIVED_BYTES, .bytes = p + DERIVED_BYTES };
    out->revision = get(&p, 8);
    out->at.ms = (int64_t)get(&p, 8);
    out->clock.start.ms = (int64_t)get(&p, 8);
    out->clock.due.ms = (int64_t)get(&p, 8);
    out->clock.limit_ms = (int64_t)get(&p, 8);
    out->clock.class = (uint8_t)get(&p, 1);
    out->clock.legal = get(&p, 1) == 1;
    out->state = (uint8_t)get(&p, 1);
    out->on_time = (uint8_t)get(&p, 1);
    out->class_confirmed = get(&p, 1) == 1;
    out->unconfirmed = get(&p, 1) == 1;
    return derived_is_sound(out) ? ERR_NONE : ERR_RANGE;
}

/* ---- what is to be sent ---- */

void outgoing_item_write(struct strbuf *to, const struct outgoing *o)
{
    uint64_t size;

    memcpy(&size, &o->size, sizeof size);
    put(to, OUTGOING_BYTES + OUTGOING_MORE + OUTGOING_GRAVE, 1);
    put(to, o->incident, 8);
    put(to, size, 8);
    put(to, (uint64_t)o->at.ms, 8);
    put(to, (uint64_t)o->due.ms, 8);
    put(to, o->n & UINT16_MAX, 2);
    put(to, o->count, 2);
    put(to, o->kind, 1);
    put(to, o->mask, 1);
    put(to, o->legal, 1);
    put(to, o->drill, 1);
    put(to, o->over, 1);
    put(to, o->n >> 16, 2);
    put(to, o->grave, 1);
}

enum err outgoing_item_read(const unsigned char **at, const unsigned char *end, struct outgoing *out)
{
    const unsigned char *p = *at;
    uint64_t size;

    if (p == end || p[0] < OUTGOING_BYTES || (size_t)(end - p) < (size_t)1 + p[0])
        return ERR_SHORT;
    *at = p + 1 + p[0]; /* a later version may add to its end */
    p++;
    out->incident = get(&p, 8);
    size = get(&p, 8);
    memcpy(&out->size, &size, sizeof size);
    out->at.ms = (int64_t)get(&p, 8);
    out->due.ms = (int64_t)get(&p, 8);
    out->n = (uint32_t)get(&p, 2);
    out->count = (uint16_t)get(&p, 2);
    out->kind = (uint8_t)get(&p, 1);
    out->mask = (uint8_t)get(&p, 1);
    out->legal = get(&p, 1) == 1;
    out->drill = get(&p, 1) == 1;
    out->over = get(&p, 1) == 1;
    if (*at - p >= OUTGOING_MORE) /* an earlier version had no more */
        out->n |= (uint32_t)get(&p, 2) << 16;
    out->grave = *at - p >= OUTGOING_GRAVE && get(&p, 1) == 1;
    return out->kind < OUT_COUNT && out->incident <= INT64_MAX ? ERR_NONE : ERR_RANGE;
}

/* ---- who called ---- */

void caller_item_write(struct strbuf *to, const struct stored_caller *c)
{
    put(to, c->call, 8);
    put(to, c->incident, 8);
    put(to, (uint64_t)c->at.ms, 8);
    put_text(to, c->name);
    put_text(to, c->phone);
}

enum err caller_item_read(const unsigned char **at, const unsigned char *end, struct stored_caller *out)
{
    enum err rc;

    if ((size_t)(end - *at) < 3 * sizeof(uint64_t))
        return ERR_SHORT;
    memset(out, 0, sizeof *out);
    out->call = get(at, 8);
    out->incident = get(at, 8);
    out->at.ms = (int64_t)get(at, 8);
    rc = get_text(at, end, out->name, sizeof out->name);
    if (rc == ERR_NONE)
        rc = get_text(at, end, out->phone, sizeof out->phone);
    if (rc != ERR_NONE)
        return rc;
    return out->call != 0 && out->call <= INT64_MAX && out->incident <= INT64_MAX ? ERR_NONE : ERR_RANGE;
}
