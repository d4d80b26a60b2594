/* What the routes stand on: the ports, the streams, what was made in advance. */
#ifndef SERVE_FACE_H
#define SERVE_FACE_H

#include <pthread.h>

#include "hub.h"
#include "links.h"
#include "pages.h"
#include "question.h"
#include "rate.h"
#include "search.h"
#include "serve/serve.h"
#include "tally.h"

struct face {
    struct serve_ports ports;
    int64_t epoch; /* wall ms of the start: this process's name in ids and tags */
    struct mono started;
    struct wake pulse;
    struct tally tally;
    struct hub *hub;
    struct links *links;
    struct questions *questions;
    struct pages pages;                          /* guarded by turn */
    struct pages portal;                         /* likewise, of the portal */
    struct search search;                        /* guarded by turn */
    struct blob *description, *description_gzip; /* openapi.json */
    char description_tag[REPLY_TAG_MAX];
    struct rates rates;                /* guarded by turn */
    unsigned rate_known, rate_address; /* requests a minute; 0: as many as they like */
    char proxies[SERVE_LIST_MAX], hosts[SERVE_LIST_MAX];
    pthread_mutex_t
        turn; /* listeners answer one at a time: what follows from one request is made by one thread */
    atomic_bool stopping;
};

/* The configuration that has this point or site (NULL: not asked): ours, or the one that is shown, which has
 * other nodes' too.  Held. */
struct catalogue *face_catalogue(struct face *f, const char *point, const char *site);

#endif
