/* Incidents of the past and of other nodes: answered later, by a worker, never on the thread that asks. */
#ifndef PORTS_INCIDENT_PAST_H
#define PORTS_INCIDENT_PAST_H

#include "model/incident_past.h"

struct incident_past_port {
    void *self;
    /* Codes and `client` are history_port's.  *result is done's to keep (incident_past_clear) when code is
     * ERR_NONE; one that is not there, or not theirs to see, is none. */
    enum err (*ask)(void *self, const struct incident_past_ask *ask, int client,
                    void (*done)(void *ticket, enum err code, struct incident_past *result,
                                 const struct fault *why),
                    void *ticket, struct fault *why);
};

#endif
