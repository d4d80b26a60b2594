/* One present made of several nodes' presents: what a face shows where nodes meet.
 *
 * Its catalogue has our own points first, then those of the others that we do not have; of a node that is
 * silent everything with a value is uncertain, because it is old.  One thread at a time. */
#ifndef MODEL_MERGED_H
#define MODEL_MERGED_H

#include "model/snapshot.h"

enum { MERGED_NODES_MAX = 64 };

struct merged;

struct merged_part {
    const char *node;
    struct snapshot *snapshot;
    bool silent;
};

/* Its first picture carries that generation. */
MUST_USE enum err merged_new(struct merged **out, uint64_t generation, struct fault *why);
void merged_free(struct merged *m); /* NULL is fine */
/* Gives the next picture of these parts, the first of them our own, NULL when nothing changed.  An error is
 * lack of memory: the picture before stays true as far as it goes, the next call tries again. */
MUST_USE enum err merged_next(struct merged *m, const struct merged_part *parts, size_t n,
                              struct snapshot **out, struct fault *why);

#endif
