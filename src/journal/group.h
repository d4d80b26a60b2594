/* A group of records: packed while it waits, written in one transaction, trimmed to the ceiling. */
#ifndef GROUP_H
#define GROUP_H

#include "db.h"
#include "journal/journal.h"

/* ---- packing: what append copies ---- */
/* All or nothing: the buffer is as before when it has no room. */
MUST_USE enum err group_pack(struct strbuf *to, const struct journal_entry *entries, size_t n,
                             const struct journal_state *states, size_t m);

/* ---- writing: the committer's ---- */
struct group_writer {
    sqlite3 *db;
    sqlite3_stmt *add, *state, *mark, *trim, *oldest, *drop, *high;
    int64_t epoch;
    uint64_t lane_high[LANE_END]; /* newest sequence given out */
    int64_t max_bytes;
    uint64_t dropped; /* undelivered entries given up so far */
};

MUST_USE enum err group_writer_open(struct group_writer *w, sqlite3 *db, int64_t max_bytes,
                                    struct fault *why);
void group_writer_close(struct group_writer *w);

/* One transaction; on any error nothing of it happened and the same group may be tried again. */
MUST_USE enum err group_write(struct group_writer *w, const struct strbuf *packed, struct wall now,
                              struct fault *why);
/* Drops delivered entries committed before `before`: a small step.  delivered by lane. */
MUST_USE enum err group_trim(struct group_writer *w, const uint64_t delivered[LANE_END], struct wall before,
                             struct fault *why);
/* Near the ceiling: gives up the oldest, delivered ones first, then readings, then events; what was not
 * delivered is told in a gap event of the same transaction.  Does nothing when there is room. */
MUST_USE enum err group_make_room(struct group_writer *w, const uint64_t delivered[LANE_END], struct wall now,
                                  struct fault *why);
MUST_USE enum err group_bytes(const struct group_writer *w, int64_t *bytes, struct fault *why);

#endif
