#include "deliverer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "alarm_rows.h"
#include "mode_rows.h"
#include "prevention_rows.h"
#include "sql.h"

/* A transaction of the backlog longer than this keeps the present waiting: the next is smaller. */
enum { PAST_PACE_MS = 400, PAST_ENTRIES_MIN = 16 };

static struct lane_state *keeper(struct deliverer *d, const struct lane_state *l)
{
    return &d->state[l->lane];
}

static const char *name_of(const struct lane_state *l)
{
    return l->past ? "backlog" : lane_name(l->lane);
}

static uint64_t seq_of(const struct deliverer *d, const struct lane_state *l)
{
    return l->past ? d->backlog.of[0].seq : l->seq;
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

static enum err write_acts(struct deliverer *d, struct fault *why)
{
    struct pg_value v[] = { pg_text(d->batch.acts.text), pg_text(d->settings.node), pg_int(d->epoch) };

    return d->batch.act_count == 0 ? ERR_NONE
                                   : pg_ask(d->writer, sql_audit_insert, v, COUNT_OF(v), NULL, why);
}

static enum err find_used_keys(struct deliverer *d, const char *sql, const struct strbuf *rows,
                               struct fault *why)
{
    struct pg_value v[] = { pg_text(rows->text), pg_text(d->settings.node) };
    struct pg_result *r;
    enum err rc = pg_ask(d->writer, sql, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    if (pg_get_int(r, 0, 0) > 0) {
        d->used.count += (uint64_t)pg_get_int(r, 0, 0);
        (void)pg_copy_text(r, 0, 1, d->used.key, sizeof d->used.key);
    }
    pg_free(r);
    return rc;
}

static enum err write_preventions(struct deliverer *d, struct fault *why)
{
    const struct batch *b = &d->batch;
    enum err rc = b->prevention_count == 0
                      ? ERR_NONE
                      : find_used_keys(d, sql_prevention_keys_used, &b->preventions, why);

    return rc != ERR_NONE || b->prevention_count == 0
               ? rc
               : prevention_rows_write(d->writer, b->preventions.text, d->settings.node, why);
}

static enum err write_shifts(struct deliverer *d, struct fault *why)
{
    const struct shift_rows *rows = &d->batch.shifts;
    enum err rc =
        rows->entry_count == 0 ? ERR_NONE : find_used_keys(d, sql_shift_keys_used, &rows->entries, why);

    return rc != ERR_NONE ? rc : shift_rows_write(d->writer, rows, d->settings.node, why);
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

    d->used.count = 0;
    if (rc == ERR_NONE)
        rc = place_hold(d, keeper(d, l), &moved, why);
    if (rc == ERR_NONE && moved) {
        keeper(d, l)->known = false; /* look again where we are; nothing was written */
        pg_rollback(d->writer);
        return ERR_NONE;
    }
    if (rc == ERR_NONE)
        rc = write_events(d, why);
    if (rc == ERR_NONE)
        rc = write_hands(d, why);
    if (rc == ERR_NONE)
        rc = write_acts(d, why);
    if (rc == ERR_NONE && d->batch.alarm_count > 0)
        rc = alarm_rows_write(d->writer, d->batch.alarms.text, d->settings.node, why);
    if (rc == ERR_NONE && d->batch.mode_count > 0)
        rc = mode_rows_write(d->writer, d->batch.modes.text, d->settings.node, why);
    if (rc == ERR_NONE)
        rc = write_preventions(d, why);
    if (rc == ERR_NONE)
        rc = incident_rows_write(d->writer, &d->batch.incidents, d->settings.node, why);
    if (rc == ERR_NONE)
        rc = write_shifts(d, why);
    if (rc == ERR_NONE)
        rc = quarantine != NULL ? write_quarantine(d, l->lane, 0, quarantine, why) : write_readings(d, why);
    if (rc == ERR_NONE && quarantine == NULL)
        rc = minute_rows_write(d->writer, &d->batch.minutes, why);
    if (rc == ERR_NONE)
        rc = l->past ? backlog_move(d, upto, why) : place_move(d, l->lane, upto, why);
    if (rc == ERR_NONE)
        rc = pg_commit(d->writer, why);
    if (rc != ERR_NONE) {
        pg_rollback(d->writer);
        return rc;
    }
    if (l->past)
        backlog_moved(&d->backlog, upto);
    else
        l->seq = upto;
    return ERR_NONE;
}

static void count(struct deliverer *d, uint64_t rows, uint64_t events, uint64_t quarantined)
{
    if (d->used.count > 0)
        log_warn("delivery acts=%" PRIu64 " not written, key=%s: the database has an older act of that key",
                 d->used.count, d->used.key);
    (void)pthread_mutex_lock(&d->lock);
    d->stats.used_keys += d->used.count;
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

    if (rc != ERR_NONE || !keeper(d, l)->known)
        return rc;
    count(d, 0, d->batch.event_count, 1);
    if (l->lane == LANE_EVENTS)
        log_error("delivery lane=events seq=%" PRIu64 " set aside in quarantine: %s", seq, reason);
    else
        log_warn("delivery lane=%s seq=%" PRIu64 " set aside in quarantine: %s", name_of(l), seq, reason);
    place_tell_journal(d, l);
    return ERR_NONE;
}

/* Classes 22 (data exception) and 23 (constraint): the same rows will be refused for ever. */
static bool is_about_data(const struct pg *p)
{
    const char *state = pg_sqlstate(p);

    return strncmp(state, "22", 2) == 0 || strncmp(state, "23", 2) == 0;
}

static bool is_read_only(const struct pg *p)
{
    return strcmp(pg_sqlstate(p), "25006") == 0;
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

/* The past goes in steps that the present can wait for. */
static size_t next_size(const struct lane_state *l, size_t used, int64_t took_ms)
{
    if (l->past && took_ms > PAST_PACE_MS)
        return used / 2 > PAST_ENTRIES_MIN ? used / 2 : PAST_ENTRIES_MIN;
    if (l->past && took_ms > PAST_PACE_MS / 2)
        return l->entries_max;
    return l->entries_max * 2 < BATCH_ENTRIES_MAX ? l->entries_max * 2 : BATCH_ENTRIES_MAX;
}

static enum err deliver_batch(struct deliverer *d, struct lane_state *l, struct fault *why)
{
    struct batch *b = &d->batch;
    struct mono start = mono_read();
    enum err rc = link_make_days(d, b->days, b->day_count, why);

    if (rc != ERR_NONE)
        return rc;
    why->code = ERR_NONE;
    rc = transact(d, l, b->used > 0 ? b->entries[b->used - 1].seq : b->upto, NULL, why);
    if (rc != ERR_NONE)
        return after_refusal(d, l, why);
    if (!keeper(d, l)->known)
        return ERR_NONE;
    l->no_partition = false;
    l->entries_max = next_size(l, b->used, mono_read().ms - start.ms);
    count(d, b->row_count, b->event_count, 0);
    place_tell_journal(d, l);
    return ERR_NONE;
}

/* One batch of one lane.  *more: there may be another. */
static enum err step(struct deliverer *d, struct lane_state *l, bool *more, struct fault *why)
{
    struct batch *b = &d->batch;
    enum err rc = keeper(d, l)->known ? ERR_NONE : place_find(d, l, why);
    const struct batch_wish wish = { .lane = l->lane,
                                     .after = seq_of(d, l),
                                     .upto = l->past ? d->backlog.of[0].upto : UINT64_MAX,
                                     .max_bytes = d->settings.batch_bytes,
                                     .max_entries = l->entries_max };

    *more = false;
    if (rc == ERR_NONE)
        rc = batch_take(b, &d->lanes, &wish, why);
    if (rc != ERR_NONE || (b->count == 0 && !l->past))
        return rc;
    rc = batch_make(b, wish.after, (struct batch_times){ clock_read(&d->clock).wall, d->seen }, why);
    if (rc != ERR_NONE)
        return rc;
    *more = true;
    return b->used > 0 || b->count == 0 ? deliver_batch(d, l, why) : set_aside(d, l, b->unusable, why);
}

enum err lane_turn(struct deliverer *d, struct lane_state *l, bool *more, struct fault *why)
{
    char what[32];
    enum err rc;

    *more = false;
    if (!trouble_is_due(&l->trouble))
        return ERR_NONE;
    rc = step(d, l, more, why);
    (void)snprintf(what, sizeof what, "of lane %s", name_of(l));
    if (rc == ERR_NONE) {
        if (keeper(d, l)->known)
            trouble_relieve(&l->trouble, what);
        return ERR_NONE;
    }
    *more = false;
    if (!pg_alive(d->writer))
        return rc;
    keeper(d, l)->known = false;
    trouble_complain(&l->trouble, what, why);
    if (is_read_only(d->writer)) /* it was the primary: another host may be it now */
        link_hang_up(d);
    return ERR_NONE;
}
