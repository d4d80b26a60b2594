#include "group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "turn.h"

enum {
    BODY_MAX_BYTES = 512 << 20, /* SQLite takes 10^9 */
    TRIM_LEAST = 256,           /* entries dropped by a transaction, beside four times what it brings */
    LOG_TIDY = 1000,            /* frames, 4 MB: about where SQLite itself would write its log back */
    LOG_LEAST_CEILING = 8192    /* 32 MB */
};

/* ---- packing ---- */

static size_t plus(size_t sum, size_t len)
{
    return sum == SIZE_MAX || len > BODY_MAX_BYTES ? SIZE_MAX : sum + sizeof(struct item) + len;
}

size_t group_packed_size(const struct journal_entry *entries, size_t n, const struct journal_state *states,
                         size_t m)
{
    size_t size = plus(0, 0);

    for (size_t i = 0; i < n; i++)
        size = entries[i].lane >= LANE_EVENTS && entries[i].lane < LANE_END ? plus(size, entries[i].len)
                                                                            : SIZE_MAX;
    for (size_t i = 0; i < m; i++)
        size = plus(size, states[i].body != NULL ? states[i].len : 0);
    return size;
}

static void pack(struct strbuf *to, struct item head, const void *body)
{
    strbuf_add(to, &head, sizeof head);
    strbuf_add(to, body, head.len);
}

enum err group_pack(struct strbuf *to, uint64_t number, const struct journal_entry *entries, size_t n,
                    const struct journal_state *states, size_t m)
{
    size_t before = to->len;

    pack(to, (struct item){ .type = ITEM_RECORD, .key = number }, NULL);
    for (size_t i = 0; i < n; i++)
        pack(to,
             (struct item){
                 .type = ITEM_ENTRY, .lane = (uint8_t)entries[i].lane, .len = (uint32_t)entries[i].len },
             entries[i].body);
    for (size_t i = 0; i < m; i++) {
        bool keep = states[i].body != NULL;
        pack(to,
             (struct item){ .type = keep ? ITEM_STATE : ITEM_FORGET,
                            .len = keep ? (uint32_t)states[i].len : 0,
                            .key = states[i].key },
             states[i].body);
    }
    if (!to->failed)
        return ERR_NONE;
    to->failed = false;
    to->len = before;
    return ERR_MEMORY;
}

struct part group_part(const struct strbuf *packed, size_t from, size_t max_bytes)
{
    struct part p = { .at = packed->text + from, .end = packed->text + from };
    const char *at = p.at, *end = packed->text + packed->len;
    uint64_t number = 0;
    size_t states = 0;
    struct item head;

    /* a record is taken when the next one begins, or at the end */
    for (;;) {
        bool over = at == end;
        if (!over)
            memcpy(&head, at, sizeof head);
        if (at > p.at && (over || head.type == ITEM_RECORD)) {
            if (p.records > 0 && (size_t)(at - p.at) > max_bytes)
                return p;
            p.end = at;
            p.last = number;
            p.states = states;
            p.records++;
        }
        if (over)
            return p;
        if (head.type == ITEM_RECORD)
            number = head.key;
        states += head.type == ITEM_STATE || head.type == ITEM_FORGET;
        at += sizeof head + head.len;
    }
}

const char *part_next(const struct part *p, const char **at, struct item *head)
{
    while (*at < p->end) {
        const char *body = *at + sizeof *head;
        memcpy(head, *at, sizeof *head);
        *at = body + head->len;
        if (head->type != ITEM_RECORD)
            return body;
    }
    return NULL;
}

/* ---- which state of a part is the last of its key: only that one is written ---- */

struct last_states {
    struct last_state {
        uint64_t key;
        const char *body; /* NULL: free */
    } * slots;            /* NULL: no memory, then all are written, which is slower and as right */
    size_t mask;
};

static struct last_state *last_slot(const struct last_states *l, uint64_t key)
{
    size_t i = (size_t)(key * 0x9E3779B97F4A7C15u >> 20) & l->mask;

    while (l->slots[i].body != NULL && l->slots[i].key != key)
        i = (i + 1) & l->mask;
    return &l->slots[i];
}

static void last_states_find(struct last_states *l, const struct part *p)
{
    const char *at = p->at, *body;
    size_t size = 16;
    struct item head;

    while (size < 2 * p->states)
        size *= 2;
    l->slots = calloc(size, sizeof *l->slots);
    l->mask = size - 1;
    while (l->slots != NULL && (body = part_next(p, &at, &head)) != NULL)
        if (head.type != ITEM_ENTRY)
            *last_slot(l, head.key) = (struct last_state){ head.key, body };
}

/* ---- statements ---- */

