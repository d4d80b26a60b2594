#include "store/store.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "batch.h"
#include "cursor.h"
#include "leash.h"
#include "pg.h"
#include "projection.h"
#include "rollup.h"
#include "schema.h"
#include "sql.h"
#include "versions.h"

enum { ROLLUP_HOURS = 100, ROLLUP_CALLS = 4 }; /* each SEEN_EVERY_MS at most */
enum { BACKOFF_MIN_MS = 200, BACKOFF_MAX_MS = 5000, SEEN_EVERY_MS = 5000, SEEN_SLACK_MS = 2000 };

/* Trouble of one thing: said once and damped, tried again ever more slowly. */
struct trouble {
    char text[256]; /* "": none */
    struct mono next_try;
    int64_t gap_ms;
    struct damper damper;
};

struct lane_state {
    enum lane lane;
    bool known;        /* seq is what PostgreSQL said on this connection */
    bool no_partition; /* the last refusal was a missing partition */
    uint64_t seq;
    size_t entries_max; /* per transaction: halved by a refusal of data, doubled by success */
    struct trouble trouble;
};

struct deliverer {
    struct store_settings settings;
    struct lanes_port lanes;
    struct clock clock;
    int64_t epoch;
    struct leash leash;
    int poke;
    pthread_t thread;

    /* the thread's own */
    struct pg *writer, *maintenance;
    struct trouble link, catalogue_trouble, rollup_trouble;
    struct lane_state state[LANE_END];
    struct batch batch;
    struct days days;
    struct mono next_seen;
    bool was_connected;

    pthread_mutex_t lock;
    struct deliverer_stats stats;  /* under lock */
    struct catalogue *catalogue;   /* under lock: held, the present one */
    bool catalogue_new;            /* under lock: not shown yet */
    struct versions_port versions; /* under lock */
};

static const enum lane LANES[] = { LANE_EVENTS, LANE_LIVE };

/* ---- trouble and its end ---- */

static void complain(struct trouble *t, const char *what, const struct fault *why)
{
    struct mono now = mono_read();
    unsigned swallowed;

    t->gap_ms = t->gap_ms == 0                   ? BACKOFF_MIN_MS
                : t->gap_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS
                                                 : t->gap_ms * 2;
    t->next_try.ms = now.ms + t->gap_ms;
    (void)snprintf(t->text, sizeof t->text, "%s", why->text);
    if (damper_complain(&t->damper, now, &swallowed))
        log_warn("delivery %s waits: last=\"%s\" swallowed=%u", what, why->text, swallowed);
}

static void relieve(struct trouble *t, const char *what)
{
    int64_t lasted_ms;

    t->text[0] = '\0';
    t->gap_ms = 0;
    t->next_try.ms = 0;
    if (damper_end(&t->damper, mono_read(), &lasted_ms))
        log_info("delivery %s goes on: after_ms=%" PRId64, what, lasted_ms);
}

static bool is_due(const struct trouble *t)
{
    return t->gap_ms == 0 || mono_read().ms >= t->next_try.ms;
}

/* What an operator reads: the connection's trouble first, then the lanes'. */
static void publish(struct deliverer *d)
{
    const char *text = d->link.text;

    for (size_t i = 0; i < COUNT_OF(LANES) && text[0] == '\0'; i++)
        text = d->state[LANES[i]].trouble.text;
    if (text[0] == '\0')
        text = d->catalogue_trouble.text;
    (void)pthread_mutex_lock(&d->lock);
    d->stats.connected = pg_alive(d->writer) && d->link.text[0] == '\0';
    for (size_t i = 0; i < COUNT_OF(LANES); i++)
        d->stats.cursor[LANES[i]] = d->state[LANES[i]].seq;
    (void)snprintf(d->stats.text, sizeof d->stats.text, "%s", text);
    (void)pthread_mutex_unlock(&d->lock);
}

/* ---- connections ---- */

