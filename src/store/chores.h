/* What there is to do to keep the database in order, as a table: one row a job. */
#ifndef STORE_CHORES_H
#define STORE_CHORES_H

#include "base/err.h"
#include "pg.h"
#include "store/upkeep.h"

/* What a step may look at, and where it says what it did. */
struct chore_turn {
    struct pg *db;
    const struct upkeep_settings *keep;
    int64_t today;   /* local day */
    unsigned budget; /* readings */
    struct pack_place {
        bool known;
        int64_t day, key; /* where the last step ended */
    } * place;
    struct upkeep_stats *stats; /* counts are added to */
};

struct chore {
    const char *name;
    int64_t every_ms; /* how often to look when there is nothing to do */
    /* One small step, its own transaction.  *done = 0: nothing is left to do now. */
    enum err (*step)(struct chore_turn *t, size_t *done, struct fault *why);
    bool wakes_next; /* what it did gives the next row something to do */
};

enum { CHORES_MAX = 16 };

extern const struct chore CHORES[];
extern const size_t CHORE_COUNT;

#endif
