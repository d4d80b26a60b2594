/* Compliance points: what they show, what the limits say of it, and of today. */
#include <math.h>
#include <string.h>

#include "portal_inner.h"

static bool is_told(const struct portal_from *f, uint32_t point)
{
    const struct point *p = &f->catalogue->points[point];

    return point_is_compliance(p) && p->parameter[0] != '\0' &&
           catalogue_limit(f->catalogue, p->parameter) != NULL &&
           scope_sees_point(&f->scope, f->catalogue, p);
}

static void write_verdict(struct json_out *j, const struct portal_verdict *v)
{
    json_key(j, "verdict");
    json_open_object(j);
    json_member_text(j, "word", v->word);
    json_member_words(j, "why", v->why);
    json_member_text(j, "set", v->set == NULL ? NULL : v->set->id);
    json_member_text(j, "set_name", v->set == NULL ? NULL : v->set->name);
    json_member_text(j, "layer", v->set == NULL ? NULL : STANDARD_LAYERS[v->set->layer]);
    json_member_text(j, "row", v->row);
    json_key(j, "in_force");
    if (v->set == NULL)
        json_null(j);
    else
        json_bool(j, v->in_force);
    json_member_words(j, "note", v->note);
    json_member_words(j, "unverified", v->unverified == NULL ? "" : v->unverified);
    json_member_number(j, "value", v->value);
    json_member_number(j, "limit", v->limit);
    json_member_text(j, "unit", v->unit);
    json_member_bool(j, "at_least", v->at_least);
    json_close_object(j);
}

/* The rest of what has passed is unknown, whatever the reason. */
static void write_today(struct json_out *j, const struct portal_from *f, const struct point *p)
{
    struct day_figure d = { 0 };
    const bool known = portal_today(f, p->key, &d);
    const int64_t elapsed = portal_elapsed_ms(f->now, &d, known);
    const int64_t judged = known ? d.within_ms + d.outside_ms + d.unjudged_ms : 0;
    const int64_t held = known ? d.good_ms + d.uncertain_ms : 0;
    const double coverage = elapsed > 0 ? (double)judged / (double)elapsed : NAN;
    const double numbers = elapsed > 0 ? (double)held / (double)elapsed : NAN;
    char day[DAY_ISO_MAX];

    json_key(j, "today");
    json_open_object(j);
    json_member_text(j, "day", day_iso(day_local(f->now), day));
    json_member_time(j, "until", (struct wall){ wall_local_midnight(f->now).ms + elapsed });
    portal_share(j, "within", known ? d.within_ms : 0, elapsed, coverage);
    portal_share(j, "outside", known ? d.outside_ms : 0, elapsed, coverage);
    portal_share(j, "not_judged", known ? d.unjudged_ms : 0, elapsed, coverage);
    json_member_number(j, "unknown", 1 - coverage);
    json_member_number(j, "coverage", coverage);
    json_member_number(j, "mean", numbers >= PORTAL_COVERAGE ? d.sum / (double)held : NAN);
    json_member_number(j, "min", numbers >= PORTAL_COVERAGE ? d.least : NAN);
    json_member_number(j, "max", numbers >= PORTAL_COVERAGE ? d.most : NAN);
    json_member_number(j, "number_coverage", numbers);
    json_close_object(j);
}

static void write_point(struct json_out *j, const struct portal_from *f, uint32_t point,
                        const struct reading *r)
{
    const struct catalogue *c = f->catalogue;
    const struct point *p = &c->points[point];
    const struct site *s = p->site < c->site_count ? &c->sites[p->site] : NULL;
    struct portal_verdict v = { .value = NAN, .limit = NAN };

    f->judge(f->self, point, r, &v);
    json_open_object(j);
    json_member_text(j, "id", p->id);
    json_member_text(j, "name", p->name);
    json_member_text(j, "site", s == NULL ? NULL : s->id);
    portal_owner(j, c, s == NULL ? NO_INDEX : s->system);
    json_member_text(j, "area", s != NULL && s->area < c->area_count ? c->areas[s->area].id : NULL);
    json_member_text(j, "at", SAMPLED_AT[p->at]);
    json_member_text(j, "parameter", p->parameter);
    json_member_number(j, "value", r->quality == QUALITY_BAD ? NAN : r->value);
    json_member_text(j, "unit", p->unit);
    json_member_text(j, "quality", quality_name((enum quality)r->quality));
    json_member_words(j, "reason", r->quality == QUALITY_GOOD ? "" : reason_name((enum reason)r->reason));
    json_member_time(j, "read_at", r->at);
    json_member_bool(j, "manual", p->manual);
    json_member_bool(j, "commissioning", point_is_commissioning(p));
    write_verdict(j, &v);
    write_today(j, f, p);
    json_close_object(j);
}

/* Time that nobody tells of lessens what is known of a day while nothing else moves; where nothing is known
 * of it, there is nothing to lessen. */
static bool day_is_news(const struct portal_from *f, const struct portal_seen *seen, uint32_t point)
{
    struct day_figure d = { 0 };
    const bool known = portal_today(f, f->catalogue->points[point].key, &d);
    int64_t was, is;

    if (day_local(seen->at) != day_local(f->now) || (known && d.turn > seen->today))
        return true;
    was = portal_elapsed_ms(seen->at, &d, known);
    is = portal_elapsed_ms(f->now, &d, known);
    return known ? was != is : (was > 0) != (is > 0);
}

/* What a mode makes of it was told by nobody's reading. */
static bool mode_is_news(const struct portal_from *f, const struct portal_seen *seen, uint32_t point)
{
    return f->modes_changed(f->self, point) > seen->modes;
}

/* Its picture, its day or its modes changed since. */
static bool is_news(const struct portal_from *f, const struct portal_seen *seen, uint32_t point,
                    uint64_t generation)
{
    return !seen->any || generation > seen->present || mode_is_news(f, seen, point) ||
           day_is_news(f, seen, point);
}

void portal_water(struct json_out *j, const struct portal_from *f, const struct portal_seen *seen)
{
    json_key(j, "points");
    json_open_array(j);
    for (uint32_t i = 0; i < f->catalogue->point_count; i++) {
        uint64_t generation;
        struct reading r;
        if (!is_told(f, i))
            continue;
        r = portal_reading(f, i, &generation);
        if (is_news(f, seen, i, generation))
            write_point(j, f, i, &r);
    }
    json_close_array(j);
}

void portal_count_water(struct json_out *j, const struct portal_from *f)
{
    static const char *const WORDS[] = { "within", "outside", "not_judged", "unknown" };
    unsigned count[4] = { 0 }, all = 0;

    for (uint32_t i = 0; i < f->catalogue->point_count; i++) {
        struct portal_verdict v = { .word = "unknown" };
        uint64_t generation;
        struct reading r;
        if (!is_told(f, i))
            continue;
        r = portal_reading(f, i, &generation);
        f->judge(f->self, i, &r, &v);
        all++;
        for (size_t k = 0; k < 4; k++)
            count[k] += strcmp(v.word, WORDS[k]) == 0;
    }
    json_key(j, "water_quality");
    json_open_object(j);
    json_member_int(j, "points", all);
    for (size_t k = 0; k < 4; k++)
        json_member_int(j, WORDS[k], count[k]);
    json_close_object(j);
}
