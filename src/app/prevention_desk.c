/* The register of measures and black spots: decided, recorded in one piece, answered and shown when that is
 * durable.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acts.h"
#include "model/lane.h"
#include "pipeline_inner.h"
#include "seal/seal.h"

/* First byte of what the journal keeps; see mode_book.c. */
enum { TAG_PREVENTION = 0xE1 };

/* What of it the next record must hold, and what others see of it: the pipeline's thread only, but for
 * `shown`. */
struct prevention_desk {
    struct prevention_book *book;
    struct prevention_act acts[PLANNED_MAX];
    struct prevention_news news[PLANNED_MAX];
    size_t news_count;
    uint64_t generation, frozen;
    uint64_t act_seq; /* of the record of the last act */
    uint64_t seq;     /* of the record that makes `waiting` durable */
    uint64_t shown_seq;
    bool waits;
    size_t waiting_count, shown_count;
    struct prevention waiting[PREVENTION_MAX];
    struct prevention shown[PREVENTION_MAX]; /* guarded by the pipeline's lock */
};

struct prevention_desk *prevention_desk_new(void)
{
    struct prevention_desk *d = calloc(1, sizeof *d);

    if (d == NULL)
        return NULL;
    d->book = prevention_book_new();
    if (d->book == NULL) {
        free(d);
        return NULL;
    }
    d->generation = 1;
    return d;
}

void prevention_desk_free(struct prevention_desk *d)
{
    if (d == NULL)
        return;
    free(d->book);
    free(d);
}

/* ---- an act ---- */

static enum err keep(struct pipeline *p, const struct message_prevention *m, struct promise *promise,
                     struct now now, struct fault *why)
{
    struct prevention_desk *d = p->prevention;
    enum err rc = prevention_act(d->book, &p->set.prevention, p->catalogue, &m->act, now.wall,
                                 &promise->known, &d->news[0], why);

    promise->prevention = d->news[0].is;
    if (rc != ERR_NONE || promise->known)
        return rc;
    d->acts[0] = m->act;
    d->news_count = 1;
    acts_of_prevention(&p->act, &m->act, &d->news[0].is, &m->by);
    rc = record_append_act(p, now, why);
    if (rc != ERR_NONE)
        prevention_desk_unplan(p);
    else
        prevention_desk_planned(p);
    return rc;
}

void prevention_desk_unplan(struct pipeline *p)
{
    struct prevention_desk *d = p->prevention;

    while (d->news_count > 0) {
        d->news_count--;
        prevention_undo(d->book, &d->acts[d->news_count], &d->news[d->news_count]);
    }
}

void prevention_desk_planned(struct pipeline *p)
{
    struct prevention_desk *d = p->prevention;

    if (d->news_count == 0)
        return;
    d->news_count = 0;
    d->generation++;
    d->act_seq = p->last_seq;
}

/* Made of the step's, so that it is the same however often it is told. */
static void planned_key(const struct incident_act *act, size_t n, char key[HAND_KEY_MAX])
{
    (void)snprintf(key, HAND_KEY_MAX, "evaluation-%016llx-%zu", (unsigned long long)seal_key63(act->key),
                   n + 1);
}

/* Where the incident is. */
static struct prevention_act planned(const struct incident_act *act, size_t n, const struct incident *i,
                                     struct wall now)
{
    const struct planned_measure *m = &act->planned[n];
    struct prevention_act out = {
        .after = day_local(act->claimed.ms != 0 ? act->claimed : now),
        .is = { .kind = PREVENTION_MEASURE, .incident = i->id, .on = DAY_NONE, .due = m->due }
    };
    size_t k = 0;

    while (k + 1 < i->member_count && i->members[k].site[0] == '\0' && i->members[k].zone[0] == '\0')
        k++;
    memcpy(out.is.site, i->members[k].site, sizeof out.is.site);
    memcpy(out.is.zone, i->members[k].zone, sizeof out.is.zone);
    planned_key(act, n, out.is.key);
    (void)snprintf(out.is.who, sizeof out.is.who, "%s", act->who);
    memcpy(out.is.what, m->what, sizeof out.is.what);
    memcpy(out.is.responsible, m->responsible, sizeof out.is.responsible);
    return out;
}

enum err prevention_desk_plan(struct pipeline *p, const struct incident_act *act, const struct incident *i,
                              struct now now, struct fault *why)
{
    struct prevention_desk *d = p->prevention;

    for (size_t n = 0; n < act->planned_count && n < PLANNED_MAX; n++) {
        bool known = false;
        enum err rc;
        d->acts[d->news_count] = planned(act, n, i, now.wall);
        rc = prevention_act(d->book, &p->set.prevention, p->catalogue, &d->acts[d->news_count], now.wall,
                            &known, &d->news[d->news_count], why);
        if (rc != ERR_NONE) {
            prevention_desk_unplan(p);
            return rc == ERR_STATE ? ERR_RANGE : rc; /* it is not the step that cannot be now */
        }
        d->news_count += !known;
    }
    return ERR_NONE;
}

