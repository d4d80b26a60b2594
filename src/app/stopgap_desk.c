/* Who is on duty and how contacts are reached, changed for a while: decided, recorded in one piece, answered
 * and shown when that is durable.  What is changed in contacts and rosters is changed here, for all. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "acts.h"
#include "pipeline_inner.h"

/* First byte of what the journal keeps; see mode_book.c. */
enum { TAG_STOPGAP = 0xE2 };

struct people {
    struct contacts contacts;
    struct rosters rosters;
};

struct stopgap_desk {
    struct duty_plan plan; /* borrowed; changed under the pipeline's lock */
    struct stopgaps book, before;
    struct people now;
    uint64_t changed[STOPGAPS_MAX], forgotten; /* ids that the next record must hold */
    size_t changed_count;
    uint64_t void_ids[STOPGAPS_MAX]; /* it was said of them that they lack something */
    size_t void_count;
    uint64_t generation, frozen;
    uint64_t seq, shown_seq; /* of the records that make `waiting` and `shown` durable */
    bool waits;
    struct stopgaps waiting;
    struct stopgaps shown; /* this and the next guarded by the pipeline's lock */
    struct people shown_people;
};

struct stopgap_desk *stopgap_desk_new(const struct contacts *contacts, const struct rosters *rosters)
{
    struct stopgap_desk *d = calloc(1, sizeof *d);

    if (d == NULL)
        return NULL;
    d->plan = (struct duty_plan){ contacts, rosters };
    d->generation = 1;
    stopgaps_apply(&d->book, &d->plan, false, &d->now.contacts, &d->now.rosters);
    d->shown_people = d->now;
    return d;
}

void stopgap_desk_free(struct stopgap_desk *d)
{
    free(d);
}

const struct contacts *stopgap_desk_contacts(const struct stopgap_desk *d)
{
    return &d->now.contacts;
}

const struct rosters *stopgap_desk_rosters(const struct stopgap_desk *d)
{
    return &d->now.rosters;
}

const struct contacts *stopgap_desk_shown_contacts(const struct stopgap_desk *d)
{
    return &d->shown_people.contacts;
}

const struct rosters *stopgap_desk_shown_rosters(const struct stopgap_desk *d)
{
    return &d->shown_people.rosters;
}

/* ---- what lacks something ---- */

static size_t said_at(const struct stopgap_desk *d, uint64_t id)
{
    size_t k = 0;

    while (k < d->void_count && d->void_ids[k] != id)
        k++;
    return k;
}

/* Once when it begins, and once when it is over. */
static void say(struct stopgap_desk *d, const struct stopgap *s)
{
    const enum stopgap_lack lack = stopgaps_lack(&d->book, &d->plan, s);
    const size_t k = said_at(d, s->id);
    const bool said = k < d->void_count;

    if (lack != STOPGAP_LACKS_NOTHING && !said) {
        log_warn("duty change=%016" PRIx64 " void lacks=%s kind=%s roster=%s who=%s by=%s", s->id,
                 STOPGAP_LACKS[lack - STOPGAP_LACKS_ROSTER], STOPGAP_KINDS[s->kind], s->roster, s->who,
                 s->by);
        d->void_ids[d->void_count++] = s->id;
    } else if (lack == STOPGAP_LACKS_NOTHING && said) {
        if (s->end == STOPGAP_OPEN)
            log_info("duty change=%016" PRIx64 " holds again", s->id);
        d->void_ids[k] = d->void_ids[--d->void_count];
    }
}

/* After anything changed. */
static void look(struct stopgap_desk *d)
{
    stopgaps_apply(&d->book, &d->plan, false, &d->now.contacts, &d->now.rosters);
    for (size_t i = 0; i < d->book.count; i++)
        say(d, &d->book.list[i]);
    d->generation++;
}

/* ---- as it is told ---- */

