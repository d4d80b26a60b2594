#include "model/scope.h"

#include <string.h>

bool scope_is_all(const struct scope *s)
{
    return s->supplier[0] == '\0' && s->sites[0] == '\0';
}

static bool is_listed(const char *list, const char *id)
{
    size_t len = strlen(id);

    while (*(list += strspn(list, " ")) != '\0') {
        size_t n = strcspn(list, " ");
        if (n == len && memcmp(list, id, n) == 0)
            return true;
        list += n;
    }
    return false;
}

bool scope_sees_supplier(const struct scope *s, const struct supplier *of)
{
    return s->supplier[0] == '\0' || strcmp(s->supplier, of->id) == 0;
}

static bool is_of_supplier(const struct scope *s, const struct catalogue *c, uint32_t system)
{
    if (s->supplier[0] == '\0')
        return true;
    return system < c->system_count && c->systems[system].supplier < c->supplier_count &&
           scope_sees_supplier(s, &c->suppliers[c->systems[system].supplier]);
}

bool scope_sees_site(const struct scope *s, const struct catalogue *c, const struct site *of)
{
    return is_of_supplier(s, c, of->system) && (s->sites[0] == '\0' || is_listed(s->sites, of->id));
}

bool scope_sees_system(const struct scope *s, const struct catalogue *c, const struct system *of)
{
    uint32_t index = (uint32_t)(of - c->systems);

    if (!is_of_supplier(s, c, index))
        return false;
    if (s->sites[0] == '\0')
        return true;
    for (size_t i = 0; i < c->site_count; i++)
        if (c->sites[i].system == index && is_listed(s->sites, c->sites[i].id))
            return true;
    return false;
}

bool scope_sees_zone(const struct scope *s, const struct catalogue *c, const struct zone *of)
{
    if (scope_is_all(s))
        return true;
    return of->system < c->system_count && scope_sees_system(s, c, &c->systems[of->system]);
}

bool scope_sees_point(const struct scope *s, const struct catalogue *c, const struct point *of)
{
    if (scope_is_all(s))
        return true;
    return of->site < c->site_count && scope_sees_site(s, c, &c->sites[of->site]);
}

static bool sees_member(const struct scope *v, const struct catalogue *c, const struct member *m)
{
    const struct site *s = m->site[0] == '\0' ? NULL : catalogue_site(c, m->site);
    const struct zone *z = m->zone[0] == '\0' ? NULL : catalogue_zone(c, m->zone);

    if (s == NULL && z == NULL)
        return false;
    return (s == NULL || scope_sees_site(v, c, s)) && (z == NULL || scope_sees_zone(v, c, z));
}

bool scope_sees_incident(const struct scope *s, const struct incident_list *l, const struct incident *i)
{
    if (scope_is_all(s))
        return true;
    for (unsigned hops = 0; i->merged_into != 0; hops++) {
        const struct incident_copy *c = incident_list_find(l, i->merged_into);
        if (c == NULL || hops > l->count)
            return false;
        i = &c->is;
    }
    for (size_t k = 0; k < i->member_count; k++)
        if (!sees_member(s, l->catalogue, &i->members[k]))
            return false;
    return i->member_count > 0;
}
