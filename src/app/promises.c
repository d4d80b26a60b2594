#include "promises.h"

#include <string.h>

bool promises_full(const struct promises *p)
{
    return p->count == PROMISES_MAX;
}

void promises_add(struct promises *p, const struct promise *one)
{
    p->list[p->count++] = *one;
}

void promises_keep(struct promises *p, uint64_t durable)
{
    size_t n = 0;

    for (; n < p->count && p->list[n].seq <= durable; n++)
        p->list[n].answer(p->list[n].self, ERR_NONE, p->list[n].known, &p->list[n].hand, NULL);
    if (n == 0)
        return;
    p->count -= n;
    memmove(p->list, p->list + n, p->count * sizeof *p->list);
}

void promises_break(struct promises *p)
{
    struct fault why;
    enum err rc = fault_set(&why, ERR_TIMEOUT, "the disk did not take it before the end; tell it again");

    for (size_t i = 0; i < p->count; i++)
        p->list[i].answer(p->list[i].self, rc, false, NULL, &why);
    p->count = 0;
}
