/* Zones and the water in them; systems and whether they are connected. */
#include <math.h>

#include "model/unit.h"
#include "portal_inner.h"

static const double HOUR_MS = CLOCK_HOUR_MS;

/* ---- flow and volume of a zone ---- */

struct zone_sum {
    double flow_m3h, volume_m3, coverage; /* coverage: of the meter that is known least */
    enum quality quality;                 /* the worst of its meters */
    int64_t until_ms;                     /* until then all of them are told */
};

/* What of today is known of a meter. */
struct metered {
    struct day_figure day;
    bool known;
    int64_t elapsed_ms;
    double coverage;
};

/* What a meter shows, in m3/h; NaN: it shows no flow. */
static double factor_m3h(const struct point *p)
{
    const struct unit *its = unit_find(p->unit), *m3h = unit_find("m3/h");

    return its == NULL ? NAN : unit_convert(its, m3h, 1);
}

static struct metered meter_today(const struct portal_from *f, const struct zone_flow *flow)
{
    struct metered m = { .known = portal_today(f, f->catalogue->points[flow->point].key, &m.day) };

    m.elapsed_ms = portal_elapsed_ms(f->now, &m.day, m.known);
    m.coverage =
        m.known && m.elapsed_ms > 0 ? (double)(m.day.good_ms + m.day.uncertain_ms) / (double)m.elapsed_ms : 0;
    return m;
}

static void add_meter(struct zone_sum *sum, const struct portal_from *f, const struct zone_flow *flow)
{
    const double factor = factor_m3h(&f->catalogue->points[flow->point]);
    uint64_t generation;
    const struct reading r = portal_reading(f, flow->point, &generation);
    const struct metered m = meter_today(f, flow);

    sum->quality = r.quality < sum->quality ? (enum quality)r.quality : sum->quality;
    sum->flow_m3h += flow->sign * factor * (r.quality == QUALITY_BAD ? NAN : r.value);
    sum->volume_m3 += m.known ? flow->sign * factor * m.day.sum / HOUR_MS : NAN;
    sum->coverage = m.coverage < sum->coverage ? m.coverage : sum->coverage;
    sum->until_ms = m.elapsed_ms < sum->until_ms ? m.elapsed_ms : sum->until_ms;
}

/* Minutes of meters are told one by one, so each is summed up until a time of its own. */
static void write_meters(struct json_out *j, const struct portal_from *f, const struct zone_version *v)
{
    json_key(j, "meters");
    json_open_array(j);
    for (size_t i = 0; v != NULL && i < v->flow_count; i++) {
        const struct metered m = meter_today(f, &v->flows[i]);
        json_open_object(j);
        json_member_text(j, "id", f->catalogue->points[v->flows[i].point].id);
        json_member_number(j, "coverage", m.coverage);
        json_member_time(j, "until", (struct wall){ wall_local_midnight(f->now).ms + m.elapsed_ms });
        json_close_object(j);
    }
    json_close_array(j);
}

static void write_flow(struct json_out *j, const struct portal_from *f, const struct zone_version *v)
{
    struct zone_sum sum = { .coverage = 1, .quality = QUALITY_GOOD, .until_ms = CLOCK_DAY_MS };
    const bool any = v != NULL && v->flow_count > 0;

    for (size_t i = 0; any && i < v->flow_count; i++)
        add_meter(&sum, f, &v->flows[i]);
    json_key(j, "flow");
    json_open_object(j);
    json_member_number(j, "value", any ? sum.flow_m3h : NAN);
    json_member_text(j, "unit", "m3/h");
    json_member_text(j, "quality", quality_name(any ? sum.quality : QUALITY_BAD));
    json_key(j, "points");
    json_open_array(j);
    for (size_t i = 0; any && i < v->flow_count; i++) {
        json_open_object(j);
        json_member_text(j, "id", f->catalogue->points[v->flows[i].point].id);
        json_member_int(j, "sign", v->flows[i].sign);
        json_close_object(j);
    }
    json_close_array(j);
    json_close_object(j);
    json_key(j, "volume_today");
    json_open_object(j);
    json_member_number(j, "value", any && sum.coverage >= PORTAL_COVERAGE ? sum.volume_m3 : NAN);
    json_member_text(j, "unit", "m3");
    json_member_number(j, "coverage", any ? sum.coverage : NAN);
    json_member_time(j, "until",
                     any ? (struct wall){ wall_local_midnight(f->now).ms + sum.until_ms }
                         : (struct wall){ 0 });
    write_meters(j, f, v);
    json_close_object(j);
}

