/* One question from a client, as the routes see it: no sockets, no library.  Strings live as long as it. */
#ifndef SERVE_REQUEST_H
#define SERVE_REQUEST_H

#include <stdbool.h>

#include "headers.h"
#include "model/audit.h"
#include "ports/doors.h"
#include "target.h"

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_DELETE, METHOD_PATCH, METHOD_OTHER };

static inline bool method_has_body(enum method m)
{
    return m == METHOD_POST || m == METHOD_PATCH;
}

enum { REQUEST_BODY_MAX = 4096 };

/* Over TLS under a name that browsers take from this host alone, for all its paths, and over TLS (RFC
 * 6265bis, 4.1.3.2): no neighbour under the same domain can put a session of his own in its place. */
#define SESSION_COOKIE     "capnuoc_session"
#define SESSION_COOKIE_TLS "__Host-" SESSION_COOKIE

static inline const char *session_cookie(bool secure)
{
    return secure ? SESSION_COOKIE_TLS : SESSION_COOKIE;
}

/* The header fields that mean something here; NULL when not sent.  The counts catch requests that two
 * programs could cut differently (smuggling) and contradictions. */
struct fields {
    const char *host, *authorization, *cookie, *origin, *fetch_site, *accept, *accept_encoding;
    const char *accept_language, *if_none_match, *content_type, *content_length, *last_event_id;
    const char *forwarded_for, *forwarded_proto;        /* the last of each: the one next to us wrote it */
    unsigned hosts, authorizations, lengths, encodings; /* how often Host, ..., Transfer-Encoding were sent */
};

/* Which of our addresses it came to. */
enum entrance {
    ENTRANCE_FRONT,      /* everything; health and figures to who may */
    ENTRANCE_LOCAL,      /* everything, and health and figures to everybody: only this machine reaches it */
    ENTRANCE_OPERATIONS, /* health and figures, to everybody; nothing else */
};

struct request {
    enum method method;
    enum entrance entrance;
    bool secure; /* encrypted on its way, as far as we know */
    struct target target;
    struct fields fields;
    enum lang lang;
    struct now now;
    struct peer peer;                                          /* who asks; all 0: not known */
    char token[DOORS_SECRET_TEXT], session[DOORS_SECRET_TEXT]; /* "" when not sent */
    struct visitor visitor;                                    /* who that is, after the door */
    char *body; /* NUL-terminated, only where one is expected */
    size_t body_len;
    int socket;       /* to watch for hang-up */
    void *connection; /* to stop and wake it */
};

/* As the record of acts names who asked. */
void request_actor(const struct request *q, struct actor *out);

#endif