static void name_of(char out[NAME_MAX_BYTES], const struct contacts *c, const struct stopgaps *s,
                    const char *id)
{
    const struct contact *is = contact_find(c, id);

    out[0] = '\0';
    if (is != NULL)
        memcpy(out, is->name, NAME_MAX_BYTES);
    for (size_t i = 0; is == NULL && id[0] != '\0' && i < s->count; i++)
        if (s->list[i].kind == STOPGAP_GUEST && strcmp(s->list[i].who, id) == 0)
            memcpy(out, s->list[i].name, NAME_MAX_BYTES);
}

static void show_one(const struct stopgaps *s, const struct duty_plan *plan, const struct contacts *c,
                     const struct stopgap *one, struct stopgap_shown *out)
{
    out->is = *one;
    out->lacks = (uint8_t)stopgaps_lack(s, plan, one);
    name_of(out->who_name, c, s, one->who);
    name_of(out->by_name, c, s, one->by);
}

size_t pipeline_stopgaps(struct pipeline *p, struct stopgap_shown *out, size_t max)
{
    const struct stopgap_desk *d = p->stopgaps;
    size_t n = 0;

    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = d->shown.count; i-- > 0 && n < max;)
        show_one(&d->shown, &d->plan, &d->shown_people.contacts, &d->shown.list[i], &out[n++]);
    (void)pthread_mutex_unlock(&p->lock);
    return n;
}

void pipeline_duty(struct pipeline *p, struct contacts *contacts, struct rosters *rosters)
{
    const struct stopgap_desk *d = p->stopgaps;

    (void)pthread_mutex_lock(&p->lock);
    stopgaps_apply(&d->shown, &d->plan, true, contacts, rosters);
    (void)pthread_mutex_unlock(&p->lock);
}

/* ---- an act ---- */

static void owe(struct stopgap_desk *d, uint64_t id)
{
    for (size_t i = 0; i < d->changed_count; i++)
        if (d->changed[i] == id)
            return;
    d->changed[d->changed_count++] = id;
}

static enum err keep(struct pipeline *p, const struct message_stopgap *m, struct promise *promise,
                     const char **field, struct now now, struct fault *why)
{
    struct stopgap_desk *d = p->stopgaps;
    const size_t owed = d->changed_count;
    struct stopgap_news news;
    enum err rc;

    d->before = d->book;
    rc = stopgaps_act(&d->book, &d->plan, &m->act, now.wall, &news, why);
    *field = news.field;
    promise->known = news.known;
    if (rc == ERR_NONE && !news.known) {
        owe(d, news.is.id);
        d->forgotten = news.forgotten;
        acts_of_stopgap(&p->act, &m->act, &news.is, &m->by);
        rc = record_append_act(p, now, why);
        if (rc == ERR_NONE) {
            look(d);
        } else {
            d->book = d->before;
            d->changed_count = owed;
            d->forgotten = 0;
        }
    }
    if (rc == ERR_NONE)
        show_one(&d->book, &d->plan, &d->now.contacts, &news.is, &promise->stopgap);
    return rc;
}

void stopgap_desk_act(struct pipeline *p, const struct message_stopgap *m, struct now now)
{
    struct promise promise = { .answer_stopgap = m->answer, .self = m->self };
    struct fault why = { .text = "" };
    const char *field = NULL;
    enum err rc = promises_full(&p->promises) ? fault_set(&why, ERR_FULL, "too much is being told at once")
                                              : keep(p, m, &promise, &field, now, &why);

    if (rc != ERR_NONE) {
        m->answer(m->self, rc, field, false, NULL, &why);
        return;
    }
    promise.seq = p->last_seq;
    promises_add(&p->promises, &promise);
}

enum err pipeline_stopgap(struct pipeline *p, const struct message_stopgap *m, struct fault *why)
{
    struct message message = { .kind = MESSAGE_STOPGAP, .stopgap = *m };
    enum err rc = queue_put(p->inbox, &message);

    return rc == ERR_NONE ? rc : fault_set(why, rc, "the inbox takes no more; nothing was done");
}

