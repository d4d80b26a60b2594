/* How a line comes to a descriptor it can talk over: it dials, it is called, or it opens a device. */
#ifndef WAY_H
#define WAY_H

#include <stdbool.h>

#include "acquire/field.h"
#include "base/err.h"
#include "halt.h"

struct way;

struct way_ops {
    /* Gives a non-blocking descriptor, the caller's to close.  ERR_PEER, ERR_TIMEOUT, ERR_STATE. */
    enum err (*open)(struct way *w, const struct halt *h, int *fd, struct fault *why);
    /* What is seen after an answer came: the one at the other end is who we want. */
    void (*proven)(struct way *w);
    /* Is this descriptor, opened earlier, still what one would open now? */
    bool (*still)(struct way *w, int fd);
    void (*free)(struct way *w);
};

struct way {
    const struct way_ops *ops; /* proven and still may be NULL: nothing to do, and yes */
    bool called;               /* it waits for the other end; there is nobody to be spared by asking seldom */
    bool keep;        /* kept open when a device falls silent: a new try would not lead anywhere else */
    const char *name; /* for people: host:port, path */
};

/* All borrow what they are given. */
MUST_USE enum err way_dial_new(struct way **out, const char *host, const char *port, int64_t connect_ms,
                               struct fault *why);
MUST_USE enum err way_serial_new(struct way **out, const struct serial_settings *s, struct fault *why);
/* from "": whoever calls.  Waits wait_ms for a call. */
MUST_USE enum err way_listen_new(struct way **out, const struct listen_settings *s, int64_t wait_ms,
                                 struct fault *why);
void way_free(struct way *w); /* NULL is fine */

#endif
