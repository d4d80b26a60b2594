#include "promises.h"

#include <stdlib.h>
#include <string.h>

bool promises_full(const struct promises *p)
{
    return p->count == PROMISES_MAX;
}

void promises_add(struct promises *p, const struct promise *one)
{
    p->list[p->count++] = *one;
}

static void answer(const struct promise *p, enum err code, const struct fault *why)
{
    bool done = code == ERR_NONE;

    if (p->answer_incident != NULL) {
        p->answer_incident(p->self, code, REFUSED_NOTHING, done && p->known, done ? p->incident : NULL, why);
        incident_copy_drop(p->incident);
    } else if (p->answer_shift != NULL) {
        p->answer_shift(p->self, code, done && p->known, done ? p->shift : NULL, why);
        free(p->shift);
    } else if (p->answer_alarm != NULL)
        p->answer_alarm(p->self, code, done && p->known, done ? &p->alarm : NULL, why);
    else if (p->answer_mode != NULL)
        p->answer_mode(p->self, code, done && p->known, done ? &p->mode : NULL, why);
    else if (p->answer_prevention != NULL)
        p->answer_prevention(p->self, code, done && p->known, done ? &p->prevention : NULL, why);
    else
        p->answer(p->self, code, done && p->known, done ? &p->hand : NULL, why);
}

void promises_keep(struct promises *p, uint64_t durable)
{
    size_t n = 0;

    for (; n < p->count && p->list[n].seq <= durable; n++)
        answer(&p->list[n], ERR_NONE, NULL);
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
        answer(&p->list[i], rc, &why);
    p->count = 0;
}