/* Takes the place of SQLite's own checkpoint, whose failures nobody would hear of. */
static int log_grew(void *self, sqlite3 *db, const char *name, int frames)
{
    struct group_writer *w = self;

    (void)db;
    (void)name;
    w->log_frames = frames;
    return SQLITE_OK;
}

static enum err prepare_lanes(struct group_writer *w, struct fault *why)
{
    static const struct {
        size_t at;
        const char *head, *tail;
    } ALL[] = {
        { offsetof(struct group_writer, add), "INSERT INTO", "VALUES (?1, ?2, ?3)" },
        { offsetof(struct group_writer, oldest), "SELECT seq, at, body FROM", "ORDER BY seq LIMIT ?1" },
        { offsetof(struct group_writer, drop), "DELETE FROM", "WHERE seq <= ?1" },
    };
    enum err rc = ERR_NONE;
    char sql[128];

    for (size_t i = 0; i < COUNT_OF(ALL); i++)
        for (int lane = LANE_EVENTS; lane < LANE_END && rc == ERR_NONE; lane++) {
            sqlite3_stmt **of_lane = (sqlite3_stmt **)((char *)w + ALL[i].at);
            (void)snprintf(sql, sizeof sql, "%s %s %s", ALL[i].head, lane_name((enum lane)lane), ALL[i].tail);
            rc = db_prepare(w->db, sql, &of_lane[lane], why);
        }
    return rc;
}

static enum err prepare(struct group_writer *w, struct fault *why)
{
    static const struct {
        size_t at;
        const char *sql;
    } ALL[] = {
        { offsetof(struct group_writer, state), "INSERT OR REPLACE INTO state(key, body) VALUES (?1, ?2)" },
        { offsetof(struct group_writer, forget), "DELETE FROM state WHERE key = ?1" },
        { offsetof(struct group_writer, mark), "UPDATE lane SET high = ?2, delivered = ?3 WHERE lane = ?1" },
        { offsetof(struct group_writer, meta), "UPDATE meta SET value = ?2 WHERE name = ?1" },
        { offsetof(struct group_writer, page_count), "PRAGMA page_count" },
        { offsetof(struct group_writer, free_pages), "PRAGMA freelist_count" },
    };
    enum err rc = prepare_lanes(w, why);

    for (size_t i = 0; i < COUNT_OF(ALL) && rc == ERR_NONE; i++)
        rc = db_prepare(w->db, ALL[i].sql, (sqlite3_stmt **)((char *)w + ALL[i].at), why);
    return rc;
}

static enum err load_lane(struct group_writer *w, int lane, struct fault *why)
{
    const char *name = lane_name((enum lane)lane);
    int64_t first = 0, newest = 0, high = 0, delivered = 0;
    char sql[128];
    enum err rc;

    (void)snprintf(sql, sizeof sql, "SELECT min(seq) FROM %s", name);
    rc = db_number(w->db, sql, &first, why);
    (void)snprintf(sql, sizeof sql, "SELECT max(seq) FROM %s", name);
    if (rc == ERR_NONE)
        rc = db_number(w->db, sql, &newest, why);
    (void)snprintf(sql, sizeof sql, "SELECT high FROM lane WHERE lane = %d", lane);
    if (rc == ERR_NONE)
        rc = db_number(w->db, sql, &high, why);
    (void)snprintf(sql, sizeof sql, "SELECT delivered FROM lane WHERE lane = %d", lane);
    if (rc == ERR_NONE)
        rc = db_number(w->db, sql, &delivered, why);
    if (rc != ERR_NONE)
        return rc;
    if (first < 0 || delivered < 0 || delivered > high || newest > high)
        return fault_set(why, ERR_STATE, "journal: the marks of lane %s contradict its entries", name);
    w->lanes[lane] = (struct lane_marks){ .first = first > 0 ? (uint64_t)first : (uint64_t)high + 1,
                                          .high = (uint64_t)high,
                                          .delivered = (uint64_t)delivered };
    return ERR_NONE;
}

static enum err load(struct group_writer *w, struct fault *why)
{
    int64_t dropped = 0, clean = 0;
    enum err rc = db_number(w->db, "SELECT value FROM meta WHERE name = 'epoch'", &w->epoch, why);

    if (rc == ERR_NONE)
        rc = db_number(w->db, "SELECT value FROM meta WHERE name = 'dropped'", &dropped, why);
    if (rc == ERR_NONE)
        rc = db_number(w->db, "SELECT value FROM meta WHERE name = 'clean'", &clean, why);
    for (int lane = LANE_EVENTS; lane < LANE_END && rc == ERR_NONE; lane++)
        rc = load_lane(w, lane, why);
    if (rc == ERR_NONE && w->epoch <= 0)
        rc = fault_set(why, ERR_STATE, "journal: the file has no epoch");
    w->dropped = (uint64_t)dropped;
    w->clean = clean != 0;
    return rc;
}

