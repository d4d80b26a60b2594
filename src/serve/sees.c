#include "sees.h"

#include <stdio.h>
#include <string.h>

#include "seal/seal.h"

bool visitor_sees_all(const struct visitor *v)
{
    return v->supplier[0] == '\0' && v->sites[0] == '\0';
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

bool visitor_sees_supplier(const struct visitor *v, const struct supplier *s)
{
    return v->supplier[0] == '\0' || strcmp(v->supplier, s->id) == 0;
}

static bool is_of_supplier(const struct visitor *v, const struct catalogue *c, uint32_t system)
{
    if (v->supplier[0] == '\0')
        return true;
    return system < c->system_count && c->systems[system].supplier < c->supplier_count &&
           visitor_sees_supplier(v, &c->suppliers[c->systems[system].supplier]);
}

bool visitor_sees_site(const struct visitor *v, const struct catalogue *c, const struct site *s)
{
    return is_of_supplier(v, c, s->system) && (v->sites[0] == '\0' || is_listed(v->sites, s->id));
}

/* Whom single sites were named to sees the systems that these are in. */
bool visitor_sees_system(const struct visitor *v, const struct catalogue *c, const struct system *s)
{
    uint32_t index = (uint32_t)(s - c->systems);

    if (!is_of_supplier(v, c, index))
        return false;
    if (v->sites[0] == '\0')
        return true;
    for (size_t i = 0; i < c->site_count; i++)
        if (c->sites[i].system == index && is_listed(v->sites, c->sites[i].id))
            return true;
    return false;
}

bool visitor_sees_zone(const struct visitor *v, const struct catalogue *c, const struct zone *z)
{
    if (visitor_sees_all(v))
        return true;
    return z->system < c->system_count && visitor_sees_system(v, c, &c->systems[z->system]);
}

bool visitor_sees(const struct visitor *v, const struct catalogue *c, const struct point *p)
{
    if (visitor_sees_all(v))
        return true;
    return p->site < c->site_count && visitor_sees_site(v, c, &c->sites[p->site]);
}

bool visitor_sees_device(const struct visitor *v, const struct catalogue *c, const char *wire,
                         const char *device)
{
    if (visitor_sees_all(v))
        return true;
    for (size_t i = 0; i < c->point_count; i++) {
        const struct point *p = &c->points[i];
        if (strcmp(p->wire, wire) == 0 && (device == NULL || strcmp(p->device, device) == 0) &&
            visitor_sees(v, c, p))
            return true;
    }
    return false;
}

bool visitor_sees_wire(const struct visitor *v, const struct catalogue *c, const char *wire)
{
    return visitor_sees_device(v, c, wire, NULL);
}

const struct point *seen_point(const struct visitor *v, const struct catalogue *c, const char *id)
{
    const struct point *p = catalogue_point(c, id);

    return p != NULL && visitor_sees(v, c, p) ? p : NULL;
}

uint64_t sight_key(const struct visitor *v)
{
    char text[sizeof v->supplier + sizeof v->sites + 2];

    if (visitor_sees_all(v))
        return 0;
    (void)snprintf(text, sizeof text, "%s\n%s", v->supplier, v->sites);
    return seal_key63(text);
}
