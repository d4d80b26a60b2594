/* Incidents in the pipeline: time told to them, what people do, the list that others see. */
#include <inttypes.h>
#include <stdio.h>

#include "acts.h"
#include "evidence.h"
#include "incident/step.h"
#include "pipeline_inner.h"
#include "seal/seal.h"
#include "signs.h"

enum { TICK_MS = 5000 };

bool tick_incidents(struct pipeline *p, struct now now)
{
    const struct cases_from from = record_cases_from(p, now);

    if (now.mono.ms < p->next_cases.ms)
        return cases_has_news(p->cases);
    p->next_cases.ms = now.mono.ms + TICK_MS;
    cases_tick(p->cases, &from);
    return cases_has_news(p->cases);
}

void clock_became_true(struct pipeline *p, const struct event *step, struct now now)
{
    if (p->set.clock_unsure)
        cases_clock_true(p->cases, (int64_t)step->number, now.wall);
    p->set.clock_unsure = false;
}

/* ---- what people do ---- */

/* The record is everything here, too: when the journal cannot take it, nothing was done.  What an evaluation
 * plans is in the same one: there is never the one without the other. */
static enum err keep_step(struct pipeline *p, const struct message_incident *m, struct case_answer *done,
                          struct now now, struct fault *why)
{
    const struct cases_from from = record_cases_from(p, now);
    enum err rc = cases_act(p->cases, &from, &m->act, done, why);

    if (rc == ERR_NONE && done->known && m->act.kind == STEP_EVALUATE &&
        !prevention_desk_has_planned(p, &m->act))
        rc = fault_set(why, ERR_STATE, "this key was used before, with other measures");
    if (rc != ERR_NONE || done->known)
        return rc;
    if (m->act.planned_count > 0)
        rc = prevention_desk_plan(p, &m->act, cases_find(p->cases, done->incident), now, why);
    if (rc == ERR_NONE) {
        acts_of_incident(&p->act, &m->act, done->incident, &m->by, m->from, m->told);
        rc = record_append_act(p, now, why);
    }
    if (rc != ERR_NONE) {
        prevention_desk_unplan(p);
        cases_undo(p->cases);
        return rc;
    }
    prevention_desk_planned(p);
    return rc;
}

/* ---- who works on an incident has seen its alarms ---- */

enum { SEEN_AT_ONCE_MAX = 64 };

static bool is_grave(const struct alarm *a)
{
    return a->stake == STAKE_HEALTH || a->stake == STAKE_SAFETY;
}

/* Is it one of those that the incident is made of, and nobody has seen it? */
static bool is_unseen_of(const struct incident *i, const struct catalogue *c, const struct alarm *a)
{
    const uint32_t at = catalogue_by_key(c, a->point);
    const struct rule *rule = at == NO_INDEX ? NULL : catalogue_rule(c, at, a->rule);
    struct sense s;
    uint64_t key;

    if ((a->core != ALARM_UNACKNOWLEDGED && a->core != ALARM_RETURNED) || a->severity == SEVERITY_LOW ||
        rule == NULL || !sense_of(c, &c->points[at], rule, &s))
        return false;
    key = sense_key(a->point, &s);
    for (size_t m = 0; m < i->member_count; m++)
        if (i->members[m].alarm == key)
            return true;
    return false;
}

/* Health and safety are acknowledged one by one: with others they wait for their own word.  What cannot be
 * recorded now stays unacknowledged. */
static void see_alarms(struct pipeline *p, const struct message_incident *m, const struct incident *i,
                       struct now now)
{
    const struct alarms *all = watch_alarms(p->watch);
    struct message_alarm saw = { .act = { .event = ALARM_ACKNOWLEDGE }, .by = m->by };
    uint64_t seen[SEEN_AT_ONCE_MAX];
    bool grave[SEEN_AT_ONCE_MAX];
    size_t n = 0;

