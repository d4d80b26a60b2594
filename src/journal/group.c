#include "group.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TRIM_STEP = 512, DROP_STEP = 64 };
enum { ITEM_ENTRY = 1, ITEM_STATE = 2 };

struct item {
    uint8_t type, lane;
    uint32_t len;
    uint64_t key;
};

/* ---- packing ---- */

static void pack(struct strbuf *to, struct item head, const void *body)
{
    strbuf_add(to, &head, sizeof head);
    strbuf_add(to, body, head.len);
}

enum err group_pack(struct strbuf *to, const struct journal_entry *entries, size_t n,
                    const struct journal_state *states, size_t m)
{
    size_t before = to->len;

    for (size_t i = 0; i < n; i++) {
        struct item head = { .type = ITEM_ENTRY,
                             .lane = (uint8_t)entries[i].lane,
                             .len = (uint32_t)entries[i].len };
        pack(to, head, entries[i].body);
    }
    for (size_t i = 0; i < m; i++) {
        struct item head = { .type = ITEM_STATE, .len = (uint32_t)states[i].len, .key = states[i].key };
        pack(to, head, states[i].body);
    }
    if (!to->failed)
        return ERR_NONE;
    to->failed = false;
    to->len = before;
    return ERR_FULL;
}

/* The item at *at, and *at behind it; NULL at the end. */
static const char *unpack(const struct strbuf *packed, size_t *at, struct item *head)
{
    const char *body;

    if (*at >= packed->len)
        return NULL;
    memcpy(head, packed->text + *at, sizeof *head);
    body = packed->text + *at + sizeof *head;
    *at += sizeof *head + head->len;
    return body;
}

/* ---- a set of keys, so that of each state only the last of a group is written ---- */

struct key_set {
    uint64_t *slots; /* key + 1; 0: free */
    size_t mask;
};

static bool key_set_make(struct key_set *s, size_t keys)
{
    size_t size = 16;

    while (size < 2 * keys)
        size *= 2;
    s->slots = calloc(size, sizeof *s->slots);
    s->mask = size - 1;
    return s->slots != NULL;
}

static bool key_set_add(struct key_set *s, uint64_t key)
{
    size_t i = (size_t)(key * 0x9E3779B97F4A7C15u >> 20) & s->mask;

    while (s->slots[i] != 0 && s->slots[i] != key + 1)
        i = (i + 1) & s->mask;
    if (s->slots[i] != 0)
        return false;
    s->slots[i] = key + 1;
    return true;
}

/* ---- statements ---- */

enum err group_writer_open(struct group_writer *w, sqlite3 *db, int64_t max_bytes, struct fault *why)
{
    static const struct {
        size_t at;
        const char *sql;
    } STATEMENTS[] = {
        { offsetof(struct group_writer, add),
          "INSERT INTO entry(lane, seq, at, body) VALUES (?1, ?2, ?3, ?4)" },
        { offsetof(struct group_writer, state), "INSERT OR REPLACE INTO state(key, body) VALUES (?1, ?2)" },
        { offsetof(struct group_writer, mark), "UPDATE lane SET high = ?2 WHERE lane = ?1" },
        { offsetof(struct group_writer, high),
          "UPDATE lane SET delivered = ?2 WHERE lane = ?1 AND delivered <> ?2" },
        { offsetof(struct group_writer, trim),
          "DELETE FROM entry WHERE lane = ?1 AND seq <= ?2 AND at < ?3"
          " AND seq < (SELECT min(seq) + ?4 FROM entry WHERE lane = ?1)" },
        { offsetof(struct group_writer, oldest),
          "SELECT seq, body FROM entry WHERE lane = ?1 ORDER BY seq LIMIT ?2" },
        { offsetof(struct group_writer, drop), "DELETE FROM entry WHERE lane = ?1 AND seq <= ?2" },
    };
    enum err rc = ERR_NONE;

    *w = (struct group_writer){ .db = db, .max_bytes = max_bytes };
    for (size_t i = 0; i < COUNT_OF(STATEMENTS) && rc == ERR_NONE; i++)
        rc = db_prepare(db, STATEMENTS[i].sql, (sqlite3_stmt **)((char *)w + STATEMENTS[i].at), why);
    if (rc == ERR_NONE)
        rc = db_number(db, "SELECT value FROM meta WHERE name = 'epoch'", &w->epoch, why);
    for (int lane = LANE_EVENTS; lane < LANE_END && rc == ERR_NONE; lane++) {
        int64_t high;
        rc = db_number(db,
                       lane == LANE_EVENTS ? "SELECT high FROM lane WHERE lane = 1"
                                           : "SELECT high FROM lane WHERE lane = 2",
                       &high, why);
        w->lane_high[lane] = (uint64_t)high;
    }
    return rc;
}

void group_writer_close(struct group_writer *w)
{
    sqlite3_stmt *all[] = { w->add, w->state, w->mark, w->trim, w->oldest, w->drop, w->high };

    for (size_t i = 0; i < COUNT_OF(all); i++)
        (void)sqlite3_finalize(all[i]);
}

/* ---- writing ---- */

