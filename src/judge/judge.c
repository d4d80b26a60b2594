#include "judge/judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "doubt.h"
#include "held.h"

enum { STALE_PERIODS = 3, STALE_LEAST_MS = 30000 };

struct memory {
    struct reading kept;   /* last one history has; reason never_read: none yet */
    struct reading seen;   /* last one that was shown */
    struct reading before; /* the one shown before that */
    struct reading said;   /* last one that came in, as doubted; what is seen unless a person forces it */
    struct force force;
    struct mono seen_at;     /* by the tick after it came in; 0: not yet noted */
    struct wall whole_until; /* every reading before that is kept */
    struct mono valued_at;   /* when the last number came in; 0: the last reading had none */
    struct doubt doubt;
    bool seen_is_kept, before_is_kept;
    bool touched;    /* since the last tick */
    uint8_t verdict; /* enum verdict_word, on what is seen */
};

struct judge {
    const struct catalogue *catalogue;
    struct memory *points;
    struct held_points *held;
    struct counters *counters;
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
    j->counters = counters_new(c);
    if (j->counters == NULL || !held_points_new(&j->held, c)) {
        judge_free(j);
        return fault_set(why, ERR_MEMORY, "judge: no memory for what is held against %zu points",
                         c->point_count);
    }
    for (size_t i = 0; i < c->point_count; i++) {
        struct memory *p = &j->points[i];
        p->kept = p->seen = p->said = reading_bad((uint32_t)i, (struct wall){ 0 }, REASON_NEVER_READ);
        p->seen_is_kept = p->before_is_kept = true;
        doubt_init(&p->doubt);
    }
    *out = j;
    return ERR_NONE;
}

void judge_free(struct judge *j)
{
    if (j == NULL)
        return;
    held_points_free(j->held);
    counters_free(j->counters);
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
    if (is_first(p) || changed_quality(&p->kept, r) || r->at.ms < p->whole_until.ms)
        return true;
    if (r->at.ms - p->kept.at.ms >= rule->heartbeat_ms || r->at.ms < p->kept.at.ms)
        return true;
    return r->quality != QUALITY_BAD && left_deadband(rule, &p->kept, r);
}

static void keep(struct memory *p, const struct reading *r, uint8_t verdict, struct judged *out)
{
    out->verdict[out->kept_count] = verdict;
    out->kept[out->kept_count++] = *r;
    p->kept = *r;
}

int64_t judge_stale_after_ms(const struct point *rule)
{
    int64_t periods = STALE_PERIODS * rule->every_ms;

    return periods > STALE_LEAST_MS ? periods : STALE_LEAST_MS;
}

/* What is known of the time since the point's last number: nothing across silence, a stop, a lost reading. */
static int64_t lasted_ms(const struct point *rule, const struct memory *p, struct mono now)
{
    int64_t passed = now.ms - p->valued_at.ms;

    return p->valued_at.ms == 0 || passed > judge_stale_after_ms(rule) ? 0 : passed;
}

static double number_of(const struct judge *j, uint32_t point)
{
    const struct reading *seen = &j->points[point].seen;

    return seen->reason == REASON_STALE ? NAN : seen->value;
}

/* True while something else says that the point stands still rightly. */
static bool excused(const struct judge *j, const struct point *rule, const struct reading *r)
{
    for (size_t i = 0; i < rule->unless_count; i++) {
        const struct condition *c = &j->catalogue->conditions[rule->unless_first + i];
        double value = c->point == r->point ? r->value : number_of(j, c->point);
        if (condition_holds(c, value, r->at))
            return true;
    }
    return false;
}

static struct reading judged(struct judge *j, const struct reading *r, struct mono now)
{
    const struct point *rule = &j->catalogue->points[r->point];
    struct memory *p = &j->points[r->point];
    struct reading is = doubt(rule, &p->doubt, *r, lasted_ms(rule, p, now), excused(j, rule, r));

    p->valued_at.ms = r->quality == QUALITY_BAD || r->reason == REASON_STALE ? 0 : now.ms;
    return is;
}

