#include "sees.h"

#include <stdio.h>
#include <string.h>

#include "seal/seal.h"

struct scope visitor_scope(const struct visitor *v)
{
    return (struct scope){ v->supplier, v->sites };
}

bool visitor_sees_all(const struct visitor *v)
{
    const struct scope s = visitor_scope(v);

    return scope_is_all(&s);
}

bool visitor_sees_supplier(const struct visitor *v, const struct supplier *s)
{
    const struct scope scope = visitor_scope(v);

    return scope_sees_supplier(&scope, s);
}

bool visitor_sees_site(const struct visitor *v, const struct catalogue *c, const struct site *s)
{
    const struct scope scope = visitor_scope(v);

    return scope_sees_site(&scope, c, s);
}

bool visitor_sees_system(const struct visitor *v, const struct catalogue *c, const struct system *s)
{
    const struct scope scope = visitor_scope(v);

    return scope_sees_system(&scope, c, s);
}

bool visitor_sees_zone(const struct visitor *v, const struct catalogue *c, const struct zone *z)
{
    const struct scope scope = visitor_scope(v);

    return scope_sees_zone(&scope, c, z);
}

bool visitor_sees(const struct visitor *v, const struct catalogue *c, const struct point *p)
{
    const struct scope scope = visitor_scope(v);

    return scope_sees_point(&scope, c, p);
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

bool visitor_sees_group(const struct visitor *v, const char *supplier)
{
    return visitor_sees_all(v) ||
           (v->sites[0] == '\0' && v->supplier[0] != '\0' && strcmp(v->supplier, supplier) == 0);
}
