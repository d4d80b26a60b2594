#include "deliverer.h"

#include <inttypes.h>

#include "cursor.h"
#include "schema.h"
#include "sql.h"

static enum err refuse(const struct deliverer *d, enum cursor_verdict verdict, struct cursor row,
                       uint64_t last, struct fault *why)
{
    if (verdict == CURSOR_FENCED)
        return fault_set(why, ERR_STATE,
                         "node %s: a later journal (epoch %" PRId64 ", ours is %" PRId64
                         ") delivers under this name: nothing is written",
                         d->settings.node, row.epoch, d->epoch);
    return fault_set(why, ERR_STATE,
                     "node %s: the database has entry %" PRIu64 " of this journal, which ends at %" PRIu64
                     ": the journal is an older copy, nothing is written",
                     d->settings.node, row.seq, last);
}

/* Locks the row.  *found is false when there is none yet. */
static enum err lock_cursor(struct deliverer *d, enum lane lane, struct cursor *row, bool *found,
                            struct fault *why)
{
    struct pg_value v[] = { pg_text(d->settings.node), pg_int(lane) };
    struct pg_result *r;
    enum err rc = pg_ask(d->writer, sql_cursor_lock, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    *found = pg_rows(r) == 1;
    if (*found) {
        *row = (struct cursor){ pg_get_int(r, 0, 0), (uint64_t)pg_get_int(r, 0, 1) };
        d->seen = pg_is_null(r, 0, 3) ? (struct wall){ 0 } : pg_get_time(r, 0, 3);
        rc = schema_fits((int)pg_get_int(r, 0, 2), why);
    }
    pg_free(r);
    return rc;
}

static enum err make_cursor(struct deliverer *d, enum lane lane, struct fault *why)
{
    struct pg_value v[] = { pg_text(d->settings.node), pg_int(lane), pg_int(d->epoch) };

    return pg_ask(d->writer, sql_cursor_make, v, COUNT_OF(v), NULL, why);
}

enum err place_move(struct deliverer *d, enum lane lane, uint64_t seq, struct fault *why)
{
    struct pg_value v[] = { pg_text(d->settings.node), pg_int(lane), pg_int(d->epoch), pg_int((int64_t)seq) };

    return pg_ask(d->writer, sql_cursor_move, v, COUNT_OF(v), NULL, why);
}

/* Inside a transaction: makes or adopts the row, and says where to continue. */
static enum err settle(struct deliverer *d, enum lane lane, uint64_t last, uint64_t *seq, struct fault *why)
{
    struct cursor row = { d->epoch, 0 };
    bool found;
    enum err rc = lock_cursor(d, lane, &row, &found, why);

    if (rc == ERR_NONE && !found) {
        rc = make_cursor(d, lane, why);
        if (rc == ERR_NONE)
            rc = lock_cursor(d, lane, &row, &found, why);
    }
    if (rc != ERR_NONE)
        return rc;
    *seq = row.seq;
    switch (cursor_judge(row, d->epoch, last)) {
    case CURSOR_HERE: return ERR_NONE;
    case CURSOR_NEW_BOOK:
        *seq = 0;
        rc = place_move(d, lane, 0, why);
        return rc == ERR_NONE && lane == LANE_LIVE ? backlog_forget_older(d, why) : rc;
    case CURSOR_FENCED: return refuse(d, CURSOR_FENCED, row, last, why);
    case CURSOR_BEYOND: return refuse(d, CURSOR_BEYOND, row, last, why);
    }
    return ERR_NONE;
}

/* Also when that is nothing: a database that was set back to before the first entry wants all of them again,
 * and the journal must not drop what it took for delivered.  What waits in the backlog is not delivered. */
void place_tell_journal(struct deliverer *d, const struct lane_state *l)
{
    bool past = l->lane == LANE_LIVE && d->backlog.count > 0;
    uint64_t seq = past ? d->backlog.of[0].seq : d->state[l->lane].seq;
    struct fault why = { 0 };

    if (d->lanes.delivered(d->lanes.self, l->lane, seq, &why) != ERR_NONE)
        log_warn("delivery lane=%s: the journal did not note seq=%" PRIu64 ": %s", lane_name(l->lane), seq,
                 why.text);
}

/* The lock waits for a commit of ours that was never answered, so the row is the truth about it. */
enum err place_find(struct deliverer *d, struct lane_state *l, struct fault *why)
{
    uint64_t first, last, seq = 0;
    enum err rc = d->lanes.span(d->lanes.self, l->lane, &first, &last, why);

    if (rc == ERR_NONE)
        rc = pg_begin(d->writer, why);
    if (rc == ERR_NONE)
        rc = settle(d, l->lane, last, &seq, why);
    if (rc == ERR_NONE && l->lane == LANE_LIVE)
        rc = backlog_load(d, why);
    if (rc == ERR_NONE && l->lane == LANE_LIVE)
        rc = backlog_split(d, last, &seq, why);
    if (rc == ERR_NONE)
        rc = pg_commit(d->writer, why);
    if (rc != ERR_NONE) {
        pg_rollback(d->writer);
        return rc;
    }
    l->known = true;
    l->seq = seq;
    place_tell_journal(d, l);
    return ERR_NONE;
}

enum err place_hold(struct deliverer *d, const struct lane_state *l, bool *moved, struct fault *why)
{
    struct cursor row;
    bool found;
    enum err rc = lock_cursor(d, l->lane, &row, &found, why);

    *moved = rc == ERR_NONE && (!found || row.epoch != d->epoch || row.seq != l->seq);
    return rc;
}
