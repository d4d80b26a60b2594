/* The lanes as the deliverer sees them: committed entries, by a connection of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inner.h"

enum { READ_CEILING = 64 << 20 };

enum err lanes_open(struct journal *j, struct fault *why)
{
    enum err rc = ERR_NONE;
    char sql[128];

    for (int lane = LANE_EVENTS; lane < LANE_END && rc == ERR_NONE; lane++) {
        (void)snprintf(sql, sizeof sql,
                       "SELECT seq, at, body FROM %s WHERE seq > ?1 AND seq <= ?2 ORDER BY seq",
                       lane_name((enum lane)lane));
        rc = db_prepare(j->reader_db, sql, &j->read[lane], why);
    }
    return rc;
}

void lanes_close(struct journal *j)
{
    for (int lane = LANE_EVENTS; lane < LANE_END; lane++)
        (void)sqlite3_finalize(j->read[lane]);
}

static bool is_lane(enum lane lane)
{
    return lane >= LANE_EVENTS && lane < LANE_END;
}

static int64_t epoch(void *self)
{
    return ((struct journal *)self)->writer.epoch;
}

static struct lane_marks marks_of(struct journal *j, enum lane lane)
{
    struct lane_marks marks;

    (void)pthread_mutex_lock(&j->lock);
    marks = j->lanes[lane];
    (void)pthread_mutex_unlock(&j->lock);
    return marks;
}

static enum err span(void *self, enum lane lane, uint64_t *first, uint64_t *last, struct fault *why)
{
    struct lane_marks marks;

    if (!is_lane(lane))
        return fault_set(why, ERR_RANGE, "journal: no lane %d", (int)lane);
    marks = marks_of(self, lane);
    *first = marks.high > 0 ? marks.first : 0;
    *last = marks.high;
    return ERR_NONE;
}

/* ---- reading: copied out first, so that a visitor who waits for the database holds neither the lock nor a
 * read transaction, which would keep the log from being written back ---- */

struct copied {
    uint64_t seq;
    struct wall at;
    size_t len;
};

static enum err copy_out(struct journal *j, sqlite3_stmt *s, size_t max_bytes, struct strbuf *to,
                         struct fault *why)
{
    size_t bytes = 0;
    int step;

    while ((step = sqlite3_step(s)) == SQLITE_ROW) {
        struct copied head = { (uint64_t)sqlite3_column_int64(s, 0),
                               { sqlite3_column_int64(s, 1) },
                               (size_t)sqlite3_column_bytes(s, 2) };
        if (bytes > 0 && (head.len > max_bytes || bytes > max_bytes - head.len))
            return ERR_NONE;
        bytes += head.len > 0 ? head.len : 1;
        strbuf_add(to, &head, sizeof head);
        strbuf_add(to, sqlite3_column_blob(s, 2), head.len);
        if (to->failed)
            return fault_set(why, ERR_MEMORY, "journal: no memory to read %zu bytes", bytes);
    }
    return step == SQLITE_DONE ? ERR_NONE : db_failed(j->reader_db, "read", why);
}

static enum err visit_all(const struct strbuf *copied,
                          enum err (*visit)(void *ctx, const struct lane_entry *entry), void *ctx)
{
    enum err rc = ERR_NONE;
    struct copied head;

    for (size_t at = 0; rc == ERR_NONE && at < copied->len; at += head.len) {
        memcpy(&head, copied->text + at, sizeof head);
        at += sizeof head;
        rc = visit(ctx, &(struct lane_entry){ head.seq, head.at, copied->text + at, head.len });
    }
    return rc;
}

static enum err read_lane(void *self, enum lane lane, uint64_t after, size_t max_bytes,
                          enum err (*visit)(void *ctx, const struct lane_entry *entry), void *ctx,
                          struct fault *why)
{
    struct journal *j = self;
    struct strbuf copied;
    struct lane_marks marks;
    enum err rc;

    if (!is_lane(lane))
        return fault_set(why, ERR_RANGE, "journal: no lane %d", (int)lane);
    marks = marks_of(j, lane);
    if (after >= marks.high)
        return ERR_NONE;
    strbuf_init(&copied, SIZE_MAX / 2);
    (void)pthread_mutex_lock(&j->reader_lock);
    (void)sqlite3_bind_int64(j->read[lane], 1, (sqlite3_int64)after);
    (void)sqlite3_bind_int64(j->read[lane], 2, (sqlite3_int64)marks.high);
    rc = copy_out(j, j->read[lane], max_bytes < READ_CEILING ? max_bytes : READ_CEILING, &copied, why);
    (void)sqlite3_reset(j->read[lane]);
    (void)pthread_mutex_unlock(&j->reader_lock);
    if (rc == ERR_NONE)
        rc = visit_all(&copied, visit, ctx);
    strbuf_clear(&copied);
    return rc;
}

/* Only noted here; the committer writes it with its next group.  After a crash it may be behind, which costs
 * nothing: the database's own cursor is the authority.  That cursor may also move back. */
static enum err delivered(void *self, enum lane lane, uint64_t seq, struct fault *why)
{
    struct journal *j = self;
    enum err rc = ERR_NONE;

    if (!is_lane(lane))
        return fault_set(why, ERR_RANGE, "journal: no lane %d", (int)lane);
    (void)pthread_mutex_lock(&j->lock);
    if (seq > j->lanes[lane].high) {
        rc = fault_set(why, ERR_RANGE, "journal: lane %s has %llu entries, not the %llu said to be delivered",
                       lane_name(lane), (unsigned long long)j->lanes[lane].high, (unsigned long long)seq);
    } else {
        j->lanes[lane].delivered = seq;
        keep_delivered(&j->keep[lane], clock_read(&j->clock).mono, seq);
    }
    (void)pthread_mutex_unlock(&j->lock);
    return rc;
}

struct lanes_port journal_lanes(struct journal *j)
{
    return (struct lanes_port){ j, epoch, span, read_lane, delivered };
}
