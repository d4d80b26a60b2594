#include "records/spots.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

double spots_low(const struct catalogue *c, uint32_t point)
{
    double low = NAN, low_low = NAN;

    for (size_t i = 0; i < c->rule_count; i++) {
        const struct rule *r = &c->rules[i];
        if (r->point != point)
            continue;
        if (r->kind == RULE_LOW)
            low = fmax(low, r->limit); /* the first warning; fmax leaves NaN out */
        else if (r->kind == RULE_LOW_LOW)
            low_low = fmax(low_low, r->limit);
    }
    return isnan(low) ? low_low : low;
}

static bool is_asked(const struct spot_facts_ask *a, uint64_t key)
{
    for (size_t i = 0; i < a->point_count; i++)
        if (a->points[i].key == key)
            return true;
    return false;
}

void spots_ask(struct spot_facts_ask *out, const struct catalogue *c, const struct spot_rules *r,
               struct wall now)
{
    *out = (struct spot_facts_ask){ .repeats_from = { now.ms - r->repeats_days * CLOCK_DAY_MS },
                                    .low_from = { now.ms - r->low_days * CLOCK_DAY_MS },
                                    .to = now,
                                    .repeats = r->repeats };
    for (size_t i = 0; i < c->zone_count; i++) {
        const struct zone_version *v = zone_on(&c->zones[i], day_local(now));
        for (size_t k = 0; v != NULL && k < v->critical_count; k++) {
            uint64_t key = c->points[v->critical[k]].key;
            double low = spots_low(c, v->critical[k]);
            if (isnan(low) || out->point_count == SPOT_POINTS_MAX || is_asked(out, key))
                continue;
            out->points[out->point_count].key = key;
            out->points[out->point_count++].low = low;
        }
    }
}

/* ---- what follows ---- */

static struct spot_candidate none(enum spot_reason reason)
{
    return (struct spot_candidate){ .reason = (uint8_t)reason, .low = NAN, .lowest = NAN, .highest = NAN };
}

static void add_repeated(struct spot_candidates *s)
{
    const struct spot_facts *f = &s->facts;

    for (size_t i = 0, n; i < f->incident_count; i += n) {
        const struct spot_incident *one = &f->incidents[i];
        struct spot_candidate c = none(SPOT_REPEATED);
        for (n = 1; i + n < f->incident_count && f->incidents[i + n].is_zone == one->is_zone &&
                    strcmp(f->incidents[i + n].place, one->place) == 0;
             n++)
            ;
        memcpy(one->is_zone ? c.zone : c.site, one->place, ID_MAX);
        c.count = one->count;
        c.last = one->start;
        c.first = i;
        c.incident_count = n;
        s->list[s->count++] = c;
    }
}

static const struct spot_hours *hours_of(const struct spot_facts *f, uint64_t key)
{
    for (size_t i = 0; i < f->hour_count; i++)
        if (f->hours[i].point == key)
            return &f->hours[i];
    return NULL;
}

/* A critical point: of low pressure, or an end of the network that is not. */
static void add_critical(struct spot_candidates *s, const struct catalogue *c, const struct zone *z,
                         uint32_t index)
{
    const struct point *p = &c->points[index];
    const struct spot_hours *h = hours_of(&s->facts, p->key);
    struct spot_candidate one =
        none(h != NULL && h->low >= s->rules.low_hours ? SPOT_LOW_PRESSURE : SPOT_END_OF_NETWORK);

    memcpy(one.zone, z->id, ID_MAX);
    memcpy(one.point, p->id, ID_MAX);
    if (p->site < c->site_count)
        memcpy(one.site, c->sites[p->site].id, ID_MAX);
    one.low = spots_low(c, index);
    if (h != NULL) {
        one.count = h->low;
        one.known = h->known;
        one.lowest = h->lowest;
        one.last = h->last;
    }
    s->list[s->count++] = one;
}

static void add_zone(struct spot_candidates *s, const struct catalogue *c, const struct zone *z,
                     int32_t today)
{
    const struct zone_version *v = zone_on(z, today);
    struct spot_candidate high = none(SPOT_HIGH_PLACE);

    if (v == NULL)
        return;
    if (v->highest - v->lowest >= s->rules.high_m) { /* false by itself when one is not known */
        memcpy(high.zone, z->id, ID_MAX);
        high.lowest = v->lowest;
        high.highest = v->highest;
        s->list[s->count++] = high;
    }
    for (size_t k = 0; k < v->critical_count; k++)
        add_critical(s, c, z, v->critical[k]);
}

static int rank(const struct spot_candidate *c)
{
    static const int RANKS[SPOT_REASON_COUNT] = {
        [SPOT_REPEATED] = 0, [SPOT_LOW_PRESSURE] = 1, [SPOT_HIGH_PLACE] = 2, [SPOT_END_OF_NETWORK] = 3
    };

    return RANKS[c->reason];
}

static int compare(const void *a, const void *b)
{
    const struct spot_candidate *x = a, *y = b;
    int by_place;

    if (rank(x) != rank(y))
        return rank(x) - rank(y);
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    by_place = strcmp(x->zone, y->zone);
    if (by_place == 0)
        by_place = strcmp(x->site, y->site);
    return by_place != 0 ? by_place : strcmp(x->point, y->point);
}

static size_t most(const struct catalogue *c, const struct spot_facts *f, int32_t today)
{
    size_t n = f->incident_count + c->zone_count + 1;

    for (size_t i = 0; i < c->zone_count; i++) {
        const struct zone_version *v = zone_on(&c->zones[i], today);
        n += v == NULL ? 0 : v->critical_count;
    }
    return n;
}

enum err spots_judge(struct spot_candidates **out, const struct catalogue *c, const struct spot_rules *r,
                     struct wall now, struct spot_facts *facts)
{
    const int32_t today = day_local(now);
    struct spot_candidates *s = calloc(1, sizeof *s);

    if (s != NULL)
        s->list = calloc(most(c, facts, today), sizeof *s->list);
    if (s == NULL || s->list == NULL) {
        free(s);
        spot_facts_clear(facts);
        return ERR_MEMORY;
    }
    s->at = now;
    s->rules = *r;
    s->facts = *facts;
    *facts = (struct spot_facts){ NULL, 0, NULL, 0 };
    add_repeated(s);
    for (size_t i = 0; i < c->zone_count; i++)
        add_zone(s, c, &c->zones[i], today);
    if (s->count > 1)
        qsort(s->list, s->count, sizeof *s->list, compare);
    *out = s;
    return ERR_NONE;
}