static enum err open_as(struct deliverer *d, const struct store_login *login, const char *name,
                        struct pg **out, struct fault *why)
{
    const struct pg_options o = { .connect = d->settings.connect,
                                  .login = login,
                                  .name = name,
                                  .answer_ms = d->settings.answer_ms,
                                  .leash = &d->leash };

    return pg_open(out, &o, why);
}

static void hang_up(struct deliverer *d)
{
    pg_close(d->writer);
    d->writer = NULL;
    for (size_t i = 0; i < COUNT_OF(LANES); i++)
        d->state[LANES[i]].known = false;
}

static enum err connect_maintenance(struct deliverer *d, struct fault *why)
{
    if (pg_alive(d->maintenance))
        return ERR_NONE;
    pg_close(d->maintenance);
    d->maintenance = NULL;
    return open_as(d, &d->settings.maintenance, "capnuoc maintenance", &d->maintenance, why);
}

static enum err make_day(struct deliverer *d, int64_t day, struct fault *why)
{
    char text[DAY_TEXT_MAX];
    enum err rc;

    if (days_has(&d->days, day))
        return ERR_NONE;
    rc = connect_maintenance(d, why);
    day_text(day, text);
    struct pg_value v = pg_text(text);
    if (rc == ERR_NONE)
        rc = pg_ask(d->maintenance, sql_reading_day, &v, 1, NULL, why);
    if (rc == ERR_NONE)
        days_add(&d->days, day);
    return rc;
}

/* Days not known to have a partition get one.  Without a maintenance login somebody else makes them. */
static enum err make_days(struct deliverer *d, const int64_t *days, size_t n, struct fault *why)
{
    enum err rc = ERR_NONE;

    if (d->settings.maintenance.user[0] == '\0')
        return ERR_NONE;
    for (size_t i = 0; i < n && rc == ERR_NONE; i++)
        rc = make_day(d, days[i], why);
    return rc;
}

/* Points and sites are for people who read: readings do not wait for them; a failure is tried again. */
static void show_catalogue(struct deliverer *d)
{
    struct fault why = { 0 };
    struct versions_port versions;
    struct catalogue *c;
    enum err rc;

    (void)pthread_mutex_lock(&d->lock);
    c = catalogue_hold(d->catalogue);
    versions = d->versions;
    d->catalogue_new = false;
    (void)pthread_mutex_unlock(&d->lock);
    rc = pg_begin(d->writer, &why);
    if (rc == ERR_NONE)
        rc = projection_write(d->writer, c, d->settings.node, d->epoch, &why);
    if (rc == ERR_NONE)
        rc = versions_write(d->writer, d->settings.node, &versions, &why);
    if (rc == ERR_NONE)
        rc = pg_commit(d->writer, &why);
    if (rc != ERR_NONE)
        pg_rollback(d->writer);
    catalogue_drop(c);
    if (rc == ERR_NONE)
        relieve(&d->catalogue_trouble, "of the catalogue");
    else if (pg_alive(d->writer))
        complain(&d->catalogue_trouble, "of the catalogue", &why);
}

static bool catalogue_waits(struct deliverer *d)
{
    bool is_new;

    (void)pthread_mutex_lock(&d->lock);
    is_new = d->catalogue_new;
    (void)pthread_mutex_unlock(&d->lock);
    return is_new || (d->catalogue_trouble.gap_ms != 0 && is_due(&d->catalogue_trouble));
}

static enum err connect_writer(struct deliverer *d, struct fault *why)
{
    enum err rc;

    hang_up(d);
    pg_close(d->maintenance); /* most likely lost with the other */
    d->maintenance = NULL;
    rc = open_as(d, &d->settings.writer, "capnuoc delivery", &d->writer, why);
    if (rc == ERR_NONE)
        rc = schema_check(d->writer, why);
    if (rc == ERR_NONE)
        rc = pg_ask(d->writer, sql_in_order, NULL, 0, NULL, why);
    if (rc != ERR_NONE) {
        hang_up(d);
        return rc;
    }
    if (d->was_connected) {
        (void)pthread_mutex_lock(&d->lock);
        d->stats.reconnects++;
        (void)pthread_mutex_unlock(&d->lock);
    }
    d->was_connected = true;
    days_forget(&d->days);
    show_catalogue(d);
    return pg_alive(d->writer) ? ERR_NONE : fault_set(why, ERR_PEER, "database: lost again at once");
}

