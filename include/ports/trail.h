/* The record of acts, newest first and page by page: answered later, by a worker, never on the thread that
 * asks. */
#ifndef PORTS_TRAIL_H
#define PORTS_TRAIL_H

#include "model/audit.h"

enum { TRAIL_PAGE_MAX = 1000, TRAIL_WORD_MAX = 101 };

/* Where a page ended.  In microseconds, as PostgreSQL keeps times: an altered row is passed, too. */
struct trail_place {
    int64_t at_us, epoch, seq;
    char node[ID_MAX];
};

struct trail_ask {
    struct wall from, to;         /* at or after, before; years 1 to 9999 */
    char actor[TRAIL_WORD_MAX];   /* "": whoever */
    char subject[TRAIL_WORD_MAX]; /* "": whatever */
    enum actor_kind kind;         /* ACTOR_COUNT: any */
    struct trail_place before;    /* older than this one only; at_us INT64_MAX: from the newest */
    unsigned limit;               /* 1 to TRAIL_PAGE_MAX */
};

struct trail_page {
    const struct audit_stored *rows; /* without the words that name people: these lie apart */
    size_t count;
    bool more;               /* older ones fit, too; then */
    struct trail_place last; /* is where to go on */
};

struct trail_port {
    void *self; /* ask == NULL: there is none */
    /* As history_port's ask.  *page is lent for the call, and only whole when code is ERR_NONE. */
    enum err (*ask)(void *self, const struct trail_ask *ask, int client,
                    void (*done)(void *ticket, enum err code, const struct trail_page *page,
                                 const struct fault *why),
                    void *ticket, struct fault *why);
};

#endif
