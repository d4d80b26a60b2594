#include "judge/judge.h"

#include <math.h>
#include <stdlib.h>

enum { STALE_PERIODS = 3, STALE_LEAST_MS = 30000 };

struct memory {
    struct reading kept; /* last one history has; reason never_read: none yet */
    struct reading seen; /* last one that came in */
    struct mono seen_at; /* by the tick after it came in; 0: not yet noted */
    bool seen_is_kept;
    bool touched; /* since the last tick */
};

struct judge {
    const struct catalogue *catalogue;
    struct memory *points;
    uint64_t refused;
};

enum err judge_new(struct judge **out, const struct catalogue *c, struct fault *why)
{
    struct judge *j = calloc(1, sizeof *j);

    if (j == NULL || (j->points = calloc(c->point_count + 1, sizeof *j->points)) == NULL) {
        free(j);
        return fault_set(why, ERR_MEMORY, "judge: no memory for %zu points", c->point_count);
    }
    j->catalogue = c;
    for (size_t i = 0; i < c->point_count; i++) {
        struct memory *p = &j->points[i];
        p->kept = p->seen = reading_bad((uint32_t)i, (struct wall){ 0 }, REASON_NEVER_READ);
        p->seen_is_kept = true;
    }
    *out = j;
    return ERR_NONE;
}

void judge_free(struct judge *j)
{
    if (j == NULL)
        return;
    free(j->points);
    free(j);
}

static bool is_first(const struct memory *p)
{
    return p->kept.reason == REASON_NEVER_READ;
}

static bool changed_quality(const struct reading *a, const struct reading *b)
{
    return a->quality != b->quality || a->reason != b->reason;
}

/* Against the last kept value, not the last seen: a slow drift adds up and is noticed. */
static bool left_deadband(const struct point *rule, const struct reading *kept, const struct reading *r)
{
    double moved = fabs(r->value - kept->value);

    return rule->deadband > 0 ? moved > rule->deadband : moved != 0;
}

static bool needed(const struct point *rule, const struct memory *p, const struct reading *r)
{
    if (is_first(p) || changed_quality(&p->kept, r))
        return true;
    if (r->at.ms - p->kept.at.ms >= rule->heartbeat_ms || r->at.ms < p->kept.at.ms)
        return true;
    return r->quality != QUALITY_BAD && left_deadband(rule, &p->kept, r);
}

static void keep(struct memory *p, const struct reading *r, struct judged *out)
{
    out->kept[out->kept_count++] = *r;
    p->kept = *r;
}

static void fold_reading(struct judge *j, const struct reading *r, struct judged *out)
{
    struct memory *p;

    if (r->point >= j->catalogue->point_count || !reading_is_sound(r)) {
        j->refused++;
        return;
    }
    p = &j->points[r->point];
    p->touched = true;
    out->now[out->now_count++] = *r;
    if (needed(&j->catalogue->points[r->point], p, r)) {
        if (!is_first(p) && changed_quality(&p->seen, r)) {
            out->urgent = true;
            if (!p->seen_is_kept)
                keep(p, &p->seen, out);
        }
        keep(p, r, out);
        p->seen_is_kept = true;
    } else {
        p->seen_is_kept = false;
    }
    p->seen = *r;
}

static void start(struct judged *out)
{
    out->now_count = out->kept_count = 0;
    out->has_event = out->urgent = false;
}

void judge_fold(struct judge *j, const struct message *m, struct judged *out)
{
    start(out);
    if (m->kind == MESSAGE_EVENT) {
        out->event = m->event;
        out->has_event = out->urgent = true;
    }
    for (size_t i = 0; m->kind == MESSAGE_READINGS && i < m->count && i < MESSAGE_READINGS_MAX; i++)
        fold_reading(j, &m->readings[i], out);
}

static bool is_stale(const struct point *rule, const struct memory *p, struct mono now)
{
    int64_t limit = STALE_PERIODS * rule->every_ms;

    if (p->seen.reason == REASON_NEVER_READ || p->seen.reason == REASON_STALE ||
        p->seen.quality == QUALITY_BAD)
        return false;
    return now.ms - p->seen_at.ms > (limit > STALE_LEAST_MS ? limit : STALE_LEAST_MS);
}

bool judge_tick(struct judge *j, struct now now, uint32_t *from, struct judged *out)
{
    start(out);
    for (; *from < j->catalogue->point_count; ++*from) {
        struct memory *p = &j->points[*from];
        struct reading stale = reading_uncertain(*from, now.wall, p->seen.value, REASON_STALE);
        if (out->now_count == MESSAGE_READINGS_MAX)
            return true;
        if (p->touched || p->seen_at.ms == 0) {
            p->touched = false;
            p->seen_at = now.mono;
        } else if (is_stale(&j->catalogue->points[*from], p, now.mono)) {
            fold_reading(j, &stale, out);
            p->touched = false;
        }
    }
    return false;
}

void judge_unkeep(struct judge *j, const struct judged *lost)
{
    for (size_t i = 0; i < lost->kept_count; i++) {
        struct memory *p = &j->points[lost->kept[i].point];
        p->kept = reading_bad(lost->kept[i].point, (struct wall){ 0 }, REASON_NEVER_READ);
        p->seen_is_kept = true; /* what is lost is lost; the next one is kept without it */
    }
}

void judge_restore(struct judge *j, const struct reading *last_kept)
{
    struct memory *p = &j->points[last_kept->point];

    p->kept = p->seen = *last_kept;
    p->seen_is_kept = true;
}

static void stop_point(struct judge *j, uint32_t point, struct wall at, struct judged *out)
{
    const struct memory *p = &j->points[point];
    struct wall when = { at.ms > p->kept.at.ms ? at.ms : p->kept.at.ms + 1 };
    struct reading stopped = reading_bad(point, when, REASON_STOPPED);

    if (!is_first(p) && p->kept.reason != REASON_STOPPED)
        fold_reading(j, &stopped, out);
}

bool judge_stopped(struct judge *j, struct wall at, uint32_t *from, struct judged *out)
{
    start(out);
    for (; *from < j->catalogue->point_count; ++*from) {
        if (out->now_count == MESSAGE_READINGS_MAX)
            return true;
        stop_point(j, *from, at, out);
    }
    return false;
}

uint64_t judge_refused(const struct judge *j)
{
    return j->refused;
}

void judge_inherit(struct judge *j, uint32_t point, const struct judge *before, uint32_t was)
{
    struct memory *p = &j->points[point];

    *p = before->points[was];
    p->kept.point = p->seen.point = point;
}

void judge_close(struct judge *j, uint32_t point, struct wall at, struct judged *out)
{
    start(out);
    stop_point(j, point, at, out);
}