    for (size_t k = 0; k < alarms_count(all) && n < SEEN_AT_ONCE_MAX; k++)
        if (is_unseen_of(i, p->catalogue, alarms_at(all, k))) {
            seen[n] = alarms_at(all, k)->id;
            grave[n++] = is_grave(alarms_at(all, k));
        }
    (void)snprintf(saw.act.who, sizeof saw.act.who, "%s", m->act.who);
    for (size_t k = 0; k < n; k++) {
        if (grave[k] && n > 1)
            continue;
        saw.act.alarm = seen[k];
        (void)snprintf(saw.act.key, sizeof saw.act.key, "seen-%016" PRIx64 "-%016" PRIx64,
                       seal_key63(m->act.key), seen[k]);
        (void)desk_saw_alarm(p, &saw, now);
    }
}

void desk_act_on_incident(struct pipeline *p, const struct message_incident *m, struct now now)
{
    struct promise promise = { .answer_incident = m->answer, .self = m->self };
    struct case_answer done = { .refusal = REFUSED_NOTHING };
    struct fault why = { .text = "" };
    enum err rc = promises_full(&p->promises) ? fault_set(&why, ERR_FULL, "too much is being told at once")
                                              : keep_step(p, m, &done, now, &why);

    if (rc == ERR_NONE && (promise.incident = cases_copy(p->cases, done.incident)) == NULL)
        rc = fault_set(&why, ERR_MEMORY, "no memory for the answer; it was done");
    if (rc != ERR_NONE) {
        m->answer(m->self, rc, done.refusal, false, NULL, &why);
        return;
    }
    if (promise.incident != NULL && !done.known && step_sees((enum step_kind)m->act.kind))
        see_alarms(p, m, &promise.incident->is, now);
    promise.known = done.known;
    promise.seq = p->last_seq;
    promises_add(&p->promises, &promise);
}

enum err pipeline_incident(struct pipeline *p, const struct message_incident *m, struct fault *why)
{
    struct message message = { .kind = MESSAGE_INCIDENT, .incident = *m };
    enum err rc = queue_put(p->inbox, &message);

    return rc == ERR_NONE ? rc : fault_set(why, rc, "the inbox takes no more; nothing was done");
}

/* ---- the list ---- */

static void freeze(struct pipeline *p, struct wall now)
{
    if (p->incidents_waiting != NULL || p->incidents_frozen == cases_generation(p->cases) + 1)
        return;
    p->incidents_waiting = cases_freeze(p->cases, p->catalogue, now);
    if (p->incidents_waiting == NULL)
        return;
    p->incidents_waiting->generation = p->incidents_frozen = cases_generation(p->cases) + 1;
    p->incidents_seq = p->last_seq;
    evidence_mark(p->judge, p->catalogue, p->incidents_waiting);
}

static void show(struct pipeline *p)
{
    struct incident_list *old;

    (void)pthread_mutex_lock(&p->lock);
    old = p->incidents;
    p->incidents = p->incidents_waiting;
    (void)pthread_mutex_unlock(&p->lock);
    p->incidents_shown = p->incidents_seq;
    p->incidents_waiting = NULL;
    if (p->set.publish_incidents != NULL)
        p->set.publish_incidents(p->set.publish_self, p->incidents);
    incident_list_drop(old);
}

uint64_t release_incidents(struct pipeline *p, struct now now, uint64_t durable)
{
    const bool news = cases_has_news(p->cases); /* a record failed: what is there is not durable */

    if (!news)
        freeze(p, now.wall);
    while (p->incidents_waiting != NULL && durable >= p->incidents_seq) {
        show(p);
        if (!news)
            freeze(p, now.wall);
    }
    return shown_up_to(p->incidents_waiting == NULL && p->incidents_frozen == cases_generation(p->cases) + 1,
                       p->incidents_shown);
}

struct incident_list *pipeline_incidents(struct pipeline *p)
{
    struct incident_list *l;

    (void)pthread_mutex_lock(&p->lock);
    l = incident_list_hold(p->incidents);
    (void)pthread_mutex_unlock(&p->lock);
    return l;
}