/* ---- pressure and continuity ---- */

static void write_pressure(struct json_out *j, const struct portal_from *f, uint32_t point)
{
    const struct point *p = &f->catalogue->points[point];
    uint64_t generation;
    const struct reading r = portal_reading(f, point, &generation);
    struct day_figure d = { 0 };
    const bool known = portal_today(f, p->key, &d);
    const int64_t elapsed = portal_elapsed_ms(f->now, &d, known),
                  held = known ? d.good_ms + d.uncertain_ms : 0;
    const double coverage = elapsed > 0 ? (double)held / (double)elapsed : NAN;

    json_open_object(j);
    json_member_text(j, "id", p->id);
    json_member_number(j, "value", r.quality == QUALITY_BAD ? NAN : r.value);
    json_member_text(j, "unit", p->unit);
    json_member_text(j, "quality", quality_name((enum quality)r.quality));
    json_member_words(j, "reason", r.quality == QUALITY_GOOD ? "" : reason_name((enum reason)r.reason));
    json_member_time(j, "read_at", r.at);
    json_member_number(j, "mean_today", coverage >= PORTAL_COVERAGE ? d.sum / (double)held : NAN);
    json_member_number(j, "min_today", coverage >= PORTAL_COVERAGE ? d.least : NAN);
    json_member_number(j, "coverage", coverage);
    json_member_time(j, "until", (struct wall){ wall_local_midnight(f->now).ms + elapsed });
    json_close_object(j);
}

/* The critical point that had water for the shortest time speaks for its zone; one of which too little is
 * known speaks first. */
struct continuity {
    const struct point *by; /* NULL: no critical point */
    struct day_figure day;
    int64_t elapsed_ms;
    double coverage;
};

static struct continuity continuity_at(const struct portal_from *f, const struct point *p)
{
    struct continuity c = { .by = p };
    const bool known = portal_today(f, p->key, &c.day);

    if (!known)
        c.day = (struct day_figure){ 0 };
    c.elapsed_ms = portal_elapsed_ms(f->now, &c.day, known);
    c.coverage = c.elapsed_ms > 0
                     ? (double)(c.day.supplied_ms + c.day.off_ms + c.day.planned_ms) / (double)c.elapsed_ms
                     : NAN;
    return c;
}

static bool is_worse(const struct continuity *a, const struct continuity *b)
{
    const bool known_a = a->coverage >= PORTAL_COVERAGE, known_b = b->coverage >= PORTAL_COVERAGE;

    if (known_a != known_b)
        return !known_a;
    return known_a ? a->day.supplied_ms < b->day.supplied_ms : a->coverage < b->coverage;
}

static struct continuity continuity_of(const struct portal_from *f, const struct zone_version *v)
{
    struct continuity worst = { .by = NULL, .coverage = NAN };

    for (size_t i = 0; v != NULL && i < v->critical_count; i++) {
        const struct continuity c = continuity_at(f, &f->catalogue->points[v->critical[i]]);
        if (worst.by == NULL || is_worse(&c, &worst))
            worst = c;
    }
    return worst;
}

static void write_hours(struct json_out *j, const char *name, int64_t ms, bool known)
{
    json_member_number(j, name, known ? (double)ms / HOUR_MS : NAN);
}