static const struct reading *seen_of(void *self, uint32_t point)
{
    return &((struct judge *)self)->points[point].seen;
}

static uint8_t verdict_on(struct judge *j, const struct reading *r)
{
    const struct verdict_seen others = { seen_of, j };

    return held_points_verdict(j->held, r, &others);
}

static void note(struct judge *j, const struct reading *r, struct judged *out)
{
    struct memory *p = &j->points[r->point];
    uint8_t verdict = verdict_on(j, r), was = p->verdict;
    bool turned = !is_first(p) && verdict != was;

    p->verdict = verdict;
    out->now[out->now_count++] = *r;
    p->before = p->seen;
    p->before_is_kept = is_first(p) || p->seen_is_kept;
    if (turned || needed(&j->catalogue->points[r->point], p, r)) {
        if (!is_first(p) && (turned || changed_quality(&p->seen, r))) {
            out->urgent = true;
            if (!p->seen_is_kept)
                keep(p, &p->seen, was, out);
            p->before_is_kept = true;
        }
        keep(p, r, verdict, out);
        p->seen_is_kept = true;
    } else {
        p->seen_is_kept = false;
    }
    p->seen = *r;
}

static struct wall later(struct wall a, struct wall b)
{
    return a.ms > b.ms ? a : b;
}

static void fold_reading(struct judge *j, const struct reading *r, struct mono now, struct judged *out)
{
    struct memory *p;
    struct reading is;
    int64_t lasted;

    if (r->point >= j->catalogue->point_count || !reading_is_sound(r)) {
        j->refused++;
        return;
    }
    p = &j->points[r->point];
    lasted = lasted_ms(&j->catalogue->points[r->point], p, now);
    is = p->said = judged(j, r, now);
    p->touched = true;
    if (force_is_on(&p->force) && is.reason != REASON_STOPPED)
        is = force_reading(&p->force, r->point, later(is.at, p->seen.at));
    counters_see(j->counters, &is, lasted);
    note(j, &is, out);
}

static void start(struct judged *out)
{
    out->now_count = out->kept_count = 0;
    out->has_event = out->urgent = false;
}

void judge_fold(struct judge *j, const struct message *m, struct now now, struct judged *out)
{
    start(out);
    if (m->kind == MESSAGE_EVENT) {
        out->event = m->event;
        out->has_event = out->urgent = true;
    }
    for (size_t i = 0; m->kind == MESSAGE_READINGS && i < m->count && i < MESSAGE_READINGS_MAX; i++)
        fold_reading(j, &m->readings[i], now.mono, out);
}

static void take_by_hand(struct judge *j, const struct reading *r, struct judged *out)
{
    struct memory *p = &j->points[r->point];

    if (!is_first(p) && r->at.ms < p->kept.at.ms)
        return;
    p->kept = p->seen = p->said = *r;
    p->before_is_kept = true;
    out->now[out->now_count++] = *r;
}

/* ---- a value set by hand ---- */

/* A step by hand is history, within the deadband too. */
static void step(struct judge *j, struct reading r, struct judged *out)
{
    struct memory *p = &j->points[r.point];
    uint8_t was = p->verdict;

    r.at = later(r.at, (struct wall){ p->seen.at.ms + 1 });
    p->verdict = verdict_on(j, &r);
    if (!is_first(p) && !p->seen_is_kept)
        keep(p, &p->seen, was, out);
    keep(p, &r, p->verdict, out);
    p->seen = r;
    p->seen_is_kept = p->before_is_kept = out->urgent = true;
    out->now[out->now_count++] = r;
}

static void tell_event(struct judged *out, struct event e)
{
    out->event = e;
    out->has_event = out->urgent = true;
}

static void begin_force(struct judge *j, uint32_t point, const struct hand *h, struct judged *out)
{
    struct memory *p = &j->points[point];

    p->force = force_by(h);
    step(j, force_reading(&p->force, point, h->entered), out);
    tell_event(out, force_begins(&p->force, &j->catalogue->points[point], h));
}

