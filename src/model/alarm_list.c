#include "model/alarm_list.h"

#include <stdlib.h>

struct alarm_list *alarm_list_new(size_t count, struct catalogue *c)
{
    struct alarm_list *l = calloc(1, sizeof *l + count * sizeof l->items[0]);

    if (l == NULL)
        return NULL;
    atomic_init(&l->holders, 1);
    l->count = count;
    l->catalogue = catalogue_hold(c);
    return l;
}

const struct alarm_shelf *alarm_list_shelf(const struct alarm_list *l, uint64_t alarm)
{
    for (size_t i = 0; i < l->shelf_count; i++)
        if (l->shelves[i].alarm == alarm)
            return &l->shelves[i];
    return NULL;
}

static int compare(const void *a, const void *b)
{
    const struct alarm *x = a, *y = b;

    if (x->changed.ms != y->changed.ms)
        return x->changed.ms < y->changed.ms ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

void alarm_list_sort(struct alarm_list *l)
{
    if (l->count > 1)
        qsort(l->items, l->count, sizeof l->items[0], compare);
}

struct alarm_list *alarm_list_hold(struct alarm_list *l)
{
    if (l != NULL)
        atomic_fetch_add(&l->holders, 1);
    return l;
}

void alarm_list_drop(struct alarm_list *l)
{
    if (l == NULL || atomic_fetch_sub(&l->holders, 1) != 1)
        return;
    catalogue_drop(l->catalogue);
    free(l->shelves);
    free(l);
}
