/* The present that the face shows: ours alone, or, once another node is known, one made of all. */
#ifndef NEIGHBOURS_H
#define NEIGHBOURS_H

#include "model/merged.h"

struct neighbours;

struct neighbours_settings {
    const char *node;                                /* ours; borrowed */
    void (*publish)(void *self, struct snapshot *s); /* one call at a time; borrows */
    void *publish_self;
};

MUST_USE enum err neighbours_new(struct neighbours **out, const struct neighbours_settings *s,
                                 struct fault *why);
void neighbours_free(struct neighbours *n); /* NULL is fine */
/* Any thread. */
void neighbours_own(struct neighbours *n, struct snapshot *own);
void neighbours_others(struct neighbours *n, const struct merged_part *nodes, size_t count);
struct snapshot *neighbours_shown(struct neighbours *n); /* held; NULL before the first */

#endif
