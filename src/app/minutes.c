#include "minutes.h"

#include <stdlib.h>

#include "model/lane.h"

enum err minutes_init(struct minutes *m, const struct catalogue *c, struct fault *why)
{
    *m = (struct minutes){ .catalogue = c,
                           .states = calloc(c->point_count + 1, sizeof *m->states),
                           .told = calloc(MINUTES_TOLD_MAX, sizeof *m->told) };
    if (m->states != NULL && m->told != NULL)
        return ERR_NONE;
    minutes_clear(m);
    return fault_set(why, ERR_MEMORY, "minutes: no memory for %zu points", c->point_count);
}

void minutes_clear(struct minutes *m)
{
    free(m->states);
    free(m->told);
    m->states = NULL;
    m->told = NULL;
}

void minutes_begin(struct minutes *m)
{
    m->change_count = 0;
    m->told_count = 0;
}

void minutes_undo(struct minutes *m)
{
    m->told_count = 0;
    while (m->change_count > 0) {
        m->change_count--;
        m->states[m->changes[m->change_count].point] = m->changes[m->change_count].was;
    }
}

static struct minute_state *change(struct minutes *m, uint32_t point)
{
    m->changes[m->change_count].point = point;
    m->changes[m->change_count++].was = m->states[point];
    return &m->states[point];
}

static void put_out(struct minutes *m, uint32_t point, struct strbuf *body)
{
    for (size_t i = 0; i < m->out.whole_count; i++) {
        body_add_minute(body, &m->out.whole[i]);
        if (m->told_count < MINUTES_TOLD_MAX)
            m->told[m->told_count++] = (struct told_minute){ .point = point, .minute = m->out.whole[i] };
    }
    for (size_t i = 0; i < m->out.again_count; i++)
        body_add_recount(body, &m->out.again[i]);
}

void minutes_add(struct minutes *m, const struct reading *kept, enum verdict_word verdict,
                 struct strbuf *body)
{
    minute_fold(change(m, kept->point), m->catalogue->points[kept->point].key, kept, verdict, &m->out);
    put_out(m, kept->point, body);
}

static int64_t late_ms(const struct point *rule)
{
    int64_t ms = judge_stale_after_ms(rule) + MINUTES_SLACK_MS;

    return ms < MINUTES_LATE_MS ? ms : MINUTES_LATE_MS;
}

bool minutes_close(struct minutes *m, struct wall now, uint32_t *from, struct strbuf *body)
{
    for (; *from < m->catalogue->point_count; ++*from) {
        const struct point *rule = &m->catalogue->points[*from];
        struct wall until = { now.ms - late_ms(rule) };
        if (!minute_is_due(&m->states[*from], until))
            continue;
        if (m->change_count == MINUTES_CHANGES_MAX)
            return true;
        minute_close(change(m, *from), rule->key, until, &m->out);
        put_out(m, *from, body);
    }
    m->closed = now;
    return false;
}

void minutes_end(struct minutes *m, uint32_t point, struct strbuf *body)
{
    minute_end(&m->states[point], m->catalogue->points[point].key, &m->out);
    put_out(m, point, body);
}

void minutes_resume(struct minutes *m, struct wall closed, struct wall alive)
{
    for (size_t i = 0; i < m->catalogue->point_count; i++)
        minute_resume(&m->states[i], (struct wall){ closed.ms - MINUTES_LATE_MS }, alive);
    m->closed = closed;
}