static enum err add_entry(struct group_writer *w, int lane, const void *body, size_t len, struct wall now,
                          uint64_t high[LANE_END], struct fault *why)
{
    (void)sqlite3_bind_int(w->add, 1, lane);
    (void)sqlite3_bind_int64(w->add, 2, (sqlite3_int64)++high[lane]);
    (void)sqlite3_bind_int64(w->add, 3, now.ms);
    (void)sqlite3_bind_blob(w->add, 4, body, (int)len, SQLITE_STATIC);
    return db_run(w->db, w->add, "append", why);
}

static enum err add_entries(struct group_writer *w, const struct strbuf *packed, struct wall now,
                            uint64_t high[LANE_END], size_t *states, struct fault *why)
{
    enum err rc = ERR_NONE;
    struct item head;
    const char *body;
    size_t at = 0;

    *states = 0;
    while (rc == ERR_NONE && (body = unpack(packed, &at, &head)) != NULL)
        if (head.type == ITEM_ENTRY)
            rc = add_entry(w, head.lane, body, head.len, now, high, why);
        else
            ++*states;
    return rc;
}

/* Newest first, so that the first of a key that is met is the one that counts. */
static enum err set_states(struct group_writer *w, const struct strbuf *packed, size_t count,
                           struct fault *why)
{
    size_t *places = calloc(count + 1, sizeof *places), n = 0, at = 0, here;
    struct key_set done = { 0 };
    enum err rc = ERR_NONE;
    struct item head;
    const char *body;

    if (places == NULL || !key_set_make(&done, count)) {
        free(places);
        return fault_set(why, ERR_MEMORY, "journal: no memory for %zu states", count);
    }
    for (here = at; unpack(packed, &at, &head) != NULL; here = at)
        if (head.type == ITEM_STATE)
            places[n++] = here;
    while (n-- > 0 && rc == ERR_NONE) {
        at = places[n];
        body = unpack(packed, &at, &head);
        if (!key_set_add(&done, head.key))
            continue;
        (void)sqlite3_bind_int64(w->state, 1, (sqlite3_int64)head.key);
        (void)sqlite3_bind_blob(w->state, 2, body, (int)head.len, SQLITE_STATIC);
        rc = db_run(w->db, w->state, "state", why);
    }
    free(done.slots);
    free(places);
    return rc;
}

static enum err mark_high(struct group_writer *w, const uint64_t high[LANE_END], struct fault *why)
{
    enum err rc = ERR_NONE;

    for (int lane = LANE_EVENTS; lane < LANE_END && rc == ERR_NONE; lane++) {
        if (high[lane] == w->lane_high[lane])
            continue;
        (void)sqlite3_bind_int(w->mark, 1, lane);
        (void)sqlite3_bind_int64(w->mark, 2, (sqlite3_int64)high[lane]);
        rc = db_run(w->db, w->mark, "mark", why);
    }
    return rc;
}

static enum err finish(struct group_writer *w, enum err rc, const uint64_t high[LANE_END], struct fault *why)
{
    struct fault ignored;

    if (rc == ERR_NONE)
        rc = mark_high(w, high, why);
    if (rc == ERR_NONE)
        rc = db_exec(w->db, "COMMIT", why);
    if (rc == ERR_NONE)
        memcpy(w->lane_high, high, sizeof w->lane_high);
    else if (sqlite3_get_autocommit(w->db) == 0 && db_exec(w->db, "ROLLBACK", &ignored) != ERR_NONE)
        return rc; /* SQLite has rolled back by itself where it must */
    return rc;
}

enum err group_write(struct group_writer *w, const struct strbuf *packed, struct wall now, struct fault *why)
{
    uint64_t high[LANE_END];
    size_t states = 0;
    enum err rc = db_exec(w->db, "BEGIN IMMEDIATE", why);

    if (rc != ERR_NONE)
        return rc;
    memcpy(high, w->lane_high, sizeof high);
    rc = add_entries(w, packed, now, high, &states, why);
    if (rc == ERR_NONE)
        rc = set_states(w, packed, states, why);
    return finish(w, rc, high, why);
}

/* ---- trimming ---- */

static enum err trim_lane(struct group_writer *w, int lane, uint64_t delivered, struct wall before,
                          struct fault *why)
{
    (void)sqlite3_bind_int(w->trim, 1, lane);
    (void)sqlite3_bind_int64(w->trim, 2, (sqlite3_int64)delivered);
    (void)sqlite3_bind_int64(w->trim, 3, before.ms);
    (void)sqlite3_bind_int(w->trim, 4, TRIM_STEP);
    return db_run(w->db, w->trim, "trim", why);
}

enum err group_trim(struct group_writer *w, const uint64_t delivered[LANE_END], struct wall before,
                    struct fault *why)
{
    enum err rc = db_exec(w->db, "BEGIN IMMEDIATE", why);