enum err group_writer_open(struct group_writer *w, sqlite3 *db, int64_t max_bytes, struct fault *why)
{
    int64_t quarter = max_bytes / DB_PAGE / 4;
    enum err rc;

    *w = (struct group_writer){ .db = db, .max_pages = max_bytes / DB_PAGE };
    w->log_tidy = quarter < LOG_TIDY ? (int)quarter : LOG_TIDY;
    w->log_ceiling = quarter < LOG_LEAST_CEILING ? LOG_LEAST_CEILING
                     : quarter > INT32_MAX       ? INT32_MAX
                                                 : (int)quarter;
    (void)sqlite3_wal_hook(db, log_grew, w);
    rc = prepare(w, why);
    return rc == ERR_NONE ? load(w, why) : rc;
}

void group_writer_close(struct group_writer *w)
{
    sqlite3_stmt *all[] = { w->state, w->forget, w->mark, w->meta, w->page_count, w->free_pages };

    for (size_t i = 0; i < COUNT_OF(all); i++)
        (void)sqlite3_finalize(all[i]);
    for (int lane = LANE_EVENTS; lane < LANE_END; lane++) {
        (void)sqlite3_finalize(w->add[lane]);
        (void)sqlite3_finalize(w->oldest[lane]);
        (void)sqlite3_finalize(w->drop[lane]);
    }
}

/* ---- writing ---- */

enum err turn_add(struct turn *t, enum lane lane, const void *body, size_t len, struct fault *why)
{
    sqlite3_stmt *s = t->w->add[lane];
    enum err rc;

    (void)sqlite3_bind_int64(s, 1, (sqlite3_int64)t->lanes[lane].high + 1);
    (void)sqlite3_bind_int64(s, 2, t->now.ms);
    (void)sqlite3_bind_blob(s, 3, len > 0 ? body : "", (int)len, SQLITE_STATIC);
    rc = db_run(t->w->db, s, "append", why);
    if (rc == ERR_NONE)
        t->lanes[lane].high++;
    return rc;
}

static enum err set_state(struct group_writer *w, const struct item *head, const char *body,
                          struct fault *why)
{
    sqlite3_stmt *s = head->type == ITEM_STATE ? w->state : w->forget;

    (void)sqlite3_bind_int64(s, 1, (sqlite3_int64)head->key);
    if (head->type == ITEM_STATE)
        (void)sqlite3_bind_blob(s, 2, body, (int)head->len, SQLITE_STATIC);
    return db_run(w->db, s, "state", why);
}

static enum err write_items(struct turn *t, const struct part *p, struct fault *why)
{
    const char *at = p->at, *body;
    struct last_states last = { 0 };
    struct item head;
    enum err rc = ERR_NONE;

    if (p->states > 0)
        last_states_find(&last, p);
    while (rc == ERR_NONE && (body = part_next(p, &at, &head)) != NULL) {
        if (head.type == ITEM_ENTRY)
            rc = turn_add(t, (enum lane)head.lane, body, head.len, why);
        else if (last.slots == NULL || last_slot(&last, head.key)->body == body)
            rc = set_state(t->w, &head, body, why);
    }
    free(last.slots);
    return rc;
}

static enum err write_meta(struct group_writer *w, const char *name, int64_t value, struct fault *why)
{
    (void)sqlite3_bind_text(w->meta, 1, name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(w->meta, 2, value);
    return db_run(w->db, w->meta, "meta", why);
}

static uint64_t entries_lost(const struct turn *t)
{
    return t->loss.entries[LANE_EVENTS] + t->loss.entries[LANE_LIVE];
}

static enum err write_marks(struct turn *t, bool clean, struct fault *why)
{
    struct group_writer *w = t->w;
    enum err rc = ERR_NONE;

    for (int lane = LANE_EVENTS; lane < LANE_END && rc == ERR_NONE; lane++) {
        const struct lane_marks *is = &t->lanes[lane], *was = &w->lanes[lane];
        if (is->high == was->high && is->delivered == was->delivered)
            continue;
        (void)sqlite3_bind_int(w->mark, 1, lane);
        (void)sqlite3_bind_int64(w->mark, 2, (sqlite3_int64)is->high);
        (void)sqlite3_bind_int64(w->mark, 3, (sqlite3_int64)is->delivered);
        rc = db_run(w->db, w->mark, "mark", why);
    }
    if (rc == ERR_NONE && w->clean != clean)
        rc = write_meta(w, "clean", clean, why);
    if (rc == ERR_NONE && entries_lost(t) > 0)
        rc = write_meta(w, "dropped", (int64_t)(w->dropped + entries_lost(t)), why);
    return rc;
}

static enum err write_turn(struct turn *t, const struct part *p, const struct group_wish *wish,
                           struct fault *why)
{
    enum err rc;

