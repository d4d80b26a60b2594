/* The connections there are, and the deadlines that libmicrohttpd has not: its own time-out only sees
 * silence, so one byte every two seconds would hold a connection for ever. */
#ifndef SERVE_LINKS_H
#define SERVE_LINKS_H

#include "base/clock.h"
#include "base/err.h"
#include "base/peer.h"
#include "tally.h"

enum { LINKS_REPLY_WITHIN_MS = 120000, LINKS_IDLE_WHEN_FULL_MS = 500, LINKS_CHECK_MS = 1000 };

enum link_phase {
    LINK_HEADER, /* waiting for a complete header, since it was opened or last answered */
    LINK_BODY,   /* header complete, body not */
    LINK_REPLY,  /* an answer is being written */
    LINK_FREE    /* suspended or streaming: no deadline here */
};

struct links;
struct link;

struct links_settings {
    unsigned header_within_ms, body_within_ms;
    size_t ceiling;     /* near it, idle connections make room */
    size_t each;        /* most of one address, loopback and `exempt` aside; 0: no limit */
    const char *exempt; /* ranges of addresses that stand for many; borrowed */
    struct tally *tally;
};

MUST_USE enum err links_new(struct links **out, const struct links_settings *s, struct fault *why);
void links_free(struct links *l); /* no link is left */
/* A connection began; NULL without memory: it will have no deadlines.  One too many of its address is ended
 * at once. */
struct link *link_new(struct links *l, int socket, const struct peer *peer);
/* Before its socket is closed. */
void link_free(struct link *k);
void link_phase(struct link *k, enum link_phase phase);
/* Ends (shutdown, never close) what is too late.  Returns when to come back: at the latest in a second, for
 * the sake of connections that do not exist yet. */
struct mono links_sweep(struct links *l, struct mono now);

#endif
