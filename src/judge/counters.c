#include "counters.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { NOBODY_KNOWS = -1 };

struct counter {
    uint32_t point;
    uint32_t next; /* of the same machine; NO_INDEX: the last */
    double count;
    int8_t held; /* at its last number; NOBODY_KNOWS: there was none yet */
    bool known;  /* it shows one now */
    bool heard;  /* since it was last asked for */
};

struct counters {
    const struct catalogue *catalogue;
    struct counter *list;
    size_t count;
    uint32_t *first; /* by machine, of those counted of it; NO_INDEX: none */
    uint32_t *place; /* by point, its own; NO_INDEX: it is not counted */
};

static const struct condition *condition_of(const struct counters *s, const struct counter *k)
{
    return &s->catalogue->conditions[s->catalogue->points[k->point].unless_first];
}

static bool is_counted(const struct point *p)
{
    return p->counts != COUNTED_NOTHING && p->unless_count == 1;
}

static void add(struct counters *s, uint32_t point)
{
    uint32_t at = (uint32_t)s->count++, of;
    struct counter *k = &s->list[at];

    *k = (struct counter){ .point = point,
                           .count = s->catalogue->points[point].counted_from,
                           .held = NOBODY_KNOWS };
    of = condition_of(s, k)->point;
    k->next = s->first[of];
    s->first[of] = at;
    s->place[point] = at;
}

struct counters *counters_new(const struct catalogue *c)
{
    struct counters *s = calloc(1, sizeof *s);
    size_t counted = 0;

    if (s == NULL)
        return NULL;
    s->catalogue = c;
    for (size_t i = 0; i < c->point_count; i++)
        counted += is_counted(&c->points[i]);
    if (counted == 0)
        return s;
    s->list = calloc(counted, sizeof *s->list);
    s->first = malloc(c->point_count * sizeof *s->first);
    s->place = malloc(c->point_count * sizeof *s->place);
    if (s->list == NULL || s->first == NULL || s->place == NULL) {
        counters_free(s);
        return NULL;
    }
    for (size_t i = 0; i < c->point_count; i++)
        s->first[i] = s->place[i] = NO_INDEX;
    for (size_t i = 0; i < c->point_count; i++)
        if (is_counted(&c->points[i]))
            add(s, (uint32_t)i);
    return s;
}

void counters_free(struct counters *s)
{
    if (s == NULL)
        return;
    free(s->list);
    free(s->first);
    free(s->place);
    free(s);
}

static void see(const struct counters *s, struct counter *k, const struct reading *shown, int64_t lasted_ms)
{
    bool hours = s->catalogue->points[k->point].counts == COUNTED_HOURS, holds;

    if (hours && k->held == true && k->known)
        k->count += (double)lasted_ms / CLOCK_HOUR_MS;
    k->heard = true;
    k->known = shown->quality != QUALITY_BAD && shown->reason != REASON_STALE;
    if (!k->known)
        return;
    holds = condition_holds(condition_of(s, k), shown->value, shown->at);
    if (!hours && holds && k->held == false)
        k->count++;
    k->held = holds ? 1 : 0;
}

void counters_see(struct counters *s, const struct reading *shown, int64_t lasted_ms)
{
    if (s->count == 0)
        return;
    for (uint32_t i = s->first[shown->point]; i != NO_INDEX; i = s->list[i].next)
        see(s, &s->list[i], shown, lasted_ms);
}

static struct counter *find(const struct counters *s, uint32_t point)
{
    return s->count == 0 || s->place[point] == NO_INDEX ? NULL : &s->list[s->place[point]];
}

void counters_set(struct counters *s, uint32_t point, double count)
{
    struct counter *k = find(s, point);

    if (k != NULL && isfinite(count))
        k->count = count;
}

bool counters_ask(struct counters *s, uint32_t point, struct wall at, struct reading *out)
{
    struct counter *k = find(s, point);

    if (k == NULL || !k->heard)
        return false;
    k->heard = false;
    *out =
        k->known ? reading_good(point, at, k->count) : reading_uncertain(point, at, k->count, REASON_STALE);
    return true;
}

double counters_count(const struct counters *s, uint32_t point)
{
    const struct counter *k = find(s, point);

    return k == NULL ? NAN : k->count;
}