/* Tomorrow's partition is there before midnight; when it cannot be made now, the batch that needs it will say
 * so. */
static void make_days_ahead(struct deliverer *d)
{
    int64_t today = day_of(clock_read(&d->clock).wall);
    int64_t days[] = { today, today + 1 };
    struct fault why;

    if (make_days(d, days, COUNT_OF(days), &why) != ERR_NONE)
        log_debug("delivery partitions ahead: %s", why.text);
}

/* A few dirty hours now, more with the next call; what is not rolled up is read from the raw rows meanwhile.
 */
static void roll_up(struct deliverer *d)
{
    struct fault why;
    enum err rc;
    size_t done = ROLLUP_HOURS;

    if (d->settings.maintenance.user[0] == '\0' || !is_due(&d->rollup_trouble))
        return;
    rc = connect_maintenance(d, &why);
    for (int i = 0; i < ROLLUP_CALLS && rc == ERR_NONE && done == ROLLUP_HOURS; i++)
        rc = rollup_step(d->maintenance, ROLLUP_HOURS, &done, &why);
    if (rc == ERR_NONE)
        relieve(&d->rollup_trouble, "of roll-ups");
    else
        complain(&d->rollup_trouble, "of roll-ups", &why);
}

/* ---- the cursor ---- */

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

static enum err move_cursor(struct deliverer *d, enum lane lane, uint64_t seq, struct fault *why)
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
    case CURSOR_NEW_BOOK: *seq = 0; return move_cursor(d, lane, 0, why);
    case CURSOR_FENCED: return refuse(d, CURSOR_FENCED, row, last, why);
    case CURSOR_BEYOND: return refuse(d, CURSOR_BEYOND, row, last, why);
    }
    return ERR_NONE;
}

/* Also when that is nothing: a database that was set back to before the first entry wants all of them again,
 * and the journal must not drop what it took for delivered. */
static void tell_journal(struct deliverer *d, const struct lane_state *l)
{
    struct fault why = { 0 };

    if (d->lanes.delivered(d->lanes.self, l->lane, l->seq, &why) != ERR_NONE)
        log_warn("delivery lane=%s: the journal did not note seq=%" PRIu64 ": %s", lane_name(l->lane), l->seq,
                 why.text);
}

/* PostgreSQL's cursor is the authority: where this connection starts is what the row says.  The lock
 * waits for a commit of ours that was never answered, so the row is the truth about it. */
static enum err find_place(struct deliverer *d, struct lane_state *l, struct fault *why)
{
    uint64_t first, last, seq = 0;
    enum err rc = d->lanes.span(d->lanes.self, l->lane, &first, &last, why);

    if (rc == ERR_NONE)
        rc = pg_begin(d->writer, why);
    if (rc == ERR_NONE)
        rc = settle(d, l->lane, last, &seq, why);
    if (rc == ERR_NONE)
        rc = pg_commit(d->writer, why);
    if (rc != ERR_NONE) {
        pg_rollback(d->writer);
        return rc;
    }
    l->known = true;
    l->seq = seq;
    tell_journal(d, l);
    return ERR_NONE;
}

/* In the transaction of a batch: nobody else has moved the row.  When somebody has, *moved. */
static enum err hold_place(struct deliverer *d, const struct lane_state *l, bool *moved, struct fault *why)
{
    struct cursor row;
    bool found;
    enum err rc = lock_cursor(d, l->lane, &row, &found, why);

    *moved = rc == ERR_NONE && (!found || row.epoch != d->epoch || row.seq != l->seq);
    return rc;
}