static void forget_force(struct judge *j, uint32_t point, struct wall at, const char *why, struct judged *out)
{
    struct memory *p = &j->points[point];

    tell_event(out, force_ends(&p->force, &j->catalogue->points[point], at, why));
    p->force = (struct force){ 0 };
}

/* From now on the point holds what its device said last: as fresh, or as bad, as that is. */
static void end_force(struct judge *j, uint32_t point, struct wall at, const char *why, struct judged *out)
{
    struct memory *p = &j->points[point];
    struct reading r = p->said;

    forget_force(j, point, at, why, out);
    r.at = at;
    step(j, r, out);
}

static void release(struct judge *j, uint32_t point, const struct hand *h, struct judged *out)
{
    char why[HAND_WHO_MAX + sizeof "released by "];

    (void)snprintf(why, sizeof why, "released by %s", h->who);
    if (force_is_on(&j->points[point].force))
        end_force(j, point, h->entered, why, out);
}

const struct force *judge_force(const struct judge *j, uint32_t point)
{
    return &j->points[point].force;
}

/* False: its end is an event, and *out has one already. */
static bool tick_force(struct judge *j, uint32_t point, struct wall now, struct judged *out)
{
    struct memory *p = &j->points[point];

    if (!force_is_on(&p->force))
        return true;
    if (now.ms >= p->force.until.ms) {
        if (out->has_event)
            return false;
        end_force(j, point, now, "its time is over", out);
    } else if (p->seen.reason != REASON_FORCED) {
        step(j, force_reading(&p->force, point, now), out);
    }
    return true;
}

/* ---- */

void judge_hand(struct judge *j, uint32_t point, const struct hand *h, struct judged *out)
{
    const struct totalizer_rule rule = total_rule(&j->catalogue->points[point]);
    struct totalizer *t = &j->points[point].doubt.total;
    const struct reading r = { point, h->quality, h->reason, h->at, h->value };

    start(out);
    out->urgent = true;
    if (h->kind == HAND_READING)
        take_by_hand(j, &r, out);
    else if (h->kind == HAND_FORCE)
        begin_force(j, point, h, out);
    else if (h->kind == HAND_RELEASE)
        release(j, point, h, out);
    else if (h->kind == HAND_EXCHANGE &&
             (isnan(t->raw) || h->at.ms >= t->seen.ms)) /* else the new meter has been seen already */
        (void)totalizer_exchange(&rule, t, h->at, h->old_end, h->value);
}

static bool is_stale(const struct point *rule, const struct memory *p, struct mono now)
{
    if (rule->manual || rule->counts != COUNTED_NOTHING || p->said.reason == REASON_NEVER_READ ||
        p->said.reason == REASON_STALE || p->said.quality == QUALITY_BAD)
        return false;
    return now.ms - p->seen_at.ms > judge_stale_after_ms(rule);
}

/* What is counted is shown when it is a deadband further on, is known no more or again, and each heartbeat.
 */
static void show_count(struct judge *j, uint32_t point, struct now now, struct judged *out)
{
    const struct memory *p = &j->points[point];
    struct reading r;

    if (counters_ask(j->counters, point, now.wall, &r) &&
        (changed_quality(&p->seen, &r) || needed(&j->catalogue->points[point], p, &r)))
        fold_reading(j, &r, now.mono, out);
}

bool judge_tick(struct judge *j, struct now now, uint32_t *from, struct judged *out)
{
    start(out);
    for (; *from < j->catalogue->point_count; ++*from) {
        struct memory *p = &j->points[*from];
        struct reading stale = reading_uncertain(*from, now.wall, p->said.value, REASON_STALE);
        if (out->now_count + 2 > MESSAGE_READINGS_MAX || !tick_force(j, *from, now.wall, out))
            return true;
        show_count(j, *from, now, out);
        if (p->touched || p->seen_at.ms == 0) {
            p->touched = false;
            p->seen_at = now.mono;
        } else if (is_stale(&j->catalogue->points[*from], p, now.mono)) {
            fold_reading(j, &stale, now.mono, out);
            p->touched = false;
        }
    }
    return false;
}

