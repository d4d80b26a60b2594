/* The register of measures and black spots, and what people write into it: taken by the pipeline, answered
 * when it is durable. */
#ifndef PORTS_PREVENTION_H
#define PORTS_PREVENTION_H

#include <stddef.h>

#include "base/err.h"
#include "model/audit.h"
#include "model/prevention.h"

struct prevention_port {
    void *self;
    /* Copies the newest, newest first; PREVENTION_MAX are all that is remembered. */
    size_t (*known)(void *self, struct prevention *out, size_t max);
    /* `answer` is called exactly once, from another thread, unless this returns an error (ERR_FULL;
     * ERR_STATE: stopping).  code as of prevention_act.  *is is what stands there since. */
    enum err (*act)(void *self, const struct prevention_act *act, const struct actor *by,
                    void (*answer)(void *ticket, enum err code, bool known, const struct prevention *is,
                                   const struct fault *why),
                    void *ticket, struct fault *why);
};

#endif
