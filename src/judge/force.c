#include "judge/force.h"

#include <stdio.h>

struct force force_by(const struct hand *h)
{
    struct force f = { .value = h->value, .until = h->at };

    (void)snprintf(f.who, sizeof f.who, "%s", h->who);
    return f;
}

bool force_is_on(const struct force *f)
{
    return f->until.ms != 0;
}

struct reading force_reading(const struct force *f, uint32_t point, struct wall at)
{
    return reading_uncertain(point, at, f->value, REASON_FORCED);
}

struct event force_begins(const struct force *f, const struct point *p, const struct hand *h)
{
    char until[CLOCK_TEXT_MAX];

    wall_text(f->until, until);
    return event_make(EVENT_FORCE, h->entered, p->id, f->value, "set to %.10g %s by %s until %s%s%s",
                      f->value, p->unit, f->who, until, h->note[0] == '\0' ? "" : ": ", h->note);
}

struct event force_ends(const struct force *f, const struct point *p, struct wall at, const char *why)
{
    char until[CLOCK_TEXT_MAX];

    wall_text(f->until, until);
    return event_make(EVENT_FORCE, at, p->id, f->value, "%s: no longer %.10g %s, set by %s until %s", why,
                      f->value, p->unit, f->who, until);
}