bool prevention_desk_has_planned(const struct pipeline *p, const struct incident_act *act)
{
    const struct prevention_book *b = p->prevention->book;

    for (size_t n = 0; n < PLANNED_MAX; n++) {
        const struct planned_measure *m = &act->planned[n];
        const struct prevention *was;
        char key[HAND_KEY_MAX];
        planned_key(act, n, key);
        was = prevention_find(b->list, b->count, PREVENTION_MEASURE, prevention_id(key));
        if ((was != NULL) != (n < act->planned_count))
            return false;
        if (was != NULL &&
            (strcmp(was->what, m->what) != 0 || strcmp(was->responsible, m->responsible) != 0 ||
             (m->due != DAY_NONE && m->due != was->due)))
            return false;
    }
    return true;
}

void prevention_desk_act(struct pipeline *p, const struct message_prevention *m, struct now now)
{
    struct promise promise = { .answer_prevention = m->answer, .self = m->self };
    struct fault why = { .text = "" };
    enum err rc = promises_full(&p->promises) ? fault_set(&why, ERR_FULL, "too much is being told at once")
                                              : keep(p, m, &promise, now, &why);

    if (rc != ERR_NONE) {
        m->answer(m->self, rc, false, NULL, &why);
        return;
    }
    promise.seq = p->last_seq;
    promises_add(&p->promises, &promise);
}

enum err pipeline_prevention(struct pipeline *p, const struct message_prevention *m, struct fault *why)
{
    struct message message = { .kind = MESSAGE_PREVENTION, .prevention = *m };
    enum err rc = queue_put(p->inbox, &message);

    return rc == ERR_NONE ? rc : fault_set(why, rc, "the inbox takes no more; nothing was written");
}

/* ---- the next record ---- */

void prevention_desk_add_entries(const struct pipeline *p, struct strbuf *events)
{
    for (size_t n = 0; n < p->prevention->news_count; n++)
        body_add_prevention(events, &p->prevention->news[n].is);
}

void prevention_desk_add_states(const struct pipeline *p, struct strbuf *to, struct journal_state *states,
                                size_t *ends, size_t *n)
{
    for (size_t k = 0; k < p->prevention->news_count; k++) {
        const struct prevention_news *news = &p->prevention->news[k];
        strbuf_putc(to, (char)TAG_PREVENTION);
        prevention_write(to, &news->is);
        states[*n].key = news->is.id;
        ends[(*n)++] = to->len;
        if (news->forgotten.id == 0)
            continue;
        states[*n].key = news->forgotten.id;
        ends[(*n)++] = to->len;
    }
}

bool prevention_desk_restore(struct pipeline *p, const struct journal_state *s)
{
    const unsigned char *at = s->body, *end = at + s->len;
    struct prevention one;

    if (s->len < 1 || *at != TAG_PREVENTION)
        return false;
    at++;
    if (prevention_read(&at, end, &one) == ERR_NONE)
        prevention_restore(p->prevention->book, &one);
    return true;
}

/* ---- as it is durable ---- */

static int compare_newest_first(const void *a, const void *b)
{
    const struct prevention *x = a, *y = b;

    if (x->entered.ms != y->entered.ms)
        return x->entered.ms > y->entered.ms ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static void freeze(struct pipeline *p)
{
    struct prevention_desk *d = p->prevention;

    if (d->waits || d->frozen == d->generation)
        return;
    d->waiting_count = d->book->count;
    memcpy(d->waiting, d->book->list, d->book->count * sizeof d->waiting[0]);
    if (d->waiting_count > 1)
        qsort(d->waiting, d->waiting_count, sizeof d->waiting[0], compare_newest_first);
    d->frozen = d->generation;
    d->seq = d->act_seq;
    d->waits = true;
}

static void show(struct pipeline *p)
{
    struct prevention_desk *d = p->prevention;

    (void)pthread_mutex_lock(&p->lock);
    memcpy(d->shown, d->waiting, d->waiting_count * sizeof d->shown[0]);
    d->shown_count = d->waiting_count;
    (void)pthread_mutex_unlock(&p->lock);
    d->waits = false;
    d->shown_seq = d->seq;
}

/* An act that came while another waited is shown as well. */
uint64_t prevention_desk_release(struct pipeline *p, uint64_t durable)
{
    struct prevention_desk *d = p->prevention;

    for (freeze(p); d->waits && durable >= d->seq; freeze(p))
        show(p);
    return shown_up_to(!d->waits, d->shown_seq);
}

/* What the journal gave back is durable: it is there before anybody asks. */
void prevention_desk_resume(struct pipeline *p)
{
    prevention_resume(p->prevention->book);
    freeze(p);
    show(p);
}

size_t pipeline_preventions(struct pipeline *p, struct prevention *out, size_t max)
{
    size_t n;

    (void)pthread_mutex_lock(&p->lock);
    n = p->prevention->shown_count < max ? p->prevention->shown_count : max;
    memcpy(out, p->prevention->shown, n * sizeof *out);
    (void)pthread_mutex_unlock(&p->lock);
    return n;
}
