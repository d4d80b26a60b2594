#include "promises.h"

#include <stdlib.h>

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
    else if (p->answer_stopgap != NULL)
        p->answer_stopgap(p->self, code, NULL, done && p->known, done ? &p->stopgap : NULL, why);
    else if (p->answer_note != NULL)
        p->answer_note(p->self, code, why);
    else
        p->answer(p->self, code, done && p->known, done ? &p->hand : NULL, why);
}

/* What people tell of points is in a book that has it at once. */
static uint64_t shown_of(const struct shown *s, const struct promise *p)
{
    if (p->answer_incident != NULL)
        return s->incidents;
    if (p->answer_shift != NULL)
        return s->shifts;
    if (p->answer_alarm != NULL)
        return s->alarms;
    if (p->answer_mode != NULL)
        return s->modes;
    if (p->answer_stopgap != NULL)
        return s->stopgaps;
    return p->answer_prevention != NULL ? s->preventions : UINT64_MAX;
}

void promises_keep(struct promises *p, uint64_t durable, const struct shown *shown)
{
    size_t n = 0;

    for (size_t i = 0; i < p->count; i++)
        if (p->list[i].seq <= durable && p->list[i].seq <= shown_of(shown, &p->list[i]))
            answer(&p->list[i], ERR_NONE, NULL);
        else if (n++ < i)
            p->list[n - 1] = p->list[i];
    p->count = n;
}

void promises_break(struct promises *p)
{
    struct fault why;
    enum err rc = fault_set(&why, ERR_TIMEOUT, "the disk did not take it before the end; tell it again");

    for (size_t i = 0; i < p->count; i++)
        answer(&p->list[i], rc, &why);
    p->count = 0;
}
