/* Records on their way: packed one after the other while they wait, then written, a part at a time, each
 * part one transaction. */
#ifndef GROUP_H
#define GROUP_H

#include "db.h"
#include "journal/journal.h"

/* ---- packing: what append copies ---- */
enum item_type { ITEM_RECORD, ITEM_ENTRY, ITEM_STATE, ITEM_FORGET };

struct item {
    uint8_t type, lane;
    uint32_t len;
    uint64_t key; /* of a state; of a record: its number */
};

/* Bytes the record takes; SIZE_MAX when it can never be packed. */
size_t group_packed_size(const struct journal_entry *entries, size_t n, const struct journal_state *states,
                         size_t m);
/* All or nothing: the buffer is as before when it has no memory. */
MUST_USE enum err group_pack(struct strbuf *to, uint64_t number, const struct journal_entry *entries,
                             size_t n, const struct journal_state *states, size_t m);

/* Whole records, for one transaction. */
struct part {
    const char *at, *end;
    uint64_t last; /* number of its last record */
    uint64_t records;
    size_t states;
};

/* From offset `from` on as many records as fit in max_bytes, at least one. */
struct part group_part(const struct strbuf *packed, size_t from, size_t max_bytes);
/* The entry or state at *at, and *at behind it; NULL at the end. */
const char *part_next(const struct part *p, const char **at, struct item *head);

/* ---- writing: the committer's ---- */
struct lane_marks {
    uint64_t first, high, delivered; /* first > high: nothing is kept */
};

struct group_writer {
    sqlite3 *db;
    sqlite3_stmt *add[LANE_END], *oldest[LANE_END], *drop[LANE_END];
    sqlite3_stmt *state, *forget, *mark, *meta, *page_count, *free_pages;
    int64_t epoch, max_pages;
    struct lane_marks lanes[LANE_END];
    uint64_t dropped;                      /* undelivered entries given up, ever */
    bool clean;                            /* what the file says of its last end */
    int log_frames, log_tidy, log_ceiling; /* the log: now, to be written back from, never beyond */
    int64_t squeeze; /* pages to free beyond the estimate, after one that was too small */
};

/* What the committer wants beside the part. */
struct group_wish {
    uint64_t delivered[LANE_END];
    uint64_t ripe[LANE_END]; /* delivered entries up to here may go */
    struct wall stale;       /* undelivered readings recorded before may go, too; .ms == 0: none */
    bool clean;              /* the last transaction of an orderly end */
};

MUST_USE enum err group_writer_open(struct group_writer *w, sqlite3 *db, int64_t max_bytes,
                                    struct fault *why);
void group_writer_close(struct group_writer *w);

/* One transaction: drops what is ripe, makes room under the ceiling, writes entries, states and marks.  On
 * any error nothing of it happened and the same part may be tried again. */
MUST_USE enum err group_write(struct group_writer *w, const struct part *p, const struct group_wish *wish,
                              struct wall now, struct fault *why);
/* Writes SQLite's log back into the file once it has grown; after the effects of a commit are released. */
MUST_USE enum err group_tidy(struct group_writer *w, struct fault *why);
/* While the disk is full: the file's ceiling is its present size and a little.  And after. */
MUST_USE enum err group_shrink(struct group_writer *w, int64_t spare_bytes, struct fault *why);
void group_unshrink(struct group_writer *w, int64_t max_bytes);
MUST_USE enum err group_bytes(const struct group_writer *w, int64_t *bytes, struct fault *why);

#endif
