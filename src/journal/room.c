/* Making room: what is dropped, in which order, and how the loss is told. */
#include <inttypes.h>

#include "turn.h"

enum {
    DROP_STEP = 64,   /* entries: small, so that little more than needed is lost */
    FREE_SHARE = 64,  /* but a 64th of the file at once, so that gap events are few */
    SPARE_PAGES = 16, /* marks, inner pages, the gap event itself */
    GAP_BODY_MAX = 1024
};

static enum err first_number(sqlite3 *db, sqlite3_stmt *s, int64_t *out, struct fault *why)
{
    enum err rc = sqlite3_step(s) == SQLITE_ROW ? ERR_NONE : db_failed(db, "pages", why);

    *out = rc == ERR_NONE ? sqlite3_column_int64(s, 0) : 0;
    (void)sqlite3_reset(s);
    return rc;
}

/* Pages that may still be written; negative when the file is above its ceiling already. */
static enum err pages_left(const struct group_writer *w, int64_t *out, struct fault *why)
{
    int64_t used = 0, unused = 0;
    enum err rc = first_number(w->db, w->page_count, &used, why);

    if (rc == ERR_NONE)
        rc = first_number(w->db, w->free_pages, &unused, why);
    *out = w->max_pages - used + unused;
    return rc;
}

