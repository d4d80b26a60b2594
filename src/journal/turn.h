/* A transaction under way: what it changes outside the file, adopted only once it is durable. */
#ifndef TURN_H
#define TURN_H

#include "group.h"

struct loss { /* undelivered entries given up */
    uint64_t entries[LANE_END];
    bool for_age, for_room;
    uint64_t readings; /* in those of the live lane; a body that holds none counts as one */
    struct wall from, to;
};

struct turn {
    struct group_writer *w;
    struct wall now;
    struct lane_marks lanes[LANE_END];
    struct loss loss;
    int64_t need, left; /* pages: for the part, from above; under the ceiling, after making room */
};

/* Appends an entry with the lane's next sequence. */
MUST_USE enum err turn_add(struct turn *t, enum lane lane, const void *body, size_t len, struct fault *why);
/* Drops delivered entries up to ripe[lane], at most `most` of each lane. */
MUST_USE enum err turn_drop_ripe(struct turn *t, const uint64_t ripe[LANE_END], uint64_t most,
                                 struct fault *why);
/* Gives up undelivered readings that were recorded before `before`, at most about `most` entries. */
MUST_USE enum err turn_drop_stale(struct turn *t, struct wall before, uint64_t most, struct fault *why);
/* Drops the oldest entries until the part fits under the ceiling: delivered ones first, then readings, then,
 * when there are none, events. */
MUST_USE enum err turn_make_room(struct turn *t, const struct part *p, struct fault *why);
/* What was given up, in one gap event. */
MUST_USE enum err turn_tell_loss(struct turn *t, struct fault *why);

#endif