/* ---- one transaction ---- */

static enum err write_quarantine(struct deliverer *d, enum lane lane, size_t i, const char *reason,
                                 struct fault *why)
{
    const struct batch_entry *e = &d->batch.entries[i];
    struct pg_value v[] = { pg_text(d->settings.node),
                            pg_int(lane),
                            pg_int(d->epoch),
                            pg_int((int64_t)e->seq),
                            pg_text(reason),
                            pg_bytes(batch_body(&d->batch, i), e->len),
                            pg_time(clock_read(&d->clock).wall) };

    return pg_ask(d->writer, sql_quarantine_insert, v, COUNT_OF(v), NULL, why);
}

static enum err write_events(struct deliverer *d, struct fault *why)
{
    struct pg_value v[] = { pg_text(d->batch.events.text), pg_text(d->settings.node), pg_int(d->epoch) };

    return d->batch.event_count == 0 ? ERR_NONE
                                     : pg_ask(d->writer, sql_events_insert, v, COUNT_OF(v), NULL, why);
}

static enum err write_hands(struct deliverer *d, struct fault *why)
{
    struct pg_value v[] = { pg_text(d->batch.hands.text), pg_text(d->settings.node) };

    return d->batch.hand_count == 0 ? ERR_NONE
                                    : pg_ask(d->writer, sql_hands_insert, v, COUNT_OF(v), NULL, why);
}

static enum err write_readings(struct deliverer *d, struct fault *why)
{
    const struct batch *b = &d->batch;

    return b->row_count == 0 ? ERR_NONE
                             : pg_copy_in(d->writer, sql_reading_copy, b->rows.text, b->rows.len, NULL, why);
}

/* Lock, check, write, advance: all or nothing.  quarantine: the reason why entry 0 is set aside, NULL to
 * write the batch's rows.  Its events are written either way: what is set aside has none but the hole before
 * it. */
static enum err transact(struct deliverer *d, struct lane_state *l, uint64_t upto, const char *quarantine,
                         struct fault *why)
{
    bool moved = false;
    enum err rc = pg_begin(d->writer, why);

    if (rc == ERR_NONE)
        rc = hold_place(d, l, &moved, why);
    if (rc == ERR_NONE && moved) {
        l->known = false; /* look again where we are; nothing was written */
        pg_rollback(d->writer);
        return ERR_NONE;
    }
    if (rc == ERR_NONE)
        rc = write_events(d, why);
    if (rc == ERR_NONE)
        rc = write_hands(d, why);
    if (rc == ERR_NONE)
        rc = quarantine != NULL ? write_quarantine(d, l->lane, 0, quarantine, why) : write_readings(d, why);
    if (rc == ERR_NONE && quarantine == NULL)
        rc = minute_rows_write(d->writer, &d->batch.minutes, why);
    if (rc == ERR_NONE)
        rc = move_cursor(d, l->lane, upto, why);
    if (rc == ERR_NONE)
        rc = pg_commit(d->writer, why);
    if (rc != ERR_NONE) {
        pg_rollback(d->writer);
        return rc;
    }
    l->seq = upto;
    return ERR_NONE;
}

static void count(struct deliverer *d, uint64_t rows, uint64_t events, uint64_t quarantined)
{
    (void)pthread_mutex_lock(&d->lock);
    d->stats.rows += rows;
    d->stats.events += events;
    d->stats.quarantined_entries += quarantined;
    d->stats.transactions++;
    d->stats.last_delivery = clock_read(&d->clock).wall;
    (void)pthread_mutex_unlock(&d->lock);
}

static enum err set_aside(struct deliverer *d, struct lane_state *l, const char *reason, struct fault *why)
{
    uint64_t seq = d->batch.entries[0].seq;
    enum err rc = transact(d, l, seq, reason, why);

