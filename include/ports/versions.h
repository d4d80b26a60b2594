/* The configurations this node has worked by: kept on its own disk, so that the database may be away when
 * one is applied. */
#ifndef PORTS_VERSIONS_H
#define PORTS_VERSIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

struct config_version {
    uint32_t number;        /* 1 is the first of this node */
    struct wall at;         /* when it was applied */
    const char *author;     /* who asked: a name, "system" for a signal, "start" for a start of the program */
    const char *digest;     /* of the effective configuration */
    const char *difference; /* to the one before, one change a line; the first says what there is */
};

struct versions_port {
    void *self;
    /* The number of the newest, 0: there is none.  Any thread. */
    uint32_t (*newest)(void *self);
    /* Visits those with number > after, oldest first, at most `max`; stops when visit gives an error, and
     * returns it.  The texts are the visit's only.  Any thread. */
    enum err (*visit)(void *self, uint32_t after, size_t max,
                      enum err (*one)(void *ctx, const struct config_version *v), void *ctx,
                      struct fault *why);
};

#endif
