/* The journal: nothing takes effect before it is here, and what is here survives kill -9 and a power cut.
 *
 * One SQLite file in WAL mode, synchronous=FULL, one writer thread (the committer) that groups records.
 * Bodies are opaque.  Bounded by size and by the time delivered entries are kept. */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/lane.h"
#include "ports/lanes.h"

struct journal;

struct journal_settings {
    char folder[4096 - 64];    /* made when missing, mode 0700; holds journal.db and journal.lock */
    int64_t max_bytes;         /* ceiling of the file; beyond it the oldest readings go, and a gap says so */
    int64_t keep_delivered_ms; /* delivered entries stay this long; at least one hour in production */
    int64_t group_ms;          /* longest wait for company before a commit; 250 */
    size_t pending_max;        /* bytes waiting for the committer; beyond it append answers ERR_FULL */
    const char *vfs;           /* SQLite VFS by name, for the power-cut test; NULL: the usual one */
};

struct journal_entry {
    enum lane lane;
    const void *body;
    size_t len;
};

struct journal_state {
    uint64_t key;
    const void *body;
    size_t len;
};

struct journal_stats {
    uint64_t commits, records, failed_commits;
    uint64_t dropped_entries; /* undelivered entries given up at the ceiling; each drop is in a gap event */
    uint64_t refused_records; /* appends answered with ERR_FULL */
    int64_t bytes;            /* of the file now */
    int64_t last_commit_ms;   /* how long the last commit took */
    uint64_t undelivered[LANE_END]; /* entries by lane */
    bool failing;                   /* the last commit failed; it is being retried */
    char text[200];                 /* why, while failing */
};

/* Opens or makes the journal; refuses (ERR_STATE) one that another process holds open, one of an unknown
 * version, and one that SQLite finds corrupt, each with a sentence that says what to do. */
MUST_USE enum err journal_open(struct journal **out, const struct journal_settings *s, struct clock clock,
                               struct fault *why);
/* Commits what is pending, stops the committer, closes.  NULL is fine. */
void journal_close(struct journal *j);

/* One record: entries of lanes and changed state, all or nothing, durable together, in the order of the
 * calls.  One caller thread.  Copies everything.  *seq is the record's number; it is durable once
 * journal_durable() >= *seq.  at_once: do not wait for company.  ERR_FULL: the committer is behind by
 * pending_max bytes; nothing was taken. */
MUST_USE enum err journal_append(struct journal *j, const struct journal_entry *entries, size_t n,
                                 const struct journal_state *states, size_t m, bool at_once, uint64_t *seq,
                                 struct fault *why);
/* Number of the newest durable record; any thread. */
uint64_t journal_durable(struct journal *j);
/* Called by the committer after each commit with the newest durable number.  Set before the first append. */
void journal_on_durable(struct journal *j, void (*told)(void *self, uint64_t seq), void *self);
/* Waits until `seq` is durable; ERR_TIMEOUT. */
MUST_USE enum err journal_wait(struct journal *j, uint64_t seq, int64_t wait_ms);

/* Visits every state row; for start-up, before the first append. */
MUST_USE enum err journal_states(struct journal *j,
                                 enum err (*visit)(void *ctx, const struct journal_state *state), void *ctx,
                                 struct fault *why);
/* Drops delivered entries older than their keep time, in small steps; called by the committer itself. */
void journal_stats(struct journal *j, struct journal_stats *out);
/* The lanes as the deliverer sees them; its calls may come from one other thread. */
struct lanes_port journal_lanes(struct journal *j);

#endif
