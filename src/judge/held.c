#include "held.h"

#include <stdlib.h>

struct held_points {
    const struct catalogue *catalogue;
    uint32_t *of; /* by point: index in holdings, NO_INDEX: no limit can hold for it */
    struct holding *holdings;
};

static bool can_hold(const struct catalogue *c, const struct point *p)
{
    return point_is_compliance(p) && catalogue_limit(c, p->parameter) != NULL;
}

bool held_points_new(struct held_points **out, const struct catalogue *c)
{
    struct held_points *h = calloc(1, sizeof *h);
    uint32_t n = 0;

    if (h == NULL || (h->of = calloc(c->point_count + 1, sizeof *h->of)) == NULL) {
        free(h);
        return false;
    }
    h->catalogue = c;
    for (size_t i = 0; i < c->point_count; i++)
        h->of[i] = can_hold(c, &c->points[i]) ? n++ : NO_INDEX;
    h->holdings = calloc((size_t)n + 1, sizeof *h->holdings);
    if (h->holdings == NULL) {
        held_points_free(h);
        return false;
    }
    for (uint32_t i = 0; i < n; i++)
        h->holdings[i].day = DAY_NONE;
    *out = h;
    return true;
}

void held_points_free(struct held_points *h)
{
    if (h == NULL)
        return;
    free(h->of);
    free(h->holdings);
    free(h);
}

uint8_t held_points_verdict(struct held_points *h, const struct reading *r, const struct verdict_seen *others)
{
    int32_t day = day_local(r->at);
    struct holding *holding;

    if (h->of[r->point] == NO_INDEX)
        return VERDICT_NOT_JUDGED;
    holding = &h->holdings[h->of[r->point]];
    if (holding->day != day)
        verdict_holding(h->catalogue, r->point, day, holding);
    return verdict_of(h->catalogue, holding, r, others).word;
}
