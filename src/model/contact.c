#include "model/contact.h"

#include <string.h>

#include "model/incident_reach.h"

const struct contact *contact_find(const struct contacts *c, const char *id)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->list[i].id, id) == 0)
            return &c->list[i];
    return NULL;
}

/* ---- places ---- */

static bool has_word(const char *words, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = words; *at != '\0';) {
        size_t len = strcspn(at, " ");
        if (len == n && memcmp(at, word, n) == 0)
            return true;
        at += len;
        at += strspn(at, " ");
    }
    return false;
}

/* What is at no place that is known belongs to no supplier: those who are told of any are told of it. */
static bool is_at(const struct contact *c, const struct catalogue *of, const struct member *m)
{
    uint32_t system;

    if (c->sites[0] != '\0' && !has_word(c->sites, m->site))
        return false;
    if (c->supplier[0] == '\0')
        return true;
    system = member_system(of, m);
    return system != NO_INDEX && strcmp(of->suppliers[of->systems[system].supplier].id, c->supplier) == 0;
}

/* ---- weight ---- */

static bool is_dangerous(const struct member *m)
{
    return m->class == CLASS_WATER_QUALITY || m->class == CLASS_SAFETY;
}

static bool weighs(const struct contact *c, const struct incident *i, const struct member *m,
                   const struct outgoing *o)
{
    bool grave = i->large_since.ms != 0 || is_dangerous(m);

    switch (c->weight) {
    case WEIGHT_ALL: return true;
    case WEIGHT_LEGAL: return grave || o->legal;
    default: return grave;
    }
}

bool contact_is_told(const struct contact *c, const struct catalogue *of, const struct incident *i,
                     const struct outgoing *o)
{
    if (i == NULL)
        return c->weight == WEIGHT_ALL && c->supplier[0] == '\0' && c->sites[0] == '\0' && c->classes == 0;
    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *m = &i->members[k];
        if ((c->classes == 0 || (c->classes >> m->class & 1) != 0) && is_at(c, of, m) && weighs(c, i, m, o))
            return true;
    }
    return false;
}
