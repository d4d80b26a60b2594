#include "cases_again.h"

#include <string.h>

struct again {
    const struct incidents *b;
    const struct incident_step *s;
    const struct incident *i; /* that has the fact */
    const struct fact *f;
};

static const struct fact *fact_of(const struct incident *i, uint64_t key)
{
    for (size_t n = 0; i != NULL && n < i->fact_count; n++)
        if (i->facts[n].key == key)
            return &i->facts[n];
    return NULL;
}

static bool has_member(const struct incident *i, uint64_t member)
{
    for (size_t k = 0; i != NULL && k < i->member_count; k++)
        if (i->members[k].id == member)
            return true;
    return false;
}

/* Wherever it is now; NULL: in no incident of the book. */
static const struct member *member_anywhere(const struct incidents *b, uint64_t id)
{
    for (size_t n = 0; n < incidents_count(b); n++) {
        const struct incident *i = incidents_at(b, n);
        for (size_t k = 0; k < i->member_count; k++)
            if (i->members[k].id == id)
                return &i->members[k];
    }
    return NULL;
}

/* ---- the incident ---- */

/* What it became part of, in the end. */
static uint64_t became(const struct incidents *b, uint64_t id)
{
    const struct incident *i = incidents_find(b, id);

    for (size_t n = 0; n < INCIDENTS_MAX && i != NULL && i->merged_into != 0; n++) {
        id = i->merged_into;
        i = incidents_find(b, id);
    }
    return id;
}

static bool was_merged(const struct incident *i)
{
    for (size_t k = 0; k < i->tie_count; k++)
        if (i->ties[k].kind == TIE_MERGED)
            return true;
    return false;
}

/* The one that was told is no more in the book, or had no room for it. */
static bool is_tied(const struct incident *i, uint64_t told)
{
    for (size_t k = 0; k < i->tie_count; k++)
        if (i->ties[k].incident == told && (i->ties[k].kind == TIE_MERGED || i->ties[k].kind == TIE_OVERFLOW))
            return true;
    return false;
}

static bool same_incident(const struct again *a)
{
    if (a->s->incident == 0) /* it opened one */
        return a->i->drill == a->s->drill && (a->f->recorded.ms == a->i->opened.ms || was_merged(a->i));
    return became(a->b, a->s->incident) == became(a->b, a->i->id) || is_tied(a->i, a->s->incident);
}

/* ---- what it says ---- */

/* The fact has the moment it was recorded where the time that was told was ahead of it, or none was told. */
static bool same_time(const struct again *a)
{
    int64_t told = a->s->claimed.ms;

    return told == 0 || told == a->f->claimed.ms ||
           (told >= a->f->recorded.ms && a->f->claimed.ms == a->f->recorded.ms);
}

static bool same_detail(const struct again *a)
{
    switch (a->s->kind) {
    case STEP_CONFIRM_CLASS:
    case STEP_RECLASSIFY: return a->f->detail == a->s->class;
    case STEP_CAUSE: return a->f->detail == a->s->controllability;
    case STEP_LARGE: return a->f->detail == a->s->large;
    case STEP_DUTY_DONE:
    case STEP_DUTY_WAIVE: return a->f->detail == a->s->duty;
    default: return true;
    }
}

/* Nobody spoke of its class since. */
static bool has_class_of_old(const struct again *a, const struct member *m)
{
    return !m->confirmed && !m->loosened && incident_fact(a->i, FACT_RECLASSIFIED) == NULL;
}

static bool same_text(const char *told, const char *kept)
{
    return strcmp(told != NULL ? told : "", kept) == 0;
}

static bool same_thing_told(const struct again *a)
{
    const struct member *m = member_anywhere(a->b, a->f->about);

    return m == NULL || (same_text(a->s->site, m->site) && same_text(a->s->zone, m->zone) &&
                         (!has_class_of_old(a, m) || m->class == a->s->class));
}

/* The fact names the part that left: what was to leave is not still here. */
static bool has_left(const struct again *a, uint64_t member)
{
    const struct incident *part = incidents_find(a->b, a->f->about);

    return part == NULL || part->merged_into != 0 || !has_member(a->i, member);
}

static bool all_have_left(const struct again *a)
{
    for (size_t k = 0; k < a->s->member_count; k++)
        if (!has_left(a, a->s->members[k]))
            return false;
    return true;
}

/* An earlier version kept none. */
static bool same_figures(const struct again *a)
{
    return a->f->told == 0 || a->f->told == a->s->told;
}

static bool same_subject(const struct again *a)
{
    switch (a->s->kind) {
    case STEP_OPEN:
    case STEP_CALL: return same_thing_told(a);
    case STEP_MERGE: return a->f->about == a->s->other;
    case STEP_UNLINK: return has_left(a, a->s->member);
    case STEP_SPLIT: return all_have_left(a);
    default: return a->f->about == a->s->member;
    }
}

bool cases_is_again(const struct incidents *b, const struct incident_step *s, uint64_t incident)
{
    struct again a = { b, s, incidents_find(b, incident), NULL };

    a.f = fact_of(a.i, s->key);
    return a.f != NULL && a.f->kind == step_fact(s->kind) && strcmp(a.f->who, s->who) == 0 &&
           strcmp(a.f->note, s->note) == 0 && a.f->source == s->source && a.f->code == (uint8_t)s->code &&
           same_detail(&a) && same_figures(&a) && same_time(&a) && same_incident(&a) && same_subject(&a);
}
