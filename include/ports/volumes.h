/* What meters counted: answered later, by a worker, never on the thread that asks. */
#ifndef PORTS_VOLUMES_H
#define PORTS_VOLUMES_H

#include "base/err.h"
#include "model/volume.h"

struct volumes_port {
    void *self;
    /* As history_port's ask.  *result is lent for the call; ERR_RANGE from done: more rows than are counted
     * for one question. */
    enum err (*ask)(void *self, const struct volume_ask *ask, int client,
                    void (*done)(void *ticket, enum err code, const struct volume_answer *result,
                                 const struct fault *why),
                    void *ticket, struct fault *why);
};

#endif
