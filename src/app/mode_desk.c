/* Modes that people put places in: decided, recorded in one piece, answered and shown when that is durable.
 */
#include <stdlib.h>
#include <string.h>

#include "acts.h"
#include "pipeline_inner.h"

static enum err keep(struct pipeline *p, const struct message_mode *m, struct promise *promise,
                     struct now now, struct fault *why)
{
    struct mode_book *book = watch_modes(p->watch);
    enum err rc = mode_book_act(book, &m->act, now.wall, &promise->known, &promise->mode, why);

    if (rc != ERR_NONE || promise->known)
        return rc;
    acts_of_mode(&p->act, &m->act, &promise->mode, &m->by);
    rc = record_append_act(p, now, why);
    if (rc != ERR_NONE)
        mode_book_undo(book);
    return rc;
}

void mode_desk_act(struct pipeline *p, const struct message_mode *m, struct now now)
{
    struct promise promise = { .answer_mode = m->answer, .self = m->self };
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

enum err pipeline_mode(struct pipeline *p, const struct message_mode *m, struct fault *why)
{
    struct message message = { .kind = MESSAGE_MODE, .mode = *m };
    enum err rc = queue_put(p->inbox, &message);

    return rc == ERR_NONE ? rc : fault_set(why, rc, "the inbox takes no more; nothing was done");
}

/* ---- as they are durable ---- */

static int compare_newest_first(const void *a, const void *b)
{
    int64_t x = ((const struct mode *)a)->from.ms, y = ((const struct mode *)b)->from.ms;

    return (x < y) - (x > y);
}

static void freeze(struct pipeline *p)
{
    struct mode_book *book = watch_modes(p->watch);

    if (p->modes_wait || p->modes_frozen == mode_book_generation(book))
        return;
    p->modes_waiting = *mode_book_modes(book);
    qsort(p->modes_waiting.list, p->modes_waiting.count, sizeof *p->modes_waiting.list, compare_newest_first);
    p->modes_frozen = mode_book_generation(book);
    p->modes_seq = p->last_seq;
    p->modes_wait = true;
}

/* One that is there no more: while it was open, it ended unseen; else who pulled before its end was told has
 * not heard of it.  Whatever it covered may have changed. */
static uint64_t lost_with(const struct modes_shown *was, const struct modes *is, uint64_t next)
{
    uint64_t lost = was->lost;

    for (size_t i = 0; i < was->all.count; i++) {
        const struct mode *m = &was->all.list[i];
        const uint64_t turn = m->end == MODE_OPEN ? next : was->turns[i];
        if (turn > lost && modes_find(is, m->id) == NULL)
            lost = turn;
    }
    return lost;
}

/* A mode that is as it was keeps its turn. */
static void show(struct modes_shown *was, const struct modes *is)
{
    const uint64_t next = was->turn + 1;
    uint64_t turns[MODES_MAX];
    bool changed;

    was->lost = lost_with(was, is, next);
    changed = was->lost == next;
    for (size_t i = 0; i < is->count; i++) {
        const struct mode *m = &is->list[i], *before = modes_find(&was->all, m->id);
        const bool same = before != NULL && before->end == m->end && before->until.ms == m->until.ms;
        turns[i] = same ? was->turns[before - was->all.list] : next;
        changed = changed || !same;
    }
    was->all = *is;
    memcpy(was->turns, turns, is->count * sizeof *turns);
    was->turn = changed ? next : was->turn;
}

/* With news a record failed: what is there is not durable. */
uint64_t mode_desk_release(struct pipeline *p, uint64_t durable)
{
    if (watch_has_news(p->watch))
        return p->modes_shown;
    for (freeze(p); p->modes_wait && durable >= p->modes_seq; freeze(p)) {
        (void)pthread_mutex_lock(&p->lock);
        show(&p->modes, &p->modes_waiting);
        (void)pthread_mutex_unlock(&p->lock);
        p->modes_shown = p->modes_seq;
        p->modes_wait = false;
    }
    return shown_up_to(!p->modes_wait, p->modes_shown);
}

size_t pipeline_modes(struct pipeline *p, struct mode *out, size_t max)
{
    size_t n;

    (void)pthread_mutex_lock(&p->lock);
    n = p->modes.all.count < max ? p->modes.all.count : max;
    memcpy(out, p->modes.all.list, n * sizeof *out);
    (void)pthread_mutex_unlock(&p->lock);
    return n;
}

void pipeline_modes_shown(struct pipeline *p, struct modes_shown *out)
{
    (void)pthread_mutex_lock(&p->lock);
    *out = p->modes;
    (void)pthread_mutex_unlock(&p->lock);
}
