/* What people tell: taken by the pipeline, answered when it is durable. */
#ifndef PORTS_HANDS_H
#define PORTS_HANDS_H

#include "base/err.h"
#include "model/audit.h"
#include "model/hand.h"

struct hands_port {
    void *self;
    /* `answer` is called exactly once, from another thread, unless this returns an error (ERR_FULL;
     * ERR_STATE: stopping).  code: ERR_NONE; ERR_MISSING no such point; ERR_RANGE it cannot be, why says so;
     * ERR_STATE its key was told with something else; others: not taken.  known: it had been told before. *is
     * is what is kept. */
    enum err (*tell)(void *self, const struct hand *h, const struct actor *by,
                     void (*answer)(void *ticket, enum err code, bool known, const struct hand *is,
                                    const struct fault *why),
                     void *ticket, struct fault *why);
    /* Copies the newest, newest first, of that kind and point (key; 0: any). */
    size_t (*told)(void *self, enum hand_kind kind, uint64_t point, struct hand *out, size_t max);
};

#endif