    if (rc != ERR_NONE)
        return rc;
    for (int lane = LANE_EVENTS; lane < LANE_END && rc == ERR_NONE; lane++) {
        (void)sqlite3_bind_int(w->high, 1, lane);
        (void)sqlite3_bind_int64(w->high, 2, (sqlite3_int64)delivered[lane]);
        rc = db_run(w->db, w->high, "delivered", why);
        if (rc == ERR_NONE)
            rc = trim_lane(w, lane, delivered[lane], before, why);
    }
    return finish(w, rc, w->lane_high, why);
}

enum err group_bytes(const struct group_writer *w, int64_t *bytes, struct fault *why)
{
    int64_t pages, unused;
    enum err rc = db_number(w->db, "PRAGMA page_count", &pages, why);

    if (rc == ERR_NONE)
        rc = db_number(w->db, "PRAGMA freelist_count", &unused, why);
    *bytes = rc == ERR_NONE ? (pages - unused) * DB_PAGE : 0;
    return rc;
}

struct given_up {
    uint64_t last, entries, readings;
    struct wall from, to;
};

static void count_readings(struct given_up *g, const void *body, size_t len)
{
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;

    body_read(&r, body, len);
    while (body_next(&r, &item, &reading, &event) == ERR_NONE && item != BODY_END) {
        struct wall at = item == BODY_READING ? reading.at : event.at;
        g->readings += item == BODY_READING;
        if (g->from.ms == 0 || at.ms < g->from.ms)
            g->from = at;
        if (at.ms > g->to.ms)
            g->to = at;
    }
}

static enum err look_at_oldest(struct group_writer *w, int lane, uint64_t delivered, struct given_up *g,
                               struct fault *why)
{
    int step;

    (void)sqlite3_bind_int(w->oldest, 1, lane);
    (void)sqlite3_bind_int(w->oldest, 2, DROP_STEP);
    while ((step = sqlite3_step(w->oldest)) == SQLITE_ROW) {
        g->last = (uint64_t)sqlite3_column_int64(w->oldest, 0);
        if (g->last <= delivered)
            continue;
        g->entries++;
        count_readings(g, sqlite3_column_blob(w->oldest, 1), (size_t)sqlite3_column_bytes(w->oldest, 1));
    }
    (void)sqlite3_reset(w->oldest);
    return step == SQLITE_DONE ? ERR_NONE : db_failed(w->db, "oldest", why);
}

static enum err tell_gap(struct group_writer *w, int lane, const struct given_up *g, struct wall now,
                         uint64_t high[LANE_END], struct fault *why)
{
    char from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX];
    struct strbuf body;
    struct event e;
    enum err rc;

    wall_text(g->from, from);
    wall_text(g->to, to);
    e = event_make(
        EVENT_GAP, now, "journal", (double)g->readings,
        "%llu readings in %llu entries of lane %s given up at the journal's ceiling, from %s to %s",
        (unsigned long long)g->readings, (unsigned long long)g->entries, lane_name((enum lane)lane), from,
        to);
    strbuf_init(&body, 1024);
    body_add_event(&body, &e);
    rc = body.failed ? fault_set(why, ERR_MEMORY, "journal: no memory for a gap")
                     : add_entry(w, LANE_EVENTS, body.text, body.len, now, high, why);
    strbuf_clear(&body);
    return rc;
}

static enum err drop_oldest(struct group_writer *w, int lane, uint64_t delivered, struct wall now,
                            bool *dropped, struct fault *why)
{
    uint64_t high[LANE_END];
    struct given_up g = { 0 };
    enum err rc = db_exec(w->db, "BEGIN IMMEDIATE", why);

    if (rc != ERR_NONE)
        return rc;
    memcpy(high, w->lane_high, sizeof high);
    rc = look_at_oldest(w, lane, delivered, &g, why);
    *dropped = g.last > 0;
    if (rc == ERR_NONE && *dropped) {
        (void)sqlite3_bind_int(w->drop, 1, lane);
        (void)sqlite3_bind_int64(w->drop, 2, (sqlite3_int64)g.last);
        rc = db_run(w->db, w->drop, "drop", why);
    }
    if (rc == ERR_NONE && g.entries > 0)
        rc = tell_gap(w, lane, &g, now, high, why);
    rc = finish(w, rc, high, why);
    if (rc == ERR_NONE)
        w->dropped += g.entries;
    return rc;
}

enum err group_make_room(struct group_writer *w, const uint64_t delivered[LANE_END], struct wall now,
                         struct fault *why)
{
    const struct wall forever = { INT64_MAX };
    int64_t bytes;
    bool dropped = true;
    enum err rc = group_bytes(w, &bytes, why);

    if (rc != ERR_NONE || bytes <= w->max_bytes / 10 * 8)
        return rc;
    rc = group_trim(w, delivered, forever, why);
    while (rc == ERR_NONE && (rc = group_bytes(w, &bytes, why)) == ERR_NONE &&
           bytes > w->max_bytes / 10 * 8 && dropped) {
        rc = drop_oldest(w, LANE_LIVE, delivered[LANE_LIVE], now, &dropped, why);
        if (rc == ERR_NONE && !dropped)
            rc = drop_oldest(w, LANE_EVENTS, delivered[LANE_EVENTS], now, &dropped, why);
    }
    return rc;
}