    if (rc != ERR_NONE || !l->known)
        return rc;
    count(d, 0, d->batch.event_count, 1);
    if (l->lane == LANE_EVENTS)
        log_error("delivery lane=events seq=%" PRIu64 " set aside in quarantine: %s", seq, reason);
    else
        log_warn("delivery lane=%s seq=%" PRIu64 " set aside in quarantine: %s", lane_name(l->lane), seq,
                 reason);
    tell_journal(d, l);
    return ERR_NONE;
}

/* Classes 22 (data exception) and 23 (constraint): the same rows will be refused for ever. */
static bool is_about_data(const struct pg *p)
{
    const char *state = pg_sqlstate(p);

    return strncmp(state, "22", 2) == 0 || strncmp(state, "23", 2) == 0;
}

/* "No partition of relation found for row" shares its code with a broken CHECK, but names no constraint. */
static bool lacks_partition(const struct pg *p)
{
    return strcmp(pg_sqlstate(p), "23514") == 0 && pg_constraint(p)[0] == '\0';
}

/* The server refused rows.  Half of them next time, until one entry is left alone: that one is set aside.
 * Events are never: they wait, loudly. */
static enum err after_refusal(struct deliverer *d, struct lane_state *l, struct fault *why)
{
    enum err rc = why->code;
    char reason[256];

    if (!pg_alive(d->writer) || !is_about_data(d->writer))
        return rc;
    if (lacks_partition(d->writer)) {
        bool again = l->no_partition;

        days_forget(&d->days); /* somebody dropped it: make it again, at once the first time */
        l->no_partition = true;
        return again ? rc : ERR_NONE;
    }
    if (d->batch.used > 1) {
        l->entries_max = d->batch.used / 2;
        return ERR_NONE;
    }
    if (l->lane == LANE_EVENTS)
        return rc;
    (void)snprintf(reason, sizeof reason, "%s: %.200s", pg_sqlstate(d->writer), why->text);
    return set_aside(d, l, reason, why);
}

static enum err deliver_batch(struct deliverer *d, struct lane_state *l, struct fault *why)
{
    struct batch *b = &d->batch;
    enum err rc = make_days(d, b->days, b->day_count, why);

    if (rc != ERR_NONE)
        return rc;
    why->code = ERR_NONE;
    rc = transact(d, l, b->entries[b->used - 1].seq, NULL, why);
    if (rc != ERR_NONE)
        return after_refusal(d, l, why);
    if (!l->known)
        return ERR_NONE;
    l->no_partition = false;
    l->entries_max = l->entries_max * 2 < BATCH_ENTRIES_MAX ? l->entries_max * 2 : BATCH_ENTRIES_MAX;
    count(d, b->row_count, b->event_count, 0);
    tell_journal(d, l);
    return ERR_NONE;
}

/* One batch of one lane.  *more: there may be another. */
static enum err step(struct deliverer *d, struct lane_state *l, bool *more, struct fault *why)
{
    struct batch *b = &d->batch;
    enum err rc = l->known ? ERR_NONE : find_place(d, l, why);

    *more = false;
    if (rc == ERR_NONE)
        rc = batch_take(b, &d->lanes, l->lane, l->seq, d->settings.batch_bytes, l->entries_max, why);
    if (rc == ERR_NONE && b->count > 0)
        rc = batch_make(b, l->seq, clock_read(&d->clock).wall, why);
    if (rc != ERR_NONE || b->count == 0)
        return rc;
    *more = true;
    return b->used > 0 ? deliver_batch(d, l, why) : set_aside(d, l, b->unusable, why);
}

/* ---- the loop ---- */

/* A lane's own trouble keeps only that lane back; a lost connection is everybody's. */
static enum err lane_turn(struct deliverer *d, struct lane_state *l, bool *more, struct fault *why)
{
    char what[32];
    enum err rc;

