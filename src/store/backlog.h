/* The past that waits: stretches of the live lane that were set aside when the database came back late, each
 * with its own cursor in PostgreSQL, oldest first.  They change only in transactions that hold the live
 * lane's cursor row, which therefore fences and serialises them, too. */
#ifndef STORE_BACKLOG_H
#define STORE_BACKLOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* BACKLOG_MAX: beyond so many interruptions the live lane takes its own past along, in order.
 * BACKLOG_AFTER_MS: what was recorded longer ago than this is the past. */
enum { BACKLOG_MAX = 64, BACKLOG_AFTER_MS = 2000 };

struct stretch {
    uint64_t seq, upto; /* entries after seq, up to upto, are still to come */
};

struct backlog {
    struct stretch of[BACKLOG_MAX];
    size_t count;
};

struct deliverer;

/* In a transaction that holds the live cursor: what PostgreSQL says. */
MUST_USE enum err backlog_load(struct deliverer *d, struct fault *why);
/* The same: entries after *seq up to `last` that are the past become a stretch, and *seq moves beyond them.
 */
MUST_USE enum err backlog_split(struct deliverer *d, uint64_t last, uint64_t *seq, struct fault *why);
/* The same: the oldest stretch is delivered up to `upto`; ERR_STATE when it is not where we think it is. */
MUST_USE enum err backlog_move(struct deliverer *d, uint64_t upto, struct fault *why);
MUST_USE enum err backlog_forget_older(struct deliverer *d, struct fault *why);
/* After the commit of backlog_move. */
void backlog_moved(struct backlog *b, uint64_t upto);
uint64_t backlog_entries(const struct backlog *b);

#endif
