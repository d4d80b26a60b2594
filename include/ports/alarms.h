/* The open alarms, and what people do about them: taken by the pipeline, answered when it is durable. */
#ifndef PORTS_ALARMS_H
#define PORTS_ALARMS_H

#include "base/err.h"
#include "model/alarm_list.h"
#include "model/audit.h"

struct alarms_port {
    void *self;
    /* Held (alarm_list_drop it), NULL before the first. */
    struct alarm_list *(*open)(void *self);
    /* `answer` is called exactly once, from another thread, unless this returns an error (ERR_FULL;
     * ERR_STATE: stopping).  code as of alarms_act, and ERR_STATE: its key was used for something else.
     * known: it had been done before.  *is is the alarm since. */
    enum err (*act)(void *self, const struct alarm_act *act, const struct actor *by,
                    void (*answer)(void *ticket, enum err code, bool known, const struct alarm *is,
                                   const struct fault *why),
                    void *ticket, struct fault *why);
};

#endif
