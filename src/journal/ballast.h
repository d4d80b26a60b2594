/* A file of nothing beside the journal.  When the disk is full it is given up, so that what matters still
 * fits: events, state and an orderly end.  When there is room again it is made again. */
#ifndef BALLAST_H
#define BALLAST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

struct ballast {
    char path[4096];
    int64_t bytes; /* 0: none is wanted */
    bool there;
    struct mono next_try;
};

/* Takes over one that is there. */
void ballast_init(struct ballast *b, const char *folder, int64_t bytes);
/* Makes it when it is not there, now and then, while the disk has twice its size to give.  True when it is
 * there. */
bool ballast_keep(struct ballast *b, struct mono now);
/* True when there was one to give. */
bool ballast_give_up(struct ballast *b, struct mono now);

#endif
