/* Letters in the pipeline: what channels said, and the letters as they are durable. */
#include <stdlib.h>
#include <string.h>

#include "pipeline_inner.h"

/* Applied even when no record can be had now: it stays news until one holds it. */
void desk_letter(struct pipeline *p, const struct letter_report *r, struct now now)
{
    if (cases_letter(p->cases, r, now.wall))
        record_watch(p, now);
}

enum err pipeline_letter(struct pipeline *p, const struct letter_report *r)
{
    struct message m = { .kind = MESSAGE_LETTER, .letter = *r };

    return queue_put(p->inbox, &m);
}

/* ---- as they are durable ---- */

static void freeze(struct pipeline *p)
{
    const struct outbox *b = cases_outbox(p->cases);

    if (p->letters_wait || p->letters_frozen == outbox_generation(b) + 1)
        return;
    for (size_t n = 0; n < outbox_count(b); n++)
        p->letters_waiting[n] = *outbox_at(b, n);
    p->letters_waiting_count = outbox_count(b);
    p->letters_frozen = outbox_generation(b) + 1;
    p->letters_seq = p->last_seq;
    p->letters_wait = true;
}

void release_letters(struct pipeline *p, uint64_t durable)
{
    struct letter *old;

    if (!cases_has_news(p->cases)) /* else a record failed: what is there is not durable */
        freeze(p);
    if (!p->letters_wait || durable < p->letters_seq)
        return;
    (void)pthread_mutex_lock(&p->lock);
    old = p->letters;
    p->letters = p->letters_waiting;
    p->letter_count = p->letters_waiting_count;
    p->letters_lost = outbox_lost(cases_outbox(p->cases));
    (void)pthread_mutex_unlock(&p->lock);
    p->letters_waiting = old;
    p->letters_wait = false;
    if (p->set.publish_letters != NULL)
        p->set.publish_letters(p->set.publish_self);
}

static bool is_due(const struct letter *l, enum channel c, struct wall now)
{
    return l->state == LETTER_WAITS && l->channel == c && l->next.ms <= now.ms;
}

/* Into its place; the last falls out when there is no room. */
static size_t insert(struct letter *out, size_t n, size_t max, const struct letter *l,
                     int (*compare)(const struct letter *a, const struct letter *b))
{
    size_t at = n;

    while (at > 0 && compare(l, &out[at - 1]) < 0)
        at--;
    if (at == max)
        return n;
    if (n == max)
        n--;
    memmove(&out[at + 1], &out[at], (n - at) * sizeof *out);
    out[at] = *l;
    return n + 1;
}

size_t pipeline_letters_due(struct pipeline *p, enum channel c, struct wall now, struct letter *out,
                            size_t max)
{
    size_t n = 0;

    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->letter_count; i++)
        if (is_due(&p->letters[i], c, now))
            n = insert(out, n, max, &p->letters[i], letter_compare);
    (void)pthread_mutex_unlock(&p->lock);
    return n;
}

size_t pipeline_letters_summed(struct pipeline *p, const struct letter *summary, struct letter *out,
                               size_t max)
{
    size_t n = 0;

    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->letter_count; i++)
        if (letter_in_summary(&p->letters[i], summary))
            n = insert(out, n, max, &p->letters[i], letter_compare_weight);
    (void)pthread_mutex_unlock(&p->lock);
    return n;
}

bool pipeline_letter_find(struct pipeline *p, bool (*is)(void *self, const struct letter *l), void *self,
                          struct letter *out)
{
    bool found = false;

    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->letter_count && !found; i++) {
        found = is(self, &p->letters[i]);
        if (found)
            *out = p->letters[i];
    }
    (void)pthread_mutex_unlock(&p->lock);
    return found;
}

size_t pipeline_letters_of(struct pipeline *p, uint64_t incident, struct letter *out, size_t max)
{
    size_t n = 0;

    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->letter_count && n < max; i++)
        if (p->letters[i].about.incident == incident)
            out[n++] = p->letters[i];
    (void)pthread_mutex_unlock(&p->lock);
    return n;
}

/* ---- who is told ---- */

static bool give(const struct contact *c, struct contact *out)
{
    if (c != NULL)
        *out = *c;
    return c != NULL;
}

bool pipeline_contact(struct pipeline *p, const char *id, struct contact *out)
{
    bool found;

    (void)pthread_mutex_lock(&p->lock);
    found = give(contact_find(stopgap_desk_shown_contacts(p->stopgaps), id), out);
    (void)pthread_mutex_unlock(&p->lock);
    return found;
}

bool pipeline_contact_of_number(struct pipeline *p, const char *digits, size_t nth, struct contact *out)
{
    bool found;

    (void)pthread_mutex_lock(&p->lock);
    found = give(contact_of_number(stopgap_desk_shown_contacts(p->stopgaps), digits, nth), out);
    (void)pthread_mutex_unlock(&p->lock);
    return found;
}

void pipeline_people(struct pipeline *p, struct contacts *contacts, struct rosters *rosters)
{
    (void)pthread_mutex_lock(&p->lock);
    if (contacts != NULL)
        *contacts = *stopgap_desk_shown_contacts(p->stopgaps);
    if (rosters != NULL)
        *rosters = *stopgap_desk_shown_rosters(p->stopgaps);
    (void)pthread_mutex_unlock(&p->lock);
}

void pipeline_letters_count(struct pipeline *p, enum channel c, struct letters_count *out)
{
    *out = (struct letters_count){ .waiting = 0 };
    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->letter_count; i++)
        if (p->letters[i].channel == c)
            out->waiting += p->letters[i].settled.ms == 0;
    out->lost = p->letters_lost;
    (void)pthread_mutex_unlock(&p->lock);
}