/* From above: a long body has its own pages, short ones fill three quarters of theirs. */
static int64_t pages_for(const struct part *p)
{
    const char *at = p->at;
    struct item head;
    int64_t together = 0, own = 0;

    while (part_next(p, &at, &head) != NULL) {
        if (head.len > DB_PAGE / 2)
            own += head.len / (DB_PAGE - 4) + 2;
        else
            together += head.len + 32;
    }
    return together * 4 / 3 / DB_PAGE + own + SPARE_PAGES;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Drops at most `most` entries up to seq; *any: there were some. */
static enum err drop_some(struct turn *t, enum lane lane, uint64_t seq, uint64_t most, bool *any,
                          struct fault *why)
{
    struct lane_marks *l = &t->lanes[lane];
    sqlite3_stmt *s = t->w->drop[lane];
    uint64_t upto = least(least(seq, l->high), l->first - 1 + most);
    enum err rc;

    *any = upto >= l->first;
    if (!*any)
        return ERR_NONE;
    (void)sqlite3_bind_int64(s, 1, (sqlite3_int64)upto);
    rc = db_run(t->w->db, s, "drop", why);
    if (rc == ERR_NONE)
        l->first = upto + 1;
    return rc;
}

enum err turn_drop_ripe(struct turn *t, const uint64_t ripe[LANE_END], uint64_t most, struct fault *why)
{
    enum err rc = ERR_NONE;
    bool any;

    for (int l = LANE_EVENTS; l < LANE_END && rc == ERR_NONE; l++)
        rc = drop_some(t, (enum lane)l, least(ripe[l], t->lanes[l].delivered), most, &any, why);
    return rc;
}

static void span_takes(struct loss *loss, struct wall at)
{
    if (loss->from.ms == 0 || at.ms < loss->from.ms)
        loss->from = at;
    if (at.ms > loss->to.ms)
        loss->to = at;
}

/* Readings are counted one by one with their own times; a body without any has the time it was recorded. */
static void count_lost(struct loss *loss, enum lane lane, struct wall recorded, const void *body, size_t len)
{
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;
    uint64_t readings = 0;

    body_read(&r, body, len);
    while (body_next(&r, &item, &reading, &event) == ERR_NONE && item != BODY_END)
        if (item == BODY_READING) {
            readings++;
            span_takes(loss, reading.at);
        }
    if (readings == 0)
        span_takes(loss, recorded);
    if (lane == LANE_LIVE)
        loss->readings += readings > 0 ? readings : 1;
    loss->entries[lane]++;
}

/* The oldest of a lane that nobody has yet and that were recorded before `before`, counted before they go. */
static enum err give_up_some(struct turn *t, enum lane lane, struct wall before, bool *any, struct fault *why)
{
    sqlite3_stmt *s = t->w->oldest[lane];
    uint64_t upto = 0;
    int step;

    (void)sqlite3_bind_int(s, 1, DROP_STEP);
    while ((step = sqlite3_step(s)) == SQLITE_ROW && sqlite3_column_int64(s, 1) < before.ms) {
        upto = (uint64_t)sqlite3_column_int64(s, 0);
        count_lost(&t->loss, lane, (struct wall){ sqlite3_column_int64(s, 1) }, sqlite3_column_blob(s, 2),
                   (size_t)sqlite3_column_bytes(s, 2));
    }
    (void)sqlite3_reset(s);
    if (step != SQLITE_DONE && step != SQLITE_ROW)
        return db_failed(t->w->db, "oldest", why);
    return drop_some(t, lane, upto, DROP_STEP, any, why);
}

/* One step further down; *any false: there is nothing left to give up. */
static enum err drop_one_step(struct turn *t, bool *any, struct fault *why)
{
    enum err rc = ERR_NONE;

    *any = false;
    for (int l = LANE_END - 1; l >= LANE_EVENTS && rc == ERR_NONE && !*any; l--)
        rc = drop_some(t, (enum lane)l, t->lanes[l].delivered, DROP_STEP, any, why);
    for (int l = LANE_END - 1; l >= LANE_EVENTS && rc == ERR_NONE && !*any; l--)
        rc = give_up_some(t, (enum lane)l, (struct wall){ INT64_MAX }, any, why);
    t->loss.for_room |= *any && (t->loss.entries[LANE_LIVE] > 0 || t->loss.entries[LANE_EVENTS] > 0);
    return rc;
}

enum err turn_drop_stale(struct turn *t, struct wall before, uint64_t most, struct fault *why)
{
    struct lane_marks *l = &t->lanes[LANE_LIVE];
    enum err rc = ERR_NONE;
    bool any = before.ms > 0;

    if (l->first <= l->delivered) /* what is delivered goes first, in its own time */
        return rc;
    for (uint64_t begun = l->first; rc == ERR_NONE && any && l->first - begun < most;) {
        rc = give_up_some(t, LANE_LIVE, before, &any, why);
        t->loss.for_age |= any;
    }
    return rc;
}

enum err turn_tell_loss(struct turn *t, struct fault *why)
{
    const struct loss *lost = &t->loss;
    char from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX];
    struct strbuf body;
    struct event e;
    enum err rc;

    wall_text(lost->from, from);
    wall_text(lost->to, to);
    e = event_make(EVENT_GAP, t->now, "journal", (double)lost->readings,
                   "given up %s: %" PRIu64 " readings in %" PRIu64 " entries, %" PRIu64
                   " entries of events; from %s to %s",
                   lost->for_age && lost->for_room ? "for age and at the journal's ceiling"
                   : lost->for_age                 ? "for age"
                                                   : "at the journal's ceiling",
                   lost->readings, lost->entries[LANE_LIVE], lost->entries[LANE_EVENTS], from, to);
    strbuf_init(&body, GAP_BODY_MAX);
    body_add_event(&body, &e);
    rc = body.failed ? fault_set(why, ERR_MEMORY, "journal: no memory for a gap")
                     : turn_add(t, LANE_EVENTS, body.text, body.len, why);
    strbuf_clear(&body);
    return rc;
}

enum err turn_make_room(struct turn *t, const struct part *p, struct fault *why)
{
    int64_t need = pages_for(p) + t->w->squeeze;
    int64_t goal = need + t->w->max_pages / FREE_SHARE;
    bool any = true;
    enum err rc = pages_left(t->w, &t->left, why);

    t->need = need;
    if (rc != ERR_NONE || t->left >= need)
        return rc;
    while (rc == ERR_NONE && any && t->left < goal) {
        rc = drop_one_step(t, &any, why);
        if (rc == ERR_NONE)
            rc = pages_left(t->w, &t->left, why);
    }
    return rc;
}
