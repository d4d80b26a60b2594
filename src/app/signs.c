#include "signs.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/incident_reach.h"
#include "seal/seal.h"

/* ---- where ---- */

static const struct site *site_of(const struct catalogue *c, const struct point *p)
{
    return p->site < c->site_count ? &c->sites[p->site] : NULL;
}

static bool version_has(const struct zone_version *v, uint32_t point)
{
    for (size_t i = 0; i < v->critical_count; i++)
        if (v->critical[i] == point)
            return true;
    for (size_t i = 0; i < v->flow_count; i++)
        if (v->flows[i].point == point && v->flows[i].sign > 0)
            return true;
    return false;
}

/* The zone whose pressure it is, or whose water comes in through it; "": none. */
static const char *zone_of(const struct catalogue *c, const struct point *p, struct wall at)
{
    uint32_t point = (uint32_t)(p - c->points);

    for (size_t i = 0; i < c->zone_count; i++) {
        const struct zone_version *v = zone_on(&c->zones[i], day_local(at));
        if (v != NULL && version_has(v, point))
            return c->zones[i].id;
    }
    return "";
}

/* ---- what ---- */

static const struct {
    const char *parameter;
    enum evidence evidence;
} PARAMETERS[] = {
    { "flow", EVIDENCE_FLOW },
    { "volume", EVIDENCE_FLOW },
    { "velocity", EVIDENCE_FLOW },
    { "pressure", EVIDENCE_PRESSURE },
    { "level", EVIDENCE_LEVEL },
    { "pumps_running", EVIDENCE_PUMP },
    { "frequency", EVIDENCE_PUMP },
    { "speed", EVIDENCE_PUMP },
    { "pump_status", EVIDENCE_PUMP },
    { "instrument_status", EVIDENCE_SILENCE }, /* it says that it sees nothing */
    { "signal_strength", EVIDENCE_LINK },
    { "chlorine_dose", EVIDENCE_EQUIPMENT },
    { "chemical_dose", EVIDENCE_EQUIPMENT },
};

static const struct {
    const char *unit;
    enum evidence evidence;
} UNITS[] = {
    { "bar", EVIDENCE_PRESSURE }, { "kPa", EVIDENCE_PRESSURE }, { "MPa", EVIDENCE_PRESSURE },
    { "m3/h", EVIDENCE_FLOW },    { "L/s", EVIDENCE_FLOW },     { "m3/d", EVIDENCE_FLOW },
};

/* By what is measured, else by the unit. */
static enum evidence measured(const struct catalogue *c, const struct point *p)
{
    for (size_t i = 0; i < COUNT_OF(PARAMETERS); i++)
        if (strcmp(PARAMETERS[i].parameter, p->parameter) == 0)
            return PARAMETERS[i].evidence;
    if (p->parameter[0] != '\0' && catalogue_limit(c, p->parameter) != NULL)
        return EVIDENCE_QUALITY;
    for (size_t i = 0; i < COUNT_OF(UNITS) && p->parameter[0] == '\0'; i++)
        if (strcmp(UNITS[i].unit, p->unit) == 0)
            return UNITS[i].evidence;
    return EVIDENCE_EQUIPMENT;
}

static bool is_intake(const struct site *s)
{
    return s != NULL && strcmp(s->kind, "intake") == 0;
}

static bool is_works(const struct site *s)
{
    static const char *const WORKS[] = { "intake", "treatment_plant", "booster_station", "reservoir" };

    for (size_t i = 0; i < COUNT_OF(WORKS) && s != NULL; i++)
        if (strcmp(WORKS[i], s->kind) == 0)
            return true;
    return false;
}

/* Flow or pressure outside of the works may be of any pipe: the strictest is the service network. */
static void place(struct sense *s, const struct site *site)
{
    bool water = s->evidence == EVIDENCE_FLOW || s->evidence == EVIDENCE_PRESSURE;

    if (is_intake(site) && (s->evidence == EVIDENCE_FLOW || s->evidence == EVIDENCE_LEVEL)) {
        s->evidence = EVIDENCE_SOURCE;
        s->class = CLASS_SOURCE_LOSS;
    } else if (water && !is_works(site)) {
        s->class = CLASS_SERVICE_NETWORK;
    }
}

static enum limit_side side_of(const struct sense *s, const struct rule *r)
{
    if (s->evidence != EVIDENCE_FLOW && s->evidence != EVIDENCE_PRESSURE && s->evidence != EVIDENCE_LEVEL)
        return SIDE_UNKNOWN;
    switch (r->kind) {
    case RULE_LOW_LOW:
    case RULE_LOW: return SIDE_BELOW;
    case RULE_HIGH:
    case RULE_HIGH_HIGH: return SIDE_ABOVE;
    default: return SIDE_UNKNOWN;
    }
}

static struct sense by_measure(const struct catalogue *c, const struct point *p, const struct rule *r)
{
    struct sense s = { measured(c, p), CLASS_PLANT_EQUIPMENT, false, SIDE_UNKNOWN };