    *more = false;
    if (!is_due(&l->trouble))
        return ERR_NONE;
    rc = step(d, l, more, why);
    (void)snprintf(what, sizeof what, "of lane %s", lane_name(l->lane));
    if (rc == ERR_NONE) {
        if (l->known)
            relieve(&l->trouble, what);
        return ERR_NONE;
    }
    *more = false;
    if (!pg_alive(d->writer))
        return rc;
    l->known = false;
    complain(&l->trouble, what, why);
    return ERR_NONE;
}

/* Everything recorded before a moment ago is in the database: readers may hold a point's last value until
 * then. */
static enum err tell_seen(struct deliverer *d, struct wall asked_at, struct fault *why)
{
    struct pg_value v[] = { pg_text(d->settings.node), pg_int(d->epoch),
                            pg_time((struct wall){ asked_at.ms - SEEN_SLACK_MS }) };

    if (mono_read().ms < d->next_seen.ms || d->state[LANE_LIVE].trouble.text[0] != '\0')
        return ERR_NONE;
    d->next_seen.ms = mono_read().ms + SEEN_EVERY_MS;
    make_days_ahead(d);
    roll_up(d);
    return pg_ask(d->writer, sql_node_seen, v, COUNT_OF(v), NULL, why);
}

/* Events until there are none, a batch of readings, and again. */
static enum err deliver_all(struct deliverer *d, struct fault *why)
{
    bool more = true;

    while (more && !leash_over(&d->leash)) {
        struct wall asked_at = clock_read(&d->clock).wall;
        bool events;
        enum err rc = lane_turn(d, &d->state[LANE_EVENTS], &events, why);

        more = events;
        if (rc == ERR_NONE && !events)
            rc = lane_turn(d, &d->state[LANE_LIVE], &more, why);
        if (rc == ERR_NONE && !more)
            rc = tell_seen(d, asked_at, why);
        if (rc != ERR_NONE)
            return rc;
        publish(d);
    }
    return ERR_NONE;
}

static enum err turn(struct deliverer *d, struct fault *why)
{
    enum err rc = pg_alive(d->writer) ? ERR_NONE : connect_writer(d, why);

    if (rc != ERR_NONE)
        return rc;
    relieve(&d->link, "to the database");
    if (catalogue_waits(d))
        show_catalogue(d);
    return deliver_all(d, why);
}

static struct mono earliest_duty(const struct deliverer *d)
{
    struct mono until = { mono_read().ms + SEEN_EVERY_MS };

    if (d->link.gap_ms != 0)
        return d->link.next_try;
    if (d->catalogue_trouble.gap_ms != 0 && d->catalogue_trouble.next_try.ms < until.ms)
        until = d->catalogue_trouble.next_try;
    for (size_t i = 0; i < COUNT_OF(LANES); i++) {
        const struct trouble *t = &d->state[LANES[i]].trouble;
        if (t->gap_ms != 0 && t->next_try.ms < until.ms)
            until = t->next_try;
    }
    return until;
}

/* While the database is away new entries are no reason to look again sooner. */
static void rest(struct deliverer *d)
{
    struct fault why = { 0 };
    eventfd_t pokes;
    int poke = d->link.gap_ms != 0 ? -1 : d->poke;

    if (pg_rest(d->writer, &d->leash, poke, earliest_duty(d), &why) != ERR_NONE) {
        complain(&d->link, "to the database", &why);
        publish(d);
    }
    (void)eventfd_read(d->poke, &pokes);
}

static void *run(void *self)
{
    struct deliverer *d = self;
    bool last_turn;

    do {
        struct fault why = { 0 };

        last_turn = leash_pulled(&d->leash);
        if (leash_over(&d->leash))
            break;
        if (turn(d, &why) != ERR_NONE && !leash_over(&d->leash)) {
            hang_up(d);
            complain(&d->link, "to the database", &why);
        }
        publish(d);
        if (!last_turn)
            rest(d);
    } while (!last_turn);
    hang_up(d);
    pg_close(d->maintenance);
    publish(d);
    return NULL;
}

/* ---- birth and end ---- */

