/* The incidents of this node, and what people do about them: taken by the pipeline, answered when it is
 * durable. */
#ifndef PORTS_INCIDENTS_H
#define PORTS_INCIDENTS_H

#include "base/err.h"
#include "model/audit.h"
#include "model/incident_list.h"
#include "model/incident_step.h"

struct incidents_port {
    void *self;
    /* Held (incident_list_drop it), NULL before the first. */
    struct incident_list *(*open)(void *self);
    /* `answer` is called exactly once, from another thread, unless this returns an error (ERR_FULL;
     * ERR_STATE: stopping).  ERR_MISSING no such incident; ERR_STATE with a refusal: that is why not, without
     * one: its key was used for something else; others: not taken.  known: it had been done before.  *is,
     * borrowed, is the incident since. */
    enum err (*act)(void *self, const struct incident_act *act, const struct actor *by,
                    void (*answer)(void *ticket, enum err code, enum refusal refusal, bool known,
                                   struct incident_copy *is, const struct fault *why),
                    void *ticket, struct fault *why);
};

#endif