    for (int lane = LANE_EVENTS; lane < LANE_END; lane++)
        t->lanes[lane].delivered = wish->delivered[lane];
    rc = turn_drop_ripe(t, wish->ripe, TRIM_LEAST + 4 * p->records, why);
    if (rc == ERR_NONE)
        rc = turn_drop_stale(t, wish->stale, TRIM_LEAST + 4 * p->records, why);
    if (rc == ERR_NONE)
        rc = turn_make_room(t, p, why);
    if (rc == ERR_NONE && entries_lost(t) > 0)
        rc = turn_tell_loss(t, why);
    if (rc == ERR_NONE)
        rc = write_items(t, p, why);
    if (rc == ERR_NONE)
        rc = write_marks(t, wish->clean, why);
    return rc == ERR_NONE ? db_exec(t->w->db, "COMMIT", why) : rc;
}

/* SQLite may have rolled back by itself.  Full although there was room by the estimate: near the ceiling the
 * estimate may have been too small, then the next try makes more; far from it the disk is full, and giving
 * something up would not help. */
static void undo(struct turn *t, enum err rc)
{
    struct group_writer *w = t->w;
    struct fault ignored;

    if (sqlite3_get_autocommit(w->db) == 0 && db_exec(w->db, "ROLLBACK", &ignored) != ERR_NONE)
        log_debug("%s", ignored.text);
    if (rc == ERR_FULL && w->squeeze == 0 && t->left < 2 * t->need)
        w->squeeze = t->need;
}

/* *left: frames of the log not written back. */
static enum err write_back(struct group_writer *w, int *left, struct fault *why)
{
    int in_log = 0, done = 0;

    if (sqlite3_wal_checkpoint_v2(w->db, "main", SQLITE_CHECKPOINT_PASSIVE, &in_log, &done) != SQLITE_OK)
        return db_failed(w->db, "write the log back", why);
    *left = in_log - done;
    return ERR_NONE;
}

/* A log that cannot be written back (the disk is full for the file itself, or a foreign program reads it for
 * hours) stops growing here. */
static enum err log_is_bounded(struct group_writer *w, struct fault *why)
{
    int left = 0;
    enum err rc;

    if (w->log_frames < w->log_ceiling)
        return ERR_NONE;
    rc = write_back(w, &left, why);
    if (rc == ERR_NONE && left > 0)
        rc = fault_set(
            why, ERR_STATE,
            "journal: its log is at its ceiling and cannot be written back; does another program read "
            "journal.db?");
    return rc;
}

enum err group_write(struct group_writer *w, const struct part *p, const struct group_wish *wish,
                     struct wall now, struct fault *why)
{
    struct turn t = { .w = w, .now = now };
    enum err rc = log_is_bounded(w, why);

    if (rc == ERR_NONE)
        rc = db_exec(w->db, "BEGIN IMMEDIATE", why);
    if (rc != ERR_NONE)
        return rc;
    memcpy(t.lanes, w->lanes, sizeof t.lanes);
    rc = write_turn(&t, p, wish, why);
    if (rc != ERR_NONE) {
        undo(&t, rc);
        return rc;
    }
    memcpy(w->lanes, t.lanes, sizeof w->lanes);
    w->dropped += entries_lost(&t);
    w->clean = wish->clean;
    w->squeeze = 0;
    return ERR_NONE;
}

/* The file keeps about the size it has: what comes displaces the oldest. */
enum err group_shrink(struct group_writer *w, int64_t spare_bytes, struct fault *why)
{
    int64_t pages = 0;
    enum err rc = db_number(w->db, "PRAGMA page_count", &pages, why);

    pages += spare_bytes / DB_PAGE;
    if (rc == ERR_NONE && pages < w->max_pages)
        w->max_pages = pages;
    return rc;
}

void group_unshrink(struct group_writer *w, int64_t max_bytes)
{
    w->max_pages = max_bytes / DB_PAGE;
}

enum err group_tidy(struct group_writer *w, struct fault *why)
{
    int left;

    return w->log_frames < w->log_tidy ? ERR_NONE : write_back(w, &left, why);
}

enum err group_bytes(const struct group_writer *w, int64_t *bytes, struct fault *why)
{
    enum err rc = db_number(w->db, "PRAGMA page_count", bytes, why);

    *bytes = rc == ERR_NONE ? *bytes * DB_PAGE : 0;
    return rc;
}
