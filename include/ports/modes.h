/* The modes that places are in, and what people do about them: taken by the pipeline, answered when it is
 * durable. */
#ifndef PORTS_MODES_H
#define PORTS_MODES_H

#include "base/err.h"
#include "model/audit.h"
#include "model/mode.h"

enum { MODES_SHOWN_MAX = 256 };

struct modes_port {
    void *self;
    /* Copies the newest, newest first; those that ended lately, too. */
    size_t (*known)(void *self, struct mode *out, size_t max);
    /* `answer` is called exactly once, from another thread, unless this returns an error (ERR_FULL;
     * ERR_STATE: stopping).  code as of modes_act.  *is is the mode since. */
    enum err (*act)(void *self, const struct mode_act *act, const struct actor *by,
                    void (*answer)(void *ticket, enum err code, bool known, const struct mode *is,
                                   const struct fault *why),
                    void *ticket, struct fault *why);
};

#endif
