/* The HTTP library behind one door: libmicrohttpd is known here and nowhere else. */
#ifndef SERVE_LISTENER_H
#define SERVE_LISTENER_H

#include "certificate.h"
#include "face.h"
#include "request.h"

struct listener;

struct listener_settings {
    struct face *face;
    int socket; /* listening; taken */
    enum entrance entrance;
    struct certificates *certificates; /* NULL: plain text */
    unsigned connections_max;
    struct wake *drained; /* poked when a request is over */
};

MUST_USE enum err listener_start(struct listener **out, const struct listener_settings *s, struct fault *why);
/* Accepts nobody from now on; what is open goes on. */
void listener_quiesce(struct listener *l);
/* Ends.  No connection may be suspended: streams and questions were told before. */
void listener_stop(struct listener *l);

/* How streams and questions stop and wake a connection. */
void listener_park(void *connection);
void listener_resume(void *connection);

#endif
