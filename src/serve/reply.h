/* One answer, before it becomes bytes on a connection. */
#ifndef SERVE_REPLY_H
#define SERVE_REPLY_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "blob.h"
#include "ports/portal.h"
#include "request.h"

enum reply_kind {
    REPLY_NOW,    /* the body is here */
    REPLY_STREAM, /* `stream` says what: events follow */
    REPLY_LATER   /* `question` is under way: the answer comes from a worker */
};

enum caching { CACHE_NO_STORE, CACHE_REVALIDATE, CACHE_FOR_EVER };

enum { REPLY_TAG_MAX = 80, REPLY_COOKIE_MAX = 160, REPLY_BODY_MAX = 64 * 1024 * 1024 };

struct stream;
struct question;

struct reply {
    enum reply_kind kind;
    unsigned status;
    const char *type;        /* Content-Type; NULL: no body */
    struct blob *plain;      /* owned */
    struct blob *gzip;       /* owned; NULL: not asked for or not worth it; else it is what is sent */
    char tag[REPLY_TAG_MAX]; /* quoted ETag; "": none */
    enum caching caching;
    const char *vary;              /* NULL: none */
    const char *allow;             /* 405 */
    const char *policy;            /* Content-Security-Policy; NULL: ours */
    bool posts_to_itself;          /* a form of that page: without a referrer its origin would be "null" */
    bool sandboxed;                /* its policy says so: it belongs to no origin */
    const char *content_language;  /* problems */
    unsigned retry_after_s;        /* 0: none */
    char cookie[REPLY_COOKIE_MAX]; /* Set-Cookie */
    char disposition[REPLY_COOKIE_MAX]; /* Content-Disposition */
    char seal[PORTAL_SEAL_MAX];         /* Capnuoc-Seal, of the plain body */
    bool challenge;                     /* WWW-Authenticate */
    bool close;                         /* the connection cannot be used further */
    struct stream *stream;
    struct question *question;
    struct wall more_from; /* of a page that is not the last: the body goes on with the readings from here */
    bool more;
};

#define TYPE_JSON    "application/json; charset=utf-8"
#define TYPE_PROBLEM "application/problem+json; charset=utf-8"
#define TYPE_CSV     "text/csv; charset=utf-8; header=present"
#define TYPE_HTML    "text/html; charset=utf-8"
#define TYPE_TEXT    "text/plain; version=0.0.4; charset=utf-8"

/* Takes the text of *b as the body; a text that failed for lack of memory becomes a 500 problem. */
void reply_take(struct reply *r, unsigned status, const char *type, struct strbuf *b, enum lang lang);
/* The page stands for itself, to be looked at and printed, and saved under that name: it may have a style of
 * its own, and nothing else. */
void reply_to_print(struct reply *r, const char *name, ...) PRINTF_LIKE(2, 3);
/* Drops what the reply holds. */
void reply_clear(struct reply *r);

#endif
