#include "model/incident_list.h"

#include <stdlib.h>

struct incident_copy *incident_copy_new(const struct incident *i, uint64_t revision)
{
    struct incident_copy *c = malloc(sizeof *c);

    if (c == NULL)
        return NULL;
    atomic_init(&c->holders, 1);
    c->revision = revision;
    c->is = *i;
    return c;
}

struct incident_copy *incident_copy_hold(struct incident_copy *c)
{
    if (c != NULL)
        atomic_fetch_add(&c->holders, 1);
    return c;
}

void incident_copy_drop(struct incident_copy *c)
{
    if (c != NULL && atomic_fetch_sub(&c->holders, 1) == 1)
        free(c);
}

struct incident_list *incident_list_new(size_t count, struct catalogue *c)
{
    struct incident_list *l = calloc(1, sizeof *l + count * sizeof(struct incident_copy *));

    if (l == NULL)
        return NULL;
    atomic_init(&l->holders, 1);
    l->count = count;
    l->catalogue = catalogue_hold(c);
    return l;
}

struct incident_copy *incident_list_find(const struct incident_list *l, uint64_t id)
{
    size_t low = 0, high = l->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (l->items[mid]->is.id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low < l->count && l->items[low]->is.id == id ? l->items[low] : NULL;
}

struct incident_copy *incident_list_living(const struct incident_list *l, uint64_t id)
{
    struct incident_copy *c = incident_list_find(l, id), *into = c;

    for (size_t hops = 0; into != NULL && hops <= l->count; hops++) {
        c = into;
        into = c->is.merged_into == 0 ? NULL : incident_list_find(l, c->is.merged_into);
    }
    return c;
}

struct incident_list *incident_list_hold(struct incident_list *l)
{
    if (l != NULL)
        atomic_fetch_add(&l->holders, 1);
    return l;
}

void incident_list_drop(struct incident_list *l)
{
    if (l == NULL || atomic_fetch_sub(&l->holders, 1) != 1)
        return;
    for (size_t i = 0; i < l->count; i++)
        incident_copy_drop(l->items[i]);
    catalogue_drop(l->catalogue);
    free(l);
}
