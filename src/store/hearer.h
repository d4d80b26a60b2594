/* What we hear of other nodes: whether they live, which points they have, what those show. */
#ifndef STORE_HEARER_H
#define STORE_HEARER_H

#include "pg.h"
#include "store/others.h"

struct heard {
    char id[ID_MAX];
    int64_t beat, gen, version; /* newest seen: of its row, its pages, its configuration */
    bool ever, silent;
    struct mono known, last; /* since when we know of it, its last beat */
    bool clock_wrong;
    int64_t ahead_ms;
    struct catalogue *catalogue; /* held; NULL before the first */
    struct board *board;
    struct snapshot *now;
};

struct hearer {
    char self[ID_MAX];
    struct others_settings set;
    struct others_ears ears;
    struct heard nodes[OTHERS_MAX];
    size_t count;
    struct mono looked; /* when we last heard whatever there was */
    bool changed;       /* since told */
};

void hearer_init(struct hearer *h, const char *self, const struct others_settings *set,
                 const struct others_ears *ears);
void hearer_clear(struct hearer *h);
/* Of a new connection, which may be to another server: all pages are read anew. */
void hearer_forget(struct hearer *h);
MUST_USE enum err hearer_listen(struct hearer *h, struct pg *p, struct now now, struct fault *why);
/* Whom we did not hear for too long is silent; tells whoever wants to know what changed. */
void hearer_tell(struct hearer *h, struct now now);
/* Somebody of them lives: our pages have readers. */
bool hearer_has_company(const struct hearer *h);

#endif
