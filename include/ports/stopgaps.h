/* What people change for a while in who is on duty and how contacts are reached: taken by the pipeline,
 * answered when it is durable. */
#ifndef PORTS_STOPGAPS_H
#define PORTS_STOPGAPS_H

#include "model/audit.h"
#include "model/stopgap.h"

struct stopgaps_port {
    void *self;
    /* Copies the newest, newest first; those that ended lately, too. */
    size_t (*known)(void *self, struct stopgap_shown *out, size_t max);
    /* `answer` is called exactly once, from another thread, unless this returns an error (ERR_FULL;
     * ERR_STATE: stopping).  code and field as of stopgaps_act.  *is is the change since. */
    enum err (*act)(void *self, const struct stopgap_act *act, const struct actor *by,
                    void (*answer)(void *ticket, enum err code, const char *field, bool known,
                                   const struct stopgap_shown *is, const struct fault *why),
                    void *ticket, struct fault *why);
};

#endif
