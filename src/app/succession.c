/* Another configuration takes the place of the present one, between two messages, whole or not at all. */
#include <string.h>

#include "acts.h"
#include "pipeline_inner.h"
#include "waiting.h"

/* A sender may still be of an earlier configuration: its readings find their points by what they mean, or are
 * counted out.  None lands on a neighbour that has its old place in the list now. */
void succession_match(struct pipeline *p, struct message *m)
{
    uint16_t kept = 0;

    for (uint16_t i = 0; i < m->count && i < MESSAGE_READINGS_MAX; i++) {
        uint32_t point = catalogue_by_revision(p->catalogue, m->revisions[i], m->readings[i].point);
        if (point == UINT32_MAX)
            continue;
        m->readings[kept] = m->readings[i];
        m->readings[kept++].point = point;
    }
    atomic_fetch_add(&p->retired, (uint64_t)(m->count - kept));
    m->count = kept;
}

/* The configuration that is on its way in. */
struct succession {
    struct catalogue *catalogue;
    struct judge *judge;
    struct board *board;
    struct minutes minutes;
};

static enum err prepare(const struct pipeline *p, struct catalogue *c, struct succession *next,
                        struct fault *why)
{
    enum err rc;

    *next = (struct succession){ .catalogue = c };
    rc = judge_new(&next->judge, c, why);
    if (rc == ERR_NONE)
        rc = board_after(&next->board, c, p->board, why);
    if (rc == ERR_NONE && (rc = minutes_init(&next->minutes, c, why)) != ERR_NONE)
        board_free(next->board);
    if (rc != ERR_NONE)
        judge_free(next->judge);
    return rc;
}

static void end_minutes(struct pipeline *p, uint32_t point, struct now now)
{
    strbuf_reset(&p->live);
    minutes_end(&p->minutes, point, &p->live);
    if (record_append_live(p, now) != ERR_NONE)
        log_warn("reload: the last minute of point=%s is not rolled up", p->catalogue->points[point].id);
}

/* What ends, or no longer means the same, is not known to have lasted. */
static void close_what_ends(struct pipeline *p, const struct catalogue *next, struct now now)
{
    for (uint32_t i = 0; i < p->catalogue->point_count; i++) {
        const struct point *was = &p->catalogue->points[i];
        uint32_t is = catalogue_by_key(next, was->key);
        if (is != UINT32_MAX && next->points[is].revision == was->revision)
            continue;
        judge_close(p->judge, i, now.wall, &p->judged);
        record_apply(p, now);
        if (is == UINT32_MAX)
            end_minutes(p, i, now);
    }
}

static enum err inherit(const struct pipeline *p, struct succession *next)
{
    enum err rc = ERR_NONE;

    next->minutes.closed = p->minutes.closed;
    for (uint32_t i = 0; i < next->catalogue->point_count && rc == ERR_NONE; i++) {
        uint32_t was = catalogue_by_key(p->catalogue, next->catalogue->points[i].key);
        struct reading now;
        if (was == UINT32_MAX)
            continue;
        judge_inherit(next->judge, i, p->judge, was);
        next->minutes.states[i] = p->minutes.states[was];
        now = *board_get(p->board, was);
        now.point = i;
        watch_know(p->watch, &now); /* its rules are of that catalogue already */
        rc = board_set(next->board, &now);
    }
    return rc;
}

/* Before the catalogue goes with which those before lived. */
static void succeed_people(struct pipeline *p, const struct pipeline_people *people)
{
    if (people == NULL)
        return;
    stopgap_desk_succeed(p, people->contacts, people->rosters);
    cases_people(p->cases, stopgap_desk_contacts(p->stopgaps), stopgap_desk_rosters(p->stopgaps),
                 &people->escalation);
}

static void succeed(struct pipeline *p, const struct succession *next, const struct pipeline_people *people)
{
    succeed_people(p, people);
    p->refused_before += judge_refused(p->judge);
    judge_free(p->judge);
    board_free(p->board);
    catalogue_drop(p->catalogue);
    minutes_clear(&p->minutes);
    p->judge = next->judge;
    p->board = next->board;
    p->minutes = next->minutes;
    if (today_succeed(p->today, next->catalogue) != ERR_NONE)
        log_error("reload: no memory for the figures of today: they stay those of the points before");
    p->catalogue = catalogue_hold(next->catalogue);
    cases_renamed(p->cases);
}

/* Alarms of rules that are no more. */
void succession_retire(struct pipeline *p, struct now now)
{
    bool more;

    do {
        more = watch_retire(p->watch, now);
        record_watch(p, now);
    } while (more && !watch_has_news(p->watch));
}

void succession_reload(struct pipeline *p, const struct message_reload *m, struct now now)
{
    struct succession next;
    struct fault why = { .text = "" };
    enum err rc = prepare(p, m->catalogue, &next, &why);

    if (rc == ERR_NONE && (rc = watch_succeed(p->watch, m->catalogue, now, &why)) != ERR_NONE) {
        judge_free(next.judge);
        board_free(next.board);
        minutes_clear(&next.minutes);
    }
    if (rc == ERR_NONE) {
        p->judged.now_count = p->judged.kept_count = 0;
        m->catalogue->applied.ms = now.wall.ms + 1; /* what came in until now was of the other */
        p->judged.event = m->event;
        p->judged.event.at = now.wall;
        p->judged.has_event = p->judged.urgent = true;
        acts_of_reload(&p->act, &m->event);
        p->has_act = true;
        record_apply(p, now);
        close_what_ends(p, m->catalogue, now);
        if (inherit(p, &next) != ERR_NONE) /* its pages are its own: nothing to copy */
            log_error("reload: points begin anew, no memory to show them");
        succeed(p, &next, m->people);
        desk_know_services(p);
        succession_retire(p, now);
    }
    m->answer(m->self, rc, &why);
}

/* ---- asking for another configuration ---- */

static void answer(void *self, enum err code, const struct fault *why)
{
    waiting_answer(self, code, why);
}

enum err pipeline_reload(struct pipeline *p, struct catalogue *c, const struct pipeline_people *people,
                         const struct event *event, struct fault *why)
{
    struct waiting w = WAITING_INIT;
    struct message m = { .kind = MESSAGE_RELOAD, .reload = { c, people, *event, answer, &w } };
    enum err rc = queue_put(p->inbox, &m);

    if (rc != ERR_NONE)
        return fault_set(why, rc, "reload: the inbox takes no more; nothing was changed");
    return waiting_wait(&w, why);
}