static void write_continuity(struct json_out *j, const struct portal_from *f, const struct zone_version *v)
{
    const struct continuity c = continuity_of(f, v);
    const bool known = c.coverage >= PORTAL_COVERAGE;

    json_key(j, "continuity_today");
    json_open_object(j);
    json_member_text(j, "point", c.by == NULL ? NULL : c.by->id);
    write_hours(j, "elapsed_h", c.elapsed_ms, c.by != NULL);
    write_hours(j, "supplied_h", c.day.supplied_ms, known);
    write_hours(j, "planned_off_h", c.day.planned_ms, known);
    write_hours(j, "unplanned_off_h", c.day.off_ms, known);
    json_member_number(j, "coverage", c.coverage);
    json_member_number(j, "supplied_above_bar", f->supplied_bar);
    json_close_object(j);
}

static bool is_planned_off(const struct portal_from *f, const struct zone_version *v)
{
    for (size_t i = 0; v != NULL && i < v->critical_count; i++)
        if (f->planned_off(f->self, v->critical[i]))
            return true;
    return false;
}

/* ---- zones ---- */

static void write_zone(struct json_out *j, const struct portal_from *f, const struct zone *z)
{
    const struct zone_version *v = zone_on(z, day_local(f->now));
    char day[DAY_ISO_MAX];

    json_open_object(j);
    json_member_text(j, "id", z->id);
    json_member_text(j, "name", z->name);
    portal_owner(j, f->catalogue, z->system);
    json_member_text(j, "area", z->area < f->catalogue->area_count ? f->catalogue->areas[z->area].id : NULL);
    json_member_text(j, "version_from", v == NULL || v->from == DAY_NONE ? NULL : day_iso(v->from, day));
    json_member_number(j, "people", v == NULL || v->people < 0 ? NAN : (double)v->people);
    json_member_number(j, "connections", v == NULL || v->connections < 0 ? NAN : (double)v->connections);
    json_member_text(j, "supply_mode", v == NULL ? NULL : SUPPLY_MODES[v->supply]);
    json_member_bool(j, "planned_off_now", is_planned_off(f, v));
    write_flow(j, f, v);
    json_key(j, "pressure");
    json_open_array(j);
    for (size_t i = 0; v != NULL && i < v->critical_count; i++)
        write_pressure(j, f, v->critical[i]);
    json_close_array(j);
    write_continuity(j, f, v);
    json_close_object(j);
}

void portal_supply(struct json_out *j, const struct portal_from *f)
{
    const struct catalogue *c = f->catalogue;
    char day[DAY_ISO_MAX];

    json_member_text(j, "day", day_iso(day_local(f->now), day));
    json_key(j, "zones");
    json_open_array(j);
    for (size_t i = 0; i < c->zone_count; i++)
        if (scope_sees_zone(&f->scope, c, &c->zones[i]))
            write_zone(j, f, &c->zones[i]);
    json_close_array(j);
}

void portal_count_zones(struct json_out *j, const struct portal_from *f)
{
    const struct catalogue *c = f->catalogue;
    unsigned all = 0, known = 0, planned = 0, unplanned = 0;

    for (size_t i = 0; i < c->zone_count; i++) {
        const struct zone_version *v = zone_on(&c->zones[i], day_local(f->now));
        struct continuity today;
        if (!scope_sees_zone(&f->scope, c, &c->zones[i]))
            continue;
        today = continuity_of(f, v);
        all++;
        known += today.coverage >= PORTAL_COVERAGE;
        planned += is_planned_off(f, v);
        unplanned += today.coverage >= PORTAL_COVERAGE && today.day.off_ms > 0;
    }
    json_key(j, "supply");
    json_open_object(j);
    json_member_int(j, "zones", all);
    json_member_int(j, "planned_off_now", planned);
    json_member_int(j, "continuity_known_today", known);
    json_member_int(j, "unplanned_off_today", unplanned);
    json_close_object(j);
}

/* ---- systems ---- */

struct system_links {
    unsigned points, with_number; /* that devices read; of them, with a number now */
};

static struct system_links links_of(const struct portal_from *f, uint32_t system)
{
    const struct catalogue *c = f->catalogue;
    struct system_links n = { 0, 0 };

