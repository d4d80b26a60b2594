#include "store/lanes_double.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void lanes_double_init(struct lanes_double *l, int64_t epoch)
{
    *l = (struct lanes_double){ .epoch = epoch, .recorded = { INT64_MAX } };
    (void)pthread_mutex_init(&l->lock, NULL);
    for (int i = 0; i < LANE_END; i++)
        l->first[i] = 1;
}

void lanes_double_clear(struct lanes_double *l)
{
    for (int lane = 0; lane < LANE_END; lane++) {
        for (size_t i = 0; i < l->count[lane]; i++)
            free(l->entries[lane][i].body);
        free(l->entries[lane]);
    }
    (void)pthread_mutex_destroy(&l->lock);
}

uint64_t lanes_double_put(struct lanes_double *l, enum lane lane, const void *body, size_t len)
{
    uint64_t seq;

    (void)pthread_mutex_lock(&l->lock);
    if (l->count[lane] == l->cap[lane]) {
        l->cap[lane] = l->cap[lane] * 2 + 64;
        l->entries[lane] = realloc(l->entries[lane], l->cap[lane] * sizeof *l->entries[lane]);
        if (l->entries[lane] == NULL)
            abort();
    }
    struct lanes_double_entry *e = &l->entries[lane][l->count[lane]++];
    e->body = malloc(len > 0 ? len : 1);
    if (e->body == NULL)
        abort();
    memcpy(e->body, body, len);
    e->len = len;
    e->at = l->recorded;
    seq = l->count[lane];
    (void)pthread_mutex_unlock(&l->lock);
    return seq;
}

uint64_t lanes_double_reading(struct lanes_double *l, uint64_t key, struct wall at, double value)
{
    bool none = isnan(value) != 0;
    struct stored_reading r = { key, at, value, none ? QUALITY_BAD : QUALITY_GOOD,
                                none ? REASON_NO_ANSWER : REASON_NONE };
    struct strbuf body;
    uint64_t seq;

    strbuf_init(&body, 4096);
    body_add_reading(&body, &r);
    seq = lanes_double_put(l, LANE_LIVE, body.text, body.len);
    strbuf_clear(&body);
    return seq;
}

uint64_t lanes_double_event(struct lanes_double *l, enum event_kind kind, struct wall at, const char *subject)
{
    struct event e = event_make(kind, at, subject, 1.5, "a sentence of %s", subject);
    struct strbuf body;
    uint64_t seq;

    strbuf_init(&body, 4096);
    body_add_event(&body, &e);
    seq = lanes_double_put(l, LANE_EVENTS, body.text, body.len);
    strbuf_clear(&body);
    return seq;
}

void lanes_double_keep_from(struct lanes_double *l, enum lane lane, uint64_t first)
{
    (void)pthread_mutex_lock(&l->lock);
    l->first[lane] = first;
    (void)pthread_mutex_unlock(&l->lock);
}

uint64_t lanes_double_delivered(struct lanes_double *l, enum lane lane)
{
    uint64_t seq;

    (void)pthread_mutex_lock(&l->lock);
    seq = l->delivered[lane];
    (void)pthread_mutex_unlock(&l->lock);
    return seq;
}

/* ---- the port ---- */

static int64_t epoch(void *self)
{
    return ((struct lanes_double *)self)->epoch;
}

static enum err span(void *self, enum lane lane, uint64_t *first, uint64_t *last, struct fault *why)
{
    struct lanes_double *l = self;

    (void)why;
    (void)pthread_mutex_lock(&l->lock);
    *last = l->count[lane];
    *first = *last == 0 ? 0 : l->first[lane];
    (void)pthread_mutex_unlock(&l->lock);
    return ERR_NONE;
}

static enum err read_lane(void *self, enum lane lane, uint64_t after, size_t max_bytes,
                          enum err (*visit)(void *ctx, const struct lane_entry *entry), void *ctx,
                          struct fault *why)
{
    struct lanes_double *l = self;
    size_t bytes = 0;
    enum err rc = ERR_NONE;

    (void)why;
    (void)pthread_mutex_lock(&l->lock);
    for (uint64_t seq = after + 1 < l->first[lane] ? l->first[lane] : after + 1;
         seq <= l->count[lane] && bytes < max_bytes && rc == ERR_NONE; seq++) {
        const struct lanes_double_entry *e = &l->entries[lane][seq - 1];
        rc = visit(ctx, &(struct lane_entry){ seq, e->at, e->body, e->len });
        bytes += e->len;
    }
    (void)pthread_mutex_unlock(&l->lock);
    return rc;
}

static enum err note_delivered(void *self, enum lane lane, uint64_t seq, struct fault *why)
{
    struct lanes_double *l = self;

    (void)why;
    (void)pthread_mutex_lock(&l->lock);
    l->delivered[lane] = seq;
    (void)pthread_mutex_unlock(&l->lock);
    return ERR_NONE;
}

struct lanes_port lanes_double_port(struct lanes_double *l)
{
    return (struct lanes_port){
        .self = l, .epoch = epoch, .span = span, .read = read_lane, .delivered = note_delivered
    };
}
