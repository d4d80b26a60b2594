/* The lanes as the deliverer sees them: committed entries, by a connection of its own. */
#include "inner.h"

enum err lanes_open(struct journal *j, struct fault *why)
{
    enum err rc = db_prepare(
        j->reader_db, "SELECT seq, body FROM entry WHERE lane = ?1 AND seq > ?2 ORDER BY seq", &j->read, why);

    return rc != ERR_NONE
               ? rc
               : db_prepare(j->reader_db, "SELECT coalesce(min(seq), 0) FROM entry WHERE lane = ?1",
                            &j->first, why);
}

void lanes_close(struct journal *j)
{
    (void)sqlite3_finalize(j->read);
    (void)sqlite3_finalize(j->first);
}

static int64_t epoch(void *self)
{
    return ((struct journal *)self)->writer.epoch;
}

static enum err span(void *self, enum lane lane, uint64_t *first, uint64_t *last, struct fault *why)
{
    struct journal *j = self;
    enum err rc = ERR_NONE;

    (void)pthread_mutex_lock(&j->lock);
    *last = j->high[lane];
    (void)pthread_mutex_unlock(&j->lock);
    (void)pthread_mutex_lock(&j->reader_lock);
    (void)sqlite3_bind_int(j->first, 1, lane);
    if (sqlite3_step(j->first) == SQLITE_ROW)
        *first = (uint64_t)sqlite3_column_int64(j->first, 0);
    else
        rc = db_failed(j->reader_db, "span", why);
    (void)sqlite3_reset(j->first);
    (void)pthread_mutex_unlock(&j->reader_lock);
    if (rc == ERR_NONE && *first == 0 && *last > 0)
        *first = *last + 1;
    return rc;
}

static enum err read_lane(void *self, enum lane lane, uint64_t after, size_t max_bytes,
                          enum err (*visit)(void *ctx, const struct lane_entry *entry), void *ctx,
                          struct fault *why)
{
    struct journal *j = self;
    enum err rc = ERR_NONE;
    size_t bytes = 0;
    int step = SQLITE_DONE;

    (void)pthread_mutex_lock(&j->reader_lock);
    (void)sqlite3_bind_int(j->read, 1, lane);
    (void)sqlite3_bind_int64(j->read, 2, (sqlite3_int64)after);
    while (rc == ERR_NONE && bytes < max_bytes && (step = sqlite3_step(j->read)) == SQLITE_ROW) {
        const struct lane_entry entry = { (uint64_t)sqlite3_column_int64(j->read, 0),
                                          sqlite3_column_blob(j->read, 1),
                                          (size_t)sqlite3_column_bytes(j->read, 1) };
        bytes += entry.len;
        rc = visit(ctx, &entry);
    }
    if (rc == ERR_NONE && step != SQLITE_DONE && step != SQLITE_ROW)
        rc = db_failed(j->reader_db, "read", why);
    (void)sqlite3_reset(j->read);
    (void)pthread_mutex_unlock(&j->reader_lock);
    return rc;
}

/* Only noted here; the committer writes it with its housekeeping.  After a crash it may be behind, which
 * costs nothing: the database's own cursor is the authority. */
static enum err delivered(void *self, enum lane lane, uint64_t seq, struct fault *why)
{
    struct journal *j = self;

    if (lane != LANE_EVENTS && lane != LANE_LIVE)
        return fault_set(why, ERR_RANGE, "no lane %d", lane);
    (void)pthread_mutex_lock(&j->lock);
    j->delivered[lane] = seq;
    (void)pthread_mutex_unlock(&j->lock);
    return ERR_NONE;
}

struct lanes_port journal_lanes(struct journal *j)
{
    return (struct lanes_port){ j, epoch, span, read_lane, delivered };
}