static void fill(struct deliverer *d, const struct store_settings *s, struct catalogue *catalogue,
                 struct lanes_port lanes, struct clock clock)
{
    d->settings = *s;
    d->catalogue = catalogue_hold(catalogue);
    d->lanes = lanes;
    d->clock = clock;
    d->epoch = lanes.epoch(lanes.self);
    for (size_t i = 0; i < COUNT_OF(LANES); i++)
        d->state[LANES[i]] = (struct lane_state){ .lane = LANES[i], .entries_max = BATCH_ENTRIES_MAX };
}

static enum err check_settings(const struct store_settings *s, struct fault *why)
{
    if (s->node[0] == '\0' || s->writer.user[0] == '\0')
        return fault_set(why, ERR_CONFIG, "delivery: the node's name or the writer's login is missing");
    if (s->answer_ms < 1 || s->batch_bytes < 1)
        return fault_set(why, ERR_CONFIG, "delivery: answer_ms and batch_bytes must be above 0");
    return ERR_NONE;
}

enum err deliverer_start(struct deliverer **out, const struct store_settings *s, struct catalogue *catalogue,
                         struct lanes_port lanes, struct clock clock, struct fault *why)
{
    struct deliverer *d;
    enum err rc = check_settings(s, why);

    *out = NULL;
    if (rc != ERR_NONE)
        return rc;
    d = calloc(1, sizeof *d);
    if (d == NULL)
        return fault_set(why, ERR_MEMORY, "delivery: no memory");
    fill(d, s, catalogue, lanes, clock);
    rc = batch_init(&d->batch, why);
    if (rc != ERR_NONE)
        goto free_self;
    rc = leash_init(&d->leash, why);
    if (rc != ERR_NONE)
        goto clear_batch;
    d->poke = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    (void)pthread_mutex_init(&d->lock, NULL);
    if (d->poke < 0 || pthread_create(&d->thread, NULL, run, d) != 0) {
        rc = fault_set(why, ERR_IO, "delivery: no thread or descriptor could be had");
        goto clear_leash;
    }
    *out = d;
    return ERR_NONE;

clear_leash:
    (void)pthread_mutex_destroy(&d->lock);
    if (d->poke >= 0)
        (void)close(d->poke);
    leash_clear(&d->leash);
clear_batch:
    batch_clear(&d->batch);
free_self:
    catalogue_drop(d->catalogue);
    free(d);
    return rc;
}

void deliverer_versions(struct deliverer *d, struct versions_port versions)
{
    (void)pthread_mutex_lock(&d->lock);
    d->versions = versions;
    d->catalogue_new = true;
    (void)pthread_mutex_unlock(&d->lock);
    deliverer_poke(d);
}

void deliverer_catalogue(struct deliverer *d, struct catalogue *catalogue)
{
    struct catalogue *was;

    (void)pthread_mutex_lock(&d->lock);
    was = d->catalogue;
    d->catalogue = catalogue_hold(catalogue);
    d->catalogue_new = true;
    (void)pthread_mutex_unlock(&d->lock);
    catalogue_drop(was);
    deliverer_poke(d);
}

void deliverer_poke(struct deliverer *d)
{
    (void)eventfd_write(d->poke, 1);
}

void deliverer_stats(struct deliverer *d, struct deliverer_stats *out)
{
    (void)pthread_mutex_lock(&d->lock);
    *out = d->stats;
    (void)pthread_mutex_unlock(&d->lock);
}

void deliverer_stop(struct deliverer *d, int64_t drain_ms)
{
    if (d == NULL)
        return;
    leash_pull(&d->leash, (struct mono){ mono_read().ms + drain_ms });
    (void)pthread_join(d->thread, NULL);
}

void deliverer_free(struct deliverer *d)
{
    if (d == NULL)
        return;
    (void)pthread_mutex_destroy(&d->lock);
    (void)close(d->poke);
    leash_clear(&d->leash);
    batch_clear(&d->batch);
    catalogue_drop(d->catalogue);
    free(d);
}
