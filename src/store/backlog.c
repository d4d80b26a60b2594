#include "backlog.h"

#include <inttypes.h>
#include <string.h>

#include "deliverer.h"
#include "sql.h"

enum err backlog_load(struct deliverer *d, struct fault *why)
{
    struct pg_value v[] = { pg_text(d->settings.node), pg_int(d->epoch), pg_int(BACKLOG_MAX) };
    struct pg_result *r;
    enum err rc = pg_ask(d->writer, sql_backlog_list, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    d->backlog.count = pg_rows(r) < BACKLOG_MAX ? pg_rows(r) : BACKLOG_MAX;
    for (size_t i = 0; i < d->backlog.count; i++)
        d->backlog.of[i] = (struct stretch){ (uint64_t)pg_get_int(r, i, 0), (uint64_t)pg_get_int(r, i, 1) };
    pg_free(r);
    return ERR_NONE;
}

/* ---- where the past ends ---- */

struct seen_entry {
    uint64_t seq; /* 0: none */
    struct wall at;
};

static enum err see(void *ctx, const struct lane_entry *entry)
{
    struct seen_entry *seen = ctx;

    *seen = (struct seen_entry){ entry->seq, entry->at };
    return ERR_FULL; /* one is enough */
}

static enum err entry_after(struct deliverer *d, uint64_t seq, struct seen_entry *out, struct fault *why)
{
    enum err rc;

    *out = (struct seen_entry){ 0 };
    rc = d->lanes.read(d->lanes.self, LANE_LIVE, seq, 1, see, out, why);
    return rc == ERR_FULL && out->seq != 0 ? ERR_NONE : rc;
}

/* The newest entry in (after, last] recorded before `cut`; `after` when there is none.  Sequences are dense
 * but for what was dropped at the old end, so halving finds it. */
static enum err end_of_past(struct deliverer *d, struct stretch within, struct wall cut, uint64_t *out,
                            struct fault *why)
{
    uint64_t lo = within.seq, hi = within.upto;
    enum err rc = ERR_NONE;

    while (rc == ERR_NONE && lo < hi) {
        uint64_t mid = lo + (hi - lo + 1) / 2;
        struct seen_entry e;

        rc = entry_after(d, mid - 1, &e, why);
        if (rc == ERR_NONE && e.seq != 0 && e.at.ms < cut.ms)
            lo = e.seq < hi ? e.seq : hi;
        else
            hi = mid - 1;
    }
    *out = lo;
    return rc;
}

enum err backlog_split(struct deliverer *d, uint64_t last, uint64_t *seq, struct fault *why)
{
    struct wall cut = { clock_read(&d->clock).wall.ms - BACKLOG_AFTER_MS };
    uint64_t upto;
    enum err rc;

    if (d->backlog.count == BACKLOG_MAX)
        return ERR_NONE;
    rc = end_of_past(d, (struct stretch){ *seq, last }, cut, &upto, why);
    if (rc != ERR_NONE || upto == *seq)
        return rc;
    struct pg_value v[] = { pg_text(d->settings.node), pg_int(d->epoch), pg_int((int64_t)*seq),
                            pg_int((int64_t)upto) };
    rc = pg_ask(d->writer, sql_backlog_make, v, COUNT_OF(v), NULL, why);
    if (rc == ERR_NONE)
        rc = place_move(d, LANE_LIVE, upto, why);
    if (rc != ERR_NONE)
        return rc;
    d->backlog.of[d->backlog.count++] = (struct stretch){ *seq, upto };
    *seq = upto;
    return ERR_NONE;
}

/* ---- moving ---- */

enum err backlog_move(struct deliverer *d, uint64_t upto, struct fault *why)
{
    const struct stretch *s = &d->backlog.of[0];
    struct pg_value v[] = { pg_text(d->settings.node), pg_int(d->epoch), pg_int((int64_t)s->seq),
                            pg_int((int64_t)s->upto), pg_int((int64_t)upto) };
    bool ends = upto >= s->upto;
    struct pg_result *r;
    enum err rc = pg_ask(d->writer, ends ? sql_backlog_end : sql_backlog_move, v, ends ? 4 : 5, &r, why);

    if (rc == ERR_NONE && pg_rows(r) != 1)
        rc = fault_set(why, ERR_STATE,
                       "node %s: the backlog after entry %" PRIu64
                       " is not where it was left: it is looked for again",
                       d->settings.node, s->seq);
    pg_free(r);
    return rc;
}

enum err backlog_forget_older(struct deliverer *d, struct fault *why)
{
    struct pg_value v[] = { pg_text(d->settings.node), pg_int(d->epoch) };

    return pg_ask(d->writer, sql_backlog_forget, v, COUNT_OF(v), NULL, why);
}

void backlog_moved(struct backlog *b, uint64_t upto)
{
    b->of[0].seq = upto;
    if (upto < b->of[0].upto)
        return;
    b->count--;
    memmove(b->of, b->of + 1, b->count * sizeof b->of[0]);
}

uint64_t backlog_entries(const struct backlog *b)
{
    uint64_t n = 0;

    for (size_t i = 0; i < b->count; i++)
        n += b->of[i].upto - b->of[i].seq;
    return n;
}
