#include "spots.h"

#include <stdlib.h>

#include "records/spots.h"

struct asked {
    struct catalogue *catalogue; /* held */
    struct spot_rules rules;
    struct wall now;
    void (*done)(void *ticket, enum err code, const struct spot_candidates *found, const struct fault *why);
    void *ticket;
};

static void done(void *ticket, enum err code, struct spot_facts *facts, const struct fault *why)
{
    struct asked *a = ticket;
    struct spot_candidates *found = NULL;

    if (code == ERR_NONE)
        code = spots_judge(&found, a->catalogue, &a->rules, a->now, facts);
    a->done(a->ticket, code, found, why);
    spot_candidates_free(found);
    catalogue_drop(a->catalogue);
    free(a);
}

static enum err ask(void *self, struct wall now, int client,
                    void (*answer)(void *ticket, enum err code, const struct spot_candidates *found,
                                   const struct fault *why),
                    void *ticket, struct fault *why)
{
    struct spots *s = self;
    struct asked *a = calloc(1, sizeof *a);
    struct spot_facts_ask *facts = calloc(1, sizeof *facts);
    enum err rc = ERR_MEMORY;

    if (a == NULL || facts == NULL) {
        free(a);
        free(facts);
        return fault_set(why, rc, "black spots: no memory");
    }
    *a = (struct asked){ s->present.catalogue(s->present.self), s->rules, now, answer, ticket };
    spots_ask(facts, a->catalogue, &s->rules, now);
    rc = s->facts.ask(s->facts.self, facts, client, done, a, why);
    free(facts);
    if (rc != ERR_NONE) {
        catalogue_drop(a->catalogue);
        free(a);
    }
    return rc;
}

struct spots_port spots_port(struct spots *s)
{
    return (struct spots_port){ s, ask };
}