    if (r->stake == STAKE_SECURITY)
        return (struct sense){ EVIDENCE_INTRUSION, CLASS_SECURITY, true, SIDE_UNKNOWN };
    if (r->stake == STAKE_SAFETY)
        return (struct sense){ EVIDENCE_LEAK, CLASS_SAFETY, true, SIDE_UNKNOWN };
    if (s.evidence == EVIDENCE_QUALITY)
        return (struct sense){ EVIDENCE_QUALITY, CLASS_WATER_QUALITY, true, SIDE_UNKNOWN };
    if (s.evidence == EVIDENCE_LINK || s.evidence == EVIDENCE_SILENCE)
        return (struct sense){ s.evidence, CLASS_TELEMETRY, true, SIDE_UNKNOWN };
    s.certain = s.evidence == EVIDENCE_PUMP || s.evidence == EVIDENCE_EQUIPMENT;
    place(&s, site_of(c, p));
    s.side = side_of(&s, r);
    return s;
}

/* A number that cannot be trusted is no number; where health is at stake, it is what it says until shown
 * otherwise. */
static struct sense by_doubt(const struct catalogue *c, const struct point *p, const struct rule *r)
{
    if (r->kind == RULE_CLIPPED && r->stake == STAKE_HEALTH)
        return by_measure(c, p, r);
    return (struct sense){ EVIDENCE_SILENCE, CLASS_TELEMETRY, true, SIDE_UNKNOWN };
}

bool sense_of(const struct catalogue *c, const struct point *p, const struct rule *r, struct sense *out)
{
    switch (r->kind) {
    case RULE_RUN_HOURS: return false;
    case RULE_MAINS: *out = (struct sense){ EVIDENCE_POWER, CLASS_POWER_SUPPLY, true, SIDE_UNKNOWN }; break;
    case RULE_LIMIT:
        *out = (struct sense){ EVIDENCE_QUALITY, CLASS_WATER_QUALITY, true, SIDE_UNKNOWN };
        break;
    case RULE_MISMATCH:
    case RULE_PUMP_WITHOUT_FLOW:
        *out = (struct sense){ EVIDENCE_PUMP, CLASS_PLANT_EQUIPMENT, true, SIDE_UNKNOWN };
        break;
    case RULE_FLOW_WITHOUT_PUMP:
    case RULE_VALVE_CLOSED_FLOW:
        *out = (struct sense){ EVIDENCE_EQUIPMENT, CLASS_PLANT_EQUIPMENT, true, SIDE_UNKNOWN };
        break;
    case RULE_STALE:
    case RULE_FROZEN:
    case RULE_IMPLAUSIBLE:
    case RULE_CLIPPED:
    case RULE_DEVIATION: *out = by_doubt(c, p, r); break;
    default: *out = by_measure(c, p, r); break;
    }
    return true;
}

/* ---- signs ---- */

uint64_t sense_key(uint64_t point, const struct sense *s)
{
    char text[64];

    (void)snprintf(text, sizeof text, "sign %" PRIu64 " %s%s", point, evidence_name(s->evidence),
                   s->side == SIDE_ABOVE ? " above" : "");
    return seal_key63(text);
}

bool sense_of_alarm(const struct catalogue *c, const struct alarm *a, const struct point **p,
                    struct sense *out)
{
    uint32_t index = catalogue_by_key(c, a->point);
    const struct rule *rule = index == NO_INDEX ? NULL : catalogue_rule(c, index, a->rule);

    if (rule == NULL || !alarm_is_live(a) || a->end != ALARM_OPEN || a->severity == SEVERITY_LOW)
        return false;
    *p = &c->points[index];
    return sense_of(c, *p, rule, out);
}

struct sign sign_of(const struct catalogue *c, const struct point *p, const struct sense *s, struct wall at)
{
    struct sign out = { .change = SIGN_OPENED,
                        .alarm = sense_key(p->key, s),
                        .point = p->key,
                        .evidence = s->evidence,
                        .side = s->side,
                        .class = s->class,
                        .certain = s->certain,
                        .at = at,
                        .size = NAN };

    if (site_of(c, p) != NULL)
        (void)snprintf(out.site, sizeof out.site, "%s", site_of(c, p)->id);
    (void)snprintf(out.zone, sizeof out.zone, "%s", zone_of(c, p, at));
    out.residence_ms = place_residence_ms(c, out.site, out.zone);
    return out;
}

uint64_t link_key(const struct catalogue *c, const struct point *p)
{
    const struct site *s = site_of(c, p);
    char text[2 * ID_MAX + 8];

    (void)snprintf(text, sizeof text, "link %s %s", p->wire, s == NULL ? "" : s->id);
    return seal_key63(text);
}

struct sign sign_of_link(const struct catalogue *c, const struct point *p, struct wall at)
{
    const struct sense link = { EVIDENCE_LINK, CLASS_TELEMETRY, true, SIDE_UNKNOWN };
    struct sign out = sign_of(c, p, &link, at);

    out.alarm = link_key(c, p);
    out.point = 0;
    out.zone[0] = '\0';
    return out;
}