    for (uint32_t i = 0; i < c->point_count; i++) {
        uint64_t generation;
        if (c->points[i].manual || c->points[i].site >= c->site_count ||
            c->sites[c->points[i].site].system != system)
            continue;
        n.points++;
        n.with_number += portal_reading(f, i, &generation).quality != QUALITY_BAD;
    }
    return n;
}

struct portal_systems_count portal_count_systems(const struct portal_from *f)
{
    const struct catalogue *c = f->catalogue;
    struct portal_systems_count n = { 0, 0, 0 };

    for (uint32_t i = 0; i < c->system_count; i++) {
        struct system_links l;
        if (!scope_sees_system(&f->scope, c, &c->systems[i]))
            continue;
        l = links_of(f, i);
        n.existing++;
        n.connected += l.points > 0;
        n.reporting += l.with_number > 0;
    }
    return n;
}

static void write_day(struct json_out *j, const char *name, int32_t day)
{
    char text[DAY_ISO_MAX];

    json_member_words(j, name, day_iso(day, text));
}

static void write_plan(struct json_out *j, const struct safety_plan *p)
{
    json_key(j, "safety_plan");
    json_open_object(j);
    json_member_text(j, "status", PLAN_STATES[p->status]);
    write_day(j, "approved_on", p->approved_on);
    write_day(j, "valid_until", p->valid_until);
    write_day(j, "next_review", p->next_review);
    json_close_object(j);
}

static void write_system(struct json_out *j, const struct portal_from *f, uint32_t index)
{
    const struct catalogue *c = f->catalogue;
    const struct system *s = &c->systems[index];
    const struct system_links l = links_of(f, index);

    json_open_object(j);
    json_member_text(j, "id", s->id);
    json_member_text(j, "name", s->name);
    json_member_text(j, "supplier", s->supplier < c->supplier_count ? c->suppliers[s->supplier].id : NULL);
    json_member_text(j, "kind", SYSTEM_KINDS[s->kind]);
    json_member_bool(j, "connected", l.points > 0);
    json_member_bool(j, "reporting", l.with_number > 0);
    json_member_int(j, "telemetry_points", l.points);
    json_member_int(j, "points_with_number", l.with_number);
    json_member_number(j, "people", s->people < 0 ? NAN : (double)s->people);
    json_member_number(j, "capacity_m3d", s->capacity);
    json_member_text(j, "source", WATER_SOURCES[s->source]);
    json_member_text(j, "disinfection", DISINFECTIONS[s->disinfection]);
    json_key(j, "technology");
    json_open_array(j);
    for (size_t i = 0; i < s->chain.count; i++)
        json_string(j, CHAIN_STEPS[s->chain.steps[i]]);
    json_close_array(j);
    write_plan(j, &s->plan);
    json_close_object(j);
}

void portal_systems(struct json_out *j, const struct portal_from *f)
{
    const struct portal_systems_count n = portal_count_systems(f);
    const struct catalogue *c = f->catalogue;

    json_member_int(j, "existing", n.existing);
    json_member_int(j, "connected", n.connected);
    json_member_int(j, "reporting", n.reporting);
    json_member_number(j, "connected_share", n.existing == 0 ? NAN : (double)n.connected / n.existing);
    json_key(j, "systems");
    json_open_array(j);
    for (uint32_t i = 0; i < c->system_count; i++)
        if (scope_sees_system(&f->scope, c, &c->systems[i]))
            write_system(j, f, i);
    json_close_array(j);
    json_key(j, "suppliers");
    json_open_array(j);
    for (size_t i = 0; i < c->supplier_count; i++) {
        if (!scope_sees_supplier(&f->scope, &c->suppliers[i]))
            continue;
        json_open_object(j);
        json_member_text(j, "id", c->suppliers[i].id);
        json_member_text(j, "name", c->suppliers[i].name);
        json_close_object(j);
    }
    json_close_array(j);
}