/* Before what is kept of that point already, so that it stays in order. */
static void put_before(const struct reading *r, uint8_t verdict, struct judged *out)
{
    size_t i = out->kept_count, after;

    while (i > 0 && out->kept[i - 1].point != r->point)
        i--;
    i = i == 0 ? out->kept_count : i - 1;
    after = out->kept_count++ - i;
    memmove(&out->kept[i + 1], &out->kept[i], after * sizeof *out->kept);
    memmove(&out->verdict[i + 1], &out->verdict[i], after * sizeof *out->verdict);
    out->kept[i] = *r;
    out->verdict[i] = verdict;
}

/* Where the verdict changed the one before was kept: here both have the same. */
void judge_keep(struct judge *j, uint32_t point, struct judged *out)
{
    struct memory *p = &j->points[point];

    if (!p->seen_is_kept && out->kept_count < JUDGED_MAX)
        keep(p, &p->seen, p->verdict, out);
    p->seen_is_kept = true;
    if (!p->before_is_kept && out->kept_count < JUDGED_MAX)
        put_before(&p->before, p->verdict, out);
    p->before_is_kept = true;
    out->urgent = true;
}

void judge_keep_whole(struct judge *j, uint32_t point, struct wall until)
{
    j->points[point].whole_until = until;
}

void judge_unkeep(struct judge *j, const struct judged *lost)
{
    for (size_t i = 0; i < lost->kept_count; i++) {
        struct memory *p = &j->points[lost->kept[i].point];
        p->kept = reading_bad(lost->kept[i].point, (struct wall){ 0 }, REASON_NEVER_READ);
        p->seen_is_kept = true; /* what is lost is lost; the next one is kept without it */
    }
}

void judge_restore(struct judge *j, const struct judge_state *s)
{
    struct memory *p = &j->points[s->kept.point];

    p->kept = p->seen = s->kept;
    p->verdict = verdict_on(j, &s->kept);
    p->seen_is_kept = true;
    counters_set(j->counters, s->kept.point, s->kept.value);
    counters_see(j->counters, &s->kept, 0);
    p->force = s->force;
    if (s->kept.reason != REASON_FORCED) /* else nobody knows what the device said */
        p->said = s->kept;
    p->doubt = (struct doubt){ s->still, s->still_ms, s->trusted, s->trusted_at, s->total };
}

void judge_state(const struct judge *j, uint32_t point, struct judge_state *out)
{
    const struct memory *p = &j->points[point];

    *out = (struct judge_state){ p->kept,          p->doubt.still,      p->doubt.still_ms,
                                 p->doubt.trusted, p->doubt.trusted_at, p->doubt.total,
                                 p->force };
}

static void stop_point(struct judge *j, uint32_t point, struct wall at, struct judged *out)
{
    const struct memory *p = &j->points[point];
    struct wall when = { at.ms > p->kept.at.ms ? at.ms : p->kept.at.ms + 1 };
    double count = counters_count(j->counters, point);
    struct reading stopped =
        isnan(count) || is_first(p)
            ? reading_bad(point, when, REASON_STOPPED)
            : reading_uncertain(point, when, count, REASON_STOPPED); /* it stays counted */

    if (j->catalogue->points[point].manual) /* was read when it was read, whether we run or not */
        return;
    if (!is_first(p) && p->kept.reason != REASON_STOPPED)
        fold_reading(j, &stopped, (struct mono){ 0 }, out);
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
    counters_set(j->counters, point, counters_count(before->counters, was));
    counters_see(j->counters, &p->seen, 0);
    p->kept.point = p->seen.point = p->before.point = p->said.point = point;
    if (j->catalogue->points[point].revision != before->catalogue->points[was].revision)
        doubt_init(&p->doubt); /* other numbers */
}

void judge_close(struct judge *j, uint32_t point, struct wall at, struct judged *out)
{
    start(out);
    stop_point(j, point, at, out);
    if (force_is_on(&j->points[point].force))
        forget_force(j, point, at, "the point is no longer the same", out);
}
