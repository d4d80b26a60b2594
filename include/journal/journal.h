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
    int64_t ballast_bytes;     /* held back for a full disk; 0: nothing is */
    int64_t keep_delivered_ms; /* delivered entries stay this long after delivery; >= 1 h in production */
    int64_t keep_undelivered_ms; /* readings that nobody took for so long go, and a gap says so; 0: size alone
                                    bounds */
    int64_t group_ms;            /* longest wait for company before a commit; 150 */
    size_t pending_max;          /* bytes not yet durable; beyond it append answers ERR_FULL */
    const char *vfs;             /* SQLite VFS by name, for the power-cut test; NULL: the usual one */
};

struct journal_entry {
    enum lane lane;
    const void *body;
    size_t len;
};

struct journal_state {
    uint64_t key;
    const void *body; /* NULL: the key is forgotten */
    size_t len;
};

struct journal_stats {
    uint64_t commits, records, failed_commits;
    uint64_t dropped_entries; /* undelivered entries given up at the ceiling, ever; a gap event tells each */
    uint64_t refused_records; /* appends answered with ERR_FULL */
    int64_t bytes;            /* of the file now */
    int64_t last_commit_ms;   /* how long the last commit took */
    uint64_t undelivered[LANE_END]; /* entries by lane */
    bool short_of_disk;             /* the ballast is given up, and the file may not grow */
    bool failing;                   /* the last commit failed; it is being retried */
    char text[200];                 /* why, while failing */
};

/* Opens or makes the journal; refuses (ERR_STATE) one that another process holds open, one of an unknown
 * version, and one that SQLite finds corrupt, each with a sentence that says what to do; none of them is
 * written to.  ERR_IO: the folder cannot be written.  ERR_RANGE: settings that cannot work. */
MUST_USE enum err journal_open(struct journal **out, const struct journal_settings *s, struct clock clock,
                               struct fault *why);
/* Any thread: the wall clock is what it says.  Until then nothing goes for its age, as a clock that is years
 * ahead would make everything old. */
void journal_clock_is_true(struct journal *j);
/* Commits what is pending (one last try when commits are failing), stops the committer, closes.  NULL is
 * fine. */
void journal_close(struct journal *j);

/* One record: entries of lanes and changed state, all or nothing, durable together, in the order of the
 * calls.  One caller thread.  Copies everything.  *seq is the record's number; it is durable once
 * journal_durable() >= *seq.  Numbers begin at 1 with each open.  at_once: do not wait for company.
 * Nothing was taken on ERR_FULL (the committer is behind by pending_max bytes), ERR_MEMORY, ERR_RANGE (no
 * such lane, or a record larger than pending_max). */
MUST_USE enum err journal_append(struct journal *j, const struct journal_entry *entries, size_t n,
                                 const struct journal_state *states, size_t m, bool at_once, uint64_t *seq,
                                 struct fault *why);
/* Number of the newest durable record; any thread. */
uint64_t journal_durable(struct journal *j);
/* Called by the committer after each commit with the newest durable number.  Set before the first append. */
void journal_on_durable(struct journal *j, void (*told)(void *self, uint64_t seq), void *self);
/* Waits until `seq` is durable, and hastens the commit; ERR_TIMEOUT. */
MUST_USE enum err journal_wait(struct journal *j, uint64_t seq, int64_t wait_ms);

/* Visits every state row; for start-up, before the first append. */
MUST_USE enum err journal_states(struct journal *j,
                                 enum err (*visit)(void *ctx, const struct journal_state *state), void *ctx,
                                 struct fault *why);
void journal_stats(struct journal *j, struct journal_stats *out);
/* The lanes as the deliverer sees them; its calls may come from one other thread. */
struct lanes_port journal_lanes(struct journal *j);

#endif
