#include "holds.h"

#include <string.h>

const char *holds_unit(const struct point *p)
{
    if (p->unit_as[0] != '\0')
        return p->unit_as;
    return p->unit[0] == '\0' ? "-" : p->unit;
}

static const struct unit *unit_of(const char *text)
{
    return unit_find(text[0] == '\0' ? "-" : text);
}

const struct unit *holds_term_unit(const struct standard *s, const char *parameter)
{
    for (size_t i = 0; i < s->limit_count; i++)
        if (strcmp(s->limits[i].parameter, parameter) == 0)
            return unit_of(s->limits[i].unit);
    return NULL;
}

/* ---- the set ---- */

static bool follows(const struct standard *later, const struct standard *s, int32_t day)
{
    return strcmp(later->series, s->series) == 0 && later->from > s->from && later->from <= day;
}

/* In force on the day, or the last of its series, which has ended without a successor. */
static bool is_applied(const struct catalogue *c, const struct standard *s, int32_t day)
{
    if (s->from > day)
        return false;
    for (size_t i = 0; i < c->standard_count; i++)
        if (follows(&c->standards[i], s, day))
            return false;
    return true;
}

/* ---- the row ---- */

static bool is_water(const struct system *s, int only_if)
{
    switch ((enum limit_condition)only_if) {
    case LIMIT_IF_GROUNDWATER: return s->source != SOURCE_SURFACE;
    case LIMIT_IF_CHLORINE: return s->disinfection == DISINFECTION_CHLORINE;
    case LIMIT_IF_COASTAL: return s->terrain == TERRAIN_COASTAL;
    case LIMIT_IF_INLAND: return s->terrain == TERRAIN_INLAND;
    default: return true;
    }
}

static bool is_of(const struct limit *row, const char *parameter)
{
    return strcmp(row->parameter, parameter) == 0 || strcmp(row->instead, parameter) == 0;
}

/* The point of that parameter in the same water: on the same site, the same step; NO_INDEX: nobody measures
 * it there. */
static uint32_t beside(const struct catalogue *c, const struct point *p, const char *parameter)
{
    if (strcmp(p->parameter, parameter) == 0)
        return (uint32_t)(p - c->points);
    for (size_t i = 0; i < c->point_count; i++)
        if (c->points[i].site == p->site && c->points[i].at == p->at &&
            strcmp(c->points[i].parameter, parameter) == 0)
            return (uint32_t)i;
    return NO_INDEX;
}

/* ---- gathering ---- */

struct gathering {
    const struct catalogue *c;
    const struct point *p;
    struct holding *out;
};

/* Those that decide stand first, by layer; advisory ones behind. */
static bool stands_before(const struct held *a, const struct held *b)
{
    if (a->set->advisory != b->set->advisory)
        return b->set->advisory;
    return a->set->layer < b->set->layer;
}

static void add(struct holding *out, const struct held *h)
{
    size_t at = out->count;

    if (out->count == HELD_MAX)
        return;
    for (; at > 0 && stands_before(h, &out->list[at - 1]); at--)
        out->list[at] = out->list[at - 1];
    out->list[at] = *h;
    out->count++;
}

static void add_row(const struct gathering *g, const struct standard *s, const struct limit *row)
{
    const struct unit *from = unit_find(holds_unit(g->p)), *to = unit_of(row->unit);
    struct held h = { .set = s, .row = row, .expired = s->until != DAY_NONE && s->until < g->out->day };

    if (!is_water(&g->c->systems[g->c->sites[g->p->site].system], row->only_if)) {
        g->out->why = UNJUDGED_OTHER_WATER;
        return;
    }
    if (from != NULL && to != NULL && unit_converts(from, to)) {
        h.from = from;
        h.to = to;
    }
    add(g->out, &h);
}

static void add_sum(const struct gathering *g, const struct standard *s, const struct limit_sum *sum)
{
    struct held h = { .set = s, .sum = sum, .expired = s->until != DAY_NONE && s->until < g->out->day };
    bool mine = false;

    for (size_t i = 0; i < sum->term_count; i++) {
        const struct unit *to = holds_term_unit(s, sum->parameter[i]), *from;
        h.other[i] = beside(g->c, g->p, sum->parameter[i]);
        from = h.other[i] == NO_INDEX ? NULL : unit_find(holds_unit(&g->c->points[h.other[i]]));
        if (from == NULL || to == NULL || !unit_converts(from, to))
            return; /* a sum of what is not measured is none */
        mine = mine || &g->c->points[h.other[i]] == g->p;
    }
    if (mine)
        add(g->out, &h);
}

static void add_set(const struct gathering *g, const struct standard *s)
{
    for (size_t i = 0; i < s->limit_count; i++)
        if (is_of(&s->limits[i], g->p->parameter))
            add_row(g, s, &s->limits[i]);
    for (size_t i = 0; i < s->sum_count; i++)
        add_sum(g, s, &s->sums[i]);
}

static bool any_decides(const struct holding *h)
{
    return h->count > 0 && !h->list[0].set->advisory;
}

static uint8_t never(const struct catalogue *c, const struct point *p, int32_t day)
{
    if (catalogue_limit(c, p->parameter) == NULL)
        return UNJUDGED_NO_PARAMETER;
    if (!point_is_compliance(p))
        return UNJUDGED_NOT_SUPPLIED;
    if (!point_counts_on(p, day))
        return UNJUDGED_COMMISSIONING;
    return UNJUDGED_NONE;
}

void verdict_holding(const struct catalogue *c, uint32_t point, int32_t day, struct holding *out)
{
    struct gathering g = { c, &c->points[point], out };

    *out = (struct holding){ .day = day, .point = point };
    out->why = never(c, g.p, day);
    if (out->why != UNJUDGED_NONE)
        return;
    out->why = UNJUDGED_NO_SET;
    for (size_t i = 0; i < c->standard_count; i++)
        if (is_applied(c, &c->standards[i], day))
            add_set(&g, &c->standards[i]);
    if (any_decides(out))
        out->why = UNJUDGED_NONE;
}
