#include "memory.h"

#include <math.h>
#include <string.h>

#include "model/lane.h"

/* In the machine's own order: a journal stays on its machine. */
struct doubts {
    double still, trusted;
    int64_t still_ms, trusted_ms;
};

void memory_add(struct strbuf *to, uint64_t key, const struct judge_state *s)
{
    const struct stored_reading r = { key, s->kept.at, s->kept.value, s->kept.quality, s->kept.reason };
    const struct doubts d = { s->still, s->trusted, s->still_ms, s->trusted_at.ms };

    body_add_reading(to, &r);
    if (!isnan(s->still) || !isnan(s->trusted))
        strbuf_add(to, &d, sizeof d);
}

enum err memory_read(const void *body, size_t len, const struct catalogue *c, struct judge_state *out)
{
    struct body_reader reader;
    struct stored_reading r;
    struct event unused;
    struct doubts d = { NAN, NAN, 0, 0 };
    enum body_item item;
    enum err rc;

    body_read(&reader, body, len);
    rc = body_next(&reader, &item, &r, &unused);
    if (rc != ERR_NONE)
        return rc;
    if (item != BODY_READING)
        return ERR_RANGE;
    if ((size_t)(reader.end - reader.at) == sizeof d)
        memcpy(&d, reader.at, sizeof d);
    *out = (struct judge_state){ { catalogue_by_key(c, r.key), r.quality, r.reason, r.at, r.value },
                                 d.still,
                                 d.still_ms,
                                 d.trusted,
                                 { d.trusted_ms } };
    return ERR_NONE;
}
