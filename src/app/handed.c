#include "handed.h"

#include <stdio.h>
#include <string.h>

#include "model/incident_reach.h"
#include "waiting.h"

/* Nobody said how many: what our zones' data say. */
static void count_reach(struct parts *d, struct incident_act *a)
{
    struct incident_list *l = pipeline_incidents(d->pipeline);
    const struct incident_copy *c = l == NULL ? NULL : incident_list_find(l, a->incident);

    if (c != NULL) {
        struct incident_reach r = incident_reach(&c->is, l->catalogue, incident_began(&c->is));
        incident_reach_count(&r, &a->impact);
        a->counted = true;
    }
    incident_list_drop(l);
}

/* A step without a time was at the time it was told, wherever that was; clocks of two nodes may differ. */
static struct wall claimed(const struct handed_step *h, struct wall now)
{
    if (h->act.claimed.ms != 0)
        return h->act.claimed;
    return h->told.ms < now.ms ? h->told : (struct wall){ 0 };
}

static enum taken said(enum err code, enum refusal refusal, char reason[HANDED_REASON_MAX])
{
    if (code == ERR_NONE)
        return TAKEN_DONE;
    if (code != ERR_STATE && code != ERR_MISSING)
        return TAKEN_LATER; /* the journal is full, or there is no memory: it stays until it can be told */
    if (code == ERR_MISSING)
        refusal = REFUSED_MISSING;
    (void)snprintf(reason, HANDED_REASON_MAX, "%s",
                   refusal == REFUSED_NOTHING ? handed_key_taken : refusal_name(refusal));
    return TAKEN_REFUSED;
}

static enum taken take(void *self, const struct handed_step *h, char reason[HANDED_REASON_MAX])
{
    struct parts *d = self;
    struct waiting_step s = { .waiting = WAITING_INIT };
    struct message_incident m = {
        .act = h->act, .by = h->by, .told = h->told, .answer = waiting_answer_step, .self = &s
    };
    enum err rc;

    memcpy(m.from, h->from, sizeof m.from);
    m.act.claimed = claimed(h, clock_read(&d->clock).wall);
    if (h->count_reach)
        count_reach(d, &m.act);
    if (pipeline_incident(d->pipeline, &m, NULL) != ERR_NONE)
        return TAKEN_LATER;
    rc = waiting_wait(&s.waiting, NULL);
    return said(rc, s.refusal, reason);
}

enum err handed_start(struct parts *d, struct fault *why)
{
    const struct taker_hands hands = { d, take };

    return taker_start(&d->taker, &d->config->store, d->clock, &hands, why);
}
