/* Follows the record of acts row by row and finds where it is not what it was. */
#ifndef CTL_TRAIL_H
#define CTL_TRAIL_H

#include <stdbool.h>
#include <stdio.h>

#include "model/audit.h"

/* Signed: the row of that number had that hash. */
struct trail_head {
    char node[ID_MAX];
    uint64_t seq;
    struct seal_hash hash;
};

enum { TRAIL_HEADS_MAX = 20000, TRAIL_FINDINGS_MAX = 20 };

struct trail;

struct trail *trail_new(void); /* NULL: no memory */
void trail_free(struct trail *c);
/* Before the rows.  ERR_FULL: more heads than can be held. */
MUST_USE enum err trail_expect(struct trail *c, const struct trail_head *h, struct fault *why);
size_t trail_expected(const struct trail *c); /* how many heads */
/* Rows in the order of node, epoch and number. */
void trail_follow(struct trail *c, const char *node, int64_t epoch, const struct audit_row *r);
/* The findings, at most TRAIL_FINDINGS_MAX of them, and a line that sums up.  True: there are none. */
bool trail_tell(struct trail *c, FILE *to);

#endif
