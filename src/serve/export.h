/* A body that is longer than memory should be: page after page of readings, the next asked for when the last
 * was sent. */
#ifndef SERVE_EXPORT_H
#define SERVE_EXPORT_H

#include <stdatomic.h>
#include <sys/types.h>

#include "question.h"

enum { EXPORT_PARKED = 0, EXPORT_END = -1, EXPORT_FAILED = -2 };

struct export;

struct export_ask {
    void *connection;
    int socket;
    const atomic_bool *stopping;    /* no page is asked for any more */
    void (*park)(void *connection); /* before a page is asked for */
    void (*resume)(void *connection);
};

/* Takes the answered question, in any case; of *first, holds the bytes.  NULL without memory. */
struct export *export_new(const struct export_ask *ask, struct question *q, const struct reply *first);
void export_free(void *export);
/* Bytes, or EXPORT_*. */
ssize_t export_read(struct export *e, char *buf, size_t max);

#endif
