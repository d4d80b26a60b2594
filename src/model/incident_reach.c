#include "model/incident_reach.h"

#include <math.h>
#include <string.h>

static bool feeds(const struct site *s)
{
    return strcmp(s->kind, "intake") == 0 || strcmp(s->kind, "treatment_plant") == 0;
}

static bool is_reached(const struct incident *i, const struct catalogue *c, const struct zone *z)
{
    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *m = &i->members[k];
        const struct site *s;
        if (strcmp(m->zone, z->id) == 0)
            return true;
        s = m->zone[0] == '\0' && m->site[0] != '\0' ? catalogue_site(c, m->site) : NULL;
        if (s != NULL && feeds(s) && s->system == z->system)
            return true;
    }
    return false;
}

static void add_priority(struct incident_impact *p, const char *kind)
{
    if (strcmp(kind, "hospital") == 0 || strcmp(kind, "clinic") == 0)
        p->hospitals++;
    else if (strcmp(kind, "school") == 0)
        p->schools++;
    else if (strcmp(kind, "high_rise") == 0)
        p->high_rises++;
}

static bool add_count(uint32_t *to, int64_t count)
{
    if (count < 0)
        return false;
    *to = count > (int64_t)(UINT32_MAX - *to) ? UINT32_MAX : *to + (uint32_t)count;
    return true;
}

static void add_version(struct incident_reach *r, const struct zone_version *v)
{
    r->zones++;
    r->people_known = add_count(&r->most.people, v->people) || r->people_known;
    r->connections_known = add_count(&r->most.connections, v->connections) || r->connections_known;
    r->highest_m = fmax(r->highest_m, v->highest); /* of a NaN the other */
    for (size_t k = 0; k < v->priority_count; k++)
        add_priority(&r->most, PRIORITY_KINDS[v->priority[k].kind]);
}

struct incident_reach incident_reach(const struct incident *i, const struct catalogue *c, struct wall at)
{
    struct incident_reach r = { .highest_m = NAN };

    for (size_t k = 0; k < c->zone_count; k++) {
        const struct zone *z = &c->zones[k];
        const struct zone_version *v = is_reached(i, c, z) ? zone_on(z, day_local(at)) : NULL;
        if (v == NULL)
            continue;
        add_version(&r, v);
    }
    r.most.rural = incident_is_rural(i, c);
    return r;
}

static bool is_rural(const struct catalogue *c, uint32_t system)
{
    return system < c->system_count && strcmp(SYSTEM_KINDS[c->systems[system].kind], "rural") == 0;
}

bool incident_is_rural(const struct incident *i, const struct catalogue *c)
{
    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *m = &i->members[k];
        const struct zone *z = m->zone[0] == '\0' ? NULL : catalogue_zone(c, m->zone);
        if ((z != NULL && is_rural(c, z->system)) || is_rural(c, member_system(c, m)))
            return true;
    }
    return false;
}

static uint32_t system_of(const struct catalogue *c, const struct site *s, const char *zone)
{
    const struct zone *z = s == NULL ? catalogue_zone(c, zone) : NULL;

    return s != NULL ? s->system : z != NULL ? z->system : NO_INDEX;
}

static const struct site *site_named(const struct catalogue *c, const char *id)
{
    return id[0] == '\0' ? NULL : catalogue_site(c, id);
}

uint32_t member_system(const struct catalogue *c, const struct member *m)
{
    return system_of(c, site_named(c, m->site), m->zone);
}

uint32_t place_residence_ms(const struct catalogue *c, const char *site, const char *zone)
{
    const struct site *own = site_named(c, site);
    const uint32_t system = system_of(c, own, zone);
    uint32_t shortest = 0;

    if (own != NULL && own->residence_ms != 0)
        return own->residence_ms;
    for (size_t k = 0; k < c->site_count && system != NO_INDEX; k++) {
        const struct site *s = &c->sites[k];
        if (s->system == system && s->residence_ms != 0 && (shortest == 0 || s->residence_ms < shortest))
            shortest = s->residence_ms;
    }
    return shortest;
}

void incident_reach_count(const struct incident_reach *r, struct incident_impact *out)
{
    out->people = r->most.people;
    out->connections = r->most.connections;
    out->hospitals = r->most.hospitals;
    out->schools = r->most.schools;
    out->high_rises = r->most.high_rises;
    out->rural = out->rural || r->most.rural;
}
