/* Candidates of black spots: answered later, by a worker, never on the thread that asks. */
#ifndef PORTS_SPOTS_H
#define PORTS_SPOTS_H

#include "base/err.h"
#include "model/spots.h"

/* What the database has to say. */
struct spot_facts_port {
    void *self;
    /* As history_port's ask.  *facts is done's to keep (spot_facts_clear) when code is ERR_NONE. */
    enum err (*ask)(void *self, const struct spot_facts_ask *ask, int client,
                    void (*done)(void *ticket, enum err code, struct spot_facts *facts,
                                 const struct fault *why),
                    void *ticket, struct fault *why);
};

/* What follows of it by the rule. */
struct spots_port {
    void *self; /* ask == NULL: as without history */
    /* Likewise; *found is lent for the call. */
    enum err (*ask)(void *self, struct wall now, int client,
                    void (*done)(void *ticket, enum err code, const struct spot_candidates *found,
                                 const struct fault *why),
                    void *ticket, struct fault *why);
};

#endif