bool stopgap_desk_tick(struct pipeline *p, struct now now)
{
    struct stopgap_desk *d = p->stopgaps;
    struct stopgap ended;
    bool any = false;

    while (stopgaps_tick(&d->book, now.wall, &ended)) {
        owe(d, ended.id);
        log_info("duty change=%016" PRIx64 " kind=%s ended by itself, told by %s", ended.id,
                 STOPGAP_KINDS[ended.kind], ended.told_by);
        any = true;
    }
    if (any)
        look(d);
    return any;
}

/* ---- the next record ---- */

bool stopgap_desk_has_news(const struct pipeline *p)
{
    return p->stopgaps->changed_count > 0;
}

static const struct stopgap *find(const struct stopgaps *s, uint64_t id)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].id == id)
            return &s->list[i];
    return NULL;
}

void stopgap_desk_add_states(const struct pipeline *p, struct strbuf *to, struct journal_state *states,
                             size_t *ends, size_t *n)
{
    const struct stopgap_desk *d = p->stopgaps;

    for (size_t i = 0; i < d->changed_count; i++) {
        const struct stopgap *is = find(&d->book, d->changed[i]);
        if (is == NULL)
            continue;
        strbuf_putc(to, (char)TAG_STOPGAP);
        stopgap_write(to, is);
        states[*n].key = is->id;
        ends[(*n)++] = to->len;
    }
    if (d->forgotten != 0) {
        states[*n].key = d->forgotten;
        ends[(*n)++] = to->len;
    }
}

void stopgap_desk_recorded(struct pipeline *p)
{
    p->stopgaps->changed_count = 0;
    p->stopgaps->forgotten = 0;
}

bool stopgap_desk_restore(struct pipeline *p, const struct journal_state *s)
{
    const unsigned char *at = s->body, *end = at + s->len;
    struct stopgap one;

    if (s->len < 1 || *at != TAG_STOPGAP)
        return false;
    at++;
    if (stopgap_read(&at, end, &one) == ERR_NONE)
        stopgaps_restore(&p->stopgaps->book, &one);
    return true;
}

/* ---- as it is durable ---- */

static void freeze(struct pipeline *p)
{
    struct stopgap_desk *d = p->stopgaps;

    if (d->waits || d->frozen == d->generation || stopgap_desk_has_news(p))
        return; /* with news a record failed: what is there is not durable */
    d->waiting = d->book;
    d->frozen = d->generation;
    d->seq = p->last_seq;
    d->waits = true;
}

static void show(struct pipeline *p)
{
    struct stopgap_desk *d = p->stopgaps;

    (void)pthread_mutex_lock(&p->lock);
    d->shown = d->waiting;
    stopgaps_apply(&d->shown, &d->plan, false, &d->shown_people.contacts, &d->shown_people.rosters);
    (void)pthread_mutex_unlock(&p->lock);
    d->shown_seq = d->seq;
    d->waits = false;
}

/* An act that came while another waited is shown as well. */
uint64_t stopgap_desk_release(struct pipeline *p, uint64_t durable)
{
    struct stopgap_desk *d = p->stopgaps;

    for (freeze(p); d->waits && durable >= d->seq; freeze(p))
        show(p);
    return shown_up_to(!d->waits && d->frozen == d->generation, d->shown_seq);
}

/* What the journal gave back is durable: it is there before anybody asks. */
void stopgap_desk_resume(struct pipeline *p)
{
    look(p->stopgaps);
    freeze(p);
    show(p);
}

void stopgap_desk_succeed(struct pipeline *p, const struct contacts *contacts, const struct rosters *rosters)
{
    struct stopgap_desk *d = p->stopgaps;

    (void)pthread_mutex_lock(&p->lock);
    d->plan = (struct duty_plan){ contacts, rosters };
    stopgaps_apply(&d->shown, &d->plan, false, &d->shown_people.contacts, &d->shown_people.rosters);
    (void)pthread_mutex_unlock(&p->lock);
    look(d);
}
