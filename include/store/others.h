/* Several nodes in one database: ours says each second that it lives, and what its points show, and hears the
 * same of the others.  One thread, one connection; nothing else waits for it.
 *
 * Whether another node lives is known by its beat going on, never by a clock; what its clock says is compared
 * with ours, so that a wrong one is seen. */
#ifndef STORE_OTHERS_H
#define STORE_OTHERS_H

#include "model/event.h"
#include "model/merged.h"
#include "store/store.h"

enum { OTHERS_MAX = MERGED_NODES_MAX - 1 };

struct others_settings {
    int64_t silent_after_ms; /* without a beat its points are uncertain */
    int64_t clock_within_ms; /* further apart a clock is wrong */
    size_t points_max;       /* of all others */
};

/* Called from the thread. */
struct others_ears {
    void *self;
    /* Something of them changed.  Borrowed; at most OTHERS_MAX. */
    void (*heard)(void *self, const struct merged_part *nodes, size_t n);
    void (*happened)(void *self, enum event_kind kind, const char *node, double number, const char *text);
};

struct other_status {
    char id[ID_MAX];
    size_t points;
    bool silent;
    bool ever;          /* it has been heard since we started */
    int64_t unheard_ms; /* since its last beat, or since we know of it */
    bool clock_wrong;
    int64_t ahead_ms; /* its clock before ours */
};

struct others_status {
    char text[256];   /* what is wrong between us and the database, "" when nothing */
    int64_t ahead_ms; /* our clock before the database's */
    size_t count;
    struct other_status nodes[OTHERS_MAX];
};

struct others;

MUST_USE enum err others_start(struct others **out, const struct store_settings *s,
                               const struct others_settings *set, int64_t epoch, struct clock clock,
                               const struct others_ears *ears, struct fault *why);
/* What our points show now.  Holds it.  Any thread. */
void others_show(struct others *o, struct snapshot *own);
void others_status(struct others *o, struct others_status *out);
/* Its thread ends; show and status still work.  NULL is fine. */
void others_stop(struct others *o);
void others_free(struct others *o); /* after that; NULL is fine */

#endif
