#include "batch.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm_rows.h"
#include "base/json.h"
#include "copy.h"
#include "mode_rows.h"
#include "prevention_rows.h"

enum err batch_init(struct batch *b, struct fault *why)
{
    *b = (struct batch){ 0 };
    strbuf_init(&b->bodies, BATCH_BODIES_MAX);
    strbuf_init(&b->rows, BATCH_ROWS_MAX);
    strbuf_init(&b->events, BATCH_ROWS_MAX);
    strbuf_init(&b->hands, BATCH_ROWS_MAX);
    strbuf_init(&b->acts, BATCH_ROWS_MAX);
    strbuf_init(&b->alarms, BATCH_ROWS_MAX);
    strbuf_init(&b->modes, BATCH_ROWS_MAX);
    strbuf_init(&b->preventions, BATCH_ROWS_MAX);
    minute_rows_init(&b->minutes);
    shift_rows_init(&b->shifts);
    if (incident_rows_init(&b->incidents, why) != ERR_NONE)
        return ERR_MEMORY;
    b->entries = calloc(BATCH_ENTRIES_MAX, sizeof *b->entries);
    return b->entries != NULL ? ERR_NONE : fault_set(why, ERR_MEMORY, "delivery: no memory");
}

void batch_clear(struct batch *b)
{
    free(b->entries);
    strbuf_clear(&b->bodies);
    strbuf_clear(&b->rows);
    strbuf_clear(&b->events);
    strbuf_clear(&b->hands);
    strbuf_clear(&b->acts);
    strbuf_clear(&b->alarms);
    strbuf_clear(&b->modes);
    strbuf_clear(&b->preventions);
    minute_rows_clear(&b->minutes);
    incident_rows_clear(&b->incidents);
    shift_rows_clear(&b->shifts);
}

const void *batch_body(const struct batch *b, size_t i)
{
    return b->bodies.text + b->entries[i].offset;
}

/* ---- taking ---- */

struct taker {
    struct batch *batch;
    const struct batch_wish *wish;
    bool enough;
};

/* Bodies live only during the visit.  ERR_FULL stops the reading, and is no failure. */
static enum err take(void *ctx, const struct lane_entry *entry)
{
    struct taker *t = ctx;
    struct batch *b = t->batch;
    size_t offset = b->bodies.len;

    t->enough = entry->seq > t->wish->upto || b->count == BATCH_ENTRIES_MAX ||
                b->count == t->wish->max_entries ||
                (b->count > 0 && offset + entry->len > t->wish->max_bytes);
    if (t->enough)
        return ERR_FULL;
    strbuf_add(&b->bodies, entry->body, entry->len);
    if (b->bodies.failed)
        return ERR_MEMORY;
    b->entries[b->count++] = (struct batch_entry){ entry->seq, entry->at, offset, entry->len };
    return ERR_NONE;
}

enum err batch_take(struct batch *b, const struct lanes_port *lanes, const struct batch_wish *wish,
                    struct fault *why)
{
    struct taker t = { b, wish, false };
    enum err rc;

    b->lane = wish->lane;
    b->upto = wish->upto;
    b->count = 0;
    strbuf_reset(&b->bodies);
    rc = lanes->read(lanes->self, wish->lane, wish->after, wish->max_bytes, take, &t, why);
    if (rc == ERR_FULL && t.enough)
        return ERR_NONE;
    if (b->bodies.failed)
        return fault_set(why, ERR_MEMORY, "delivery: an entry of lane %s does not fit in memory",
                         lane_name(wish->lane));
    return rc;
}

void batch_hold(struct batch *b, enum lane lane, uint64_t seq, const void *body, size_t len)
{
    b->lane = lane;
    b->upto = seq;
    b->count = 1;
    b->entries[0] = (struct batch_entry){ .seq = seq, .len = len };
    strbuf_reset(&b->bodies);
    strbuf_add(&b->bodies, body, len);
}

/* ---- making ---- */

/* No event is refused for what a clock said: it has the time it was recorded, or at least one that can be
 * stored. */
static struct wall storable(struct wall at, struct wall recorded)
{
    static const struct wall EARLIEST = { 946684800000 }; /* 2000-01-01T00:00:00Z */

    if (day_is_storable(day_of(at)))
        return at;
    return day_is_storable(day_of(recorded)) ? recorded : EARLIEST;
}

static void add_event(struct json_out *j, uint64_t seq, int item, const struct event *e)
{
    json_open_object(j);
    json_key(j, "seq");
    json_int(j, (int64_t)seq);
    json_key(j, "item");
    json_int(j, item);
    json_key(j, "at_ms");
    json_int(j, e->at.ms);
    json_key(j, "kind");
    json_int(j, e->kind);
    json_key(j, "subject");
    json_string(j, e->subject);
    json_key(j, "number");
    json_number(j, e->number);
    json_key(j, "text");
    json_string(j, e->text);
    json_close_object(j);
}

static void add_hand(struct json_out *j, const struct hand *h)
{
    char point[24];

    (void)snprintf(point, sizeof point, "%" PRIu64, h->point);
    json_open_object(j);
    json_member_int(j, "kind", h->kind);
    json_member_text(j, "key", h->key);
    json_member_text(j, "point", point);
    json_member_int(j, "at_ms", h->at.ms);
    json_member_int(j, "entered_ms", h->entered.ms);
    json_key(j, "value");
    json_number(j, h->value);
    json_key(j, "old_end");
    json_number(j, h->old_end);
    json_member_int(j, "quality", h->quality);
    json_member_int(j, "reason", h->reason);
    json_member_text(j, "who", h->who);
    json_member_text(j, "note", h->note);
    json_close_object(j);
}

static void add_act(struct json_out *j, const struct audit_row *r, struct wall at)
{
    char person[2 * SEAL_HASH_BYTES + 1], hash[2 * SEAL_HASH_BYTES + 1];

    seal_hash_text(&r->person, person);
    seal_hash_text(&r->hash, hash);
    json_open_object(j);
    json_member_int(j, "seq", (int64_t)r->seq);
    json_member_int(j, "at_ms", at.ms);
    json_member_int(j, "kind", r->entry.by.kind);
    json_member_text(j, "actor", r->entry.by.name);
    json_member_text(j, "address", r->entry.by.address);
    json_member_text(j, "action", r->entry.action);
    json_member_text(j, "subject", r->entry.subject);
    json_member_text(j, "before", r->entry.before);
    json_member_text(j, "after", r->entry.after);
    json_member_text(j, "person_hash", person);
    json_member_text(j, "hash", hash);
    json_member_text(j, "words", r->entry.person);
    json_close_object(j);
}

static enum err unusable(struct batch *b, const char *reason)
{
    (void)snprintf(b->unusable, sizeof b->unusable, "%s", reason);
    return ERR_RANGE;
}

/* Notes the day.  ERR_FULL: one too many for this transaction. */
static enum err note_day(struct batch *b, struct wall at)
{
    int64_t day = day_of(at);

    if (!day_is_storable(day))
        return unusable(b, "its time is outside the years 2000 to 2099");
    for (size_t i = 0; i < b->day_count; i++)
        if (b->days[i] == day)
            return ERR_NONE;
    if (b->day_count == DAYS_MAX)
        return ERR_FULL;
    b->days[b->day_count++] = day;
    return ERR_NONE;
}

/* Only what decodes as a whole may put rows into the transaction. */
static enum err inspect(struct batch *b, size_t i)
{
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;

    body_read(&r, batch_body(b, i), b->entries[i].len);
    for (;;) {
        if (body_next(&r, &item, &reading, &event) != ERR_NONE)
            return unusable(b, "the entry does not decode");
        if (item == BODY_END)
            return ERR_NONE;
        if ((item == BODY_EVENT || item == BODY_HAND || item == BODY_AUDIT || item == BODY_ALARM ||
             item == BODY_MODE || item >= BODY_INCIDENT) &&
            b->lane != LANE_EVENTS)
            return unusable(b, "an event in a lane of readings");
        if (item == BODY_INCIDENT && !incident_rows_sound(&b->incidents, &r.incident))
            return unusable(b, "the entry does not decode");
        if ((item == BODY_HAND &&
             !(day_is_storable(day_of(r.hand.at)) && day_is_storable(day_of(r.hand.entered)))) ||
            (item == BODY_RECOUNT &&
             !(day_is_storable(day_of(r.recount.from)) && day_is_storable(day_of(r.recount.to)))))
            return unusable(b, "its time is outside the years 2000 to 2099");
        if (item == BODY_READING || item == BODY_MINUTE) {
            enum err rc = note_day(b, item == BODY_READING ? reading.at : r.minute.at);
            if (rc != ERR_NONE)
                return rc;
        }
    }
}

/* An entry that is not used leaves no trace: no partition is made for nonsense. */
static bool usable(struct batch *b, size_t i)
{
    size_t days = b->day_count;
    enum err rc = inspect(b, i);

    if (rc == ERR_NONE)
        return true;
    b->day_count = days;
    if (rc == ERR_FULL && i == 0)
        (void)unusable(b, "the entry spans more than 64 days");
    return false;
}

/* The JSON arrays in the making. */
struct writing {
    struct json_out events, hands, acts, alarms, modes, preventions;
};

static void write_rows(struct batch *b, size_t i, struct writing *w)
{
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;

    body_read(&r, batch_body(b, i), b->entries[i].len);
    for (int n = 0; body_next(&r, &item, &reading, &event) == ERR_NONE && item != BODY_END; n++) {
        if (item == BODY_READING) {
            copy_add_reading(&b->rows, &reading);
            b->row_count++;
        } else if (item == BODY_EVENT) {
            event.at = storable(event.at, b->entries[i].at);
            add_event(&w->events, b->entries[i].seq, n, &event);
            b->event_count++;
        } else if (item == BODY_MINUTE) {
            minute_rows_add(&b->minutes, &r.minute);
        } else if (item == BODY_RECOUNT) {
            minute_rows_recount(&b->minutes, &r.recount);
        } else if (item == BODY_AUDIT) {
            add_act(&w->acts, &r.audit, storable(r.audit.entry.at, b->entries[i].at));
            b->act_count++;
        } else if (item == BODY_ALARM) {
            alarm_rows_add(&w->alarms, &r.alarm, b->entries[i].at);
            b->alarm_count++;
        } else if (item == BODY_MODE) {
            mode_rows_add(&w->modes, &r.mode, b->entries[i].at);
            b->mode_count++;
        } else if (item == BODY_PREVENTION) {
            prevention_rows_add(&w->preventions, &r.prevention, b->entries[i].at);
            b->prevention_count++;
        } else if (item == BODY_INCIDENT) {
            incident_rows_add(&b->incidents, &r.incident, b->entries[i].at);
        } else if (item == BODY_OUTGOING) {
            incident_rows_message(&b->incidents, &r.outgoing, b->entries[i].at);
        } else if (item == BODY_LETTER) {
            incident_rows_letter(&b->incidents, &r.letter, b->entries[i].at);
        } else if (item == BODY_SHIFT) {
            shift_rows_shift(&b->shifts, &r.shift, b->entries[i].at);
        } else if (item == BODY_SHIFT_ENTRY) {
            shift_rows_entry(&b->shifts, &r.shift_entry, b->entries[i].at);
        } else if (item == BODY_SHIFT_SHEET) {
            shift_rows_sheet(&b->shifts, &r.shift_sheet, b->entries[i].at);
        } else if (item == BODY_CALLER) {
            incident_rows_caller(&b->incidents, &r.caller, b->entries[i].at);
        } else {
            add_hand(&w->hands, &r.hand);
            b->hand_count++;
        }
    }
}

/* Entries that the journal gave up before they were delivered. */
struct hole {
    uint64_t first, last;
    struct wall from, to; /* recorded between these */
};

/* Item -lane keeps it apart from what the journal says under the same sequence. */
static void state_gap(struct batch *b, const struct hole *h, struct wall now, struct json_out *events)
{
    char from[CLOCK_TEXT_MAX] = "an unknown time", to[CLOCK_TEXT_MAX];
    struct event gap;

    if (h->from.ms != 0)
        wall_text(h->from, from);
    wall_text(h->to, to);
    gap = event_make(EVENT_GAP, now, lane_name(b->lane), (double)(h->last - h->first + 1),
                     "entries %" PRIu64 " to %" PRIu64
                     " of lane %s were given up before delivery; recorded from %s to %s",
                     h->first, h->last, lane_name(b->lane), from, to);
    add_event(events, h->first, -(int)b->lane, &gap);
    b->event_count++;
}

/* The hole before entry i, when there is one; behind the last entry: all that was wanted and is not there. */
static void state_hole(struct batch *b, uint64_t after, size_t i, struct batch_times times,
                       struct json_out *events)
{
    bool is_there = i < b->count;
    uint64_t next = is_there ? b->entries[i].seq : b->upto + 1;
    struct hole h = { after + 1, next - 1, i == 0 ? times.seen : b->entries[i - 1].at,
                      is_there && b->entries[i].at.ms < times.now.ms ? b->entries[i].at : times.now };

    if (next > after + 1)
        state_gap(b, &h, times.now, events);
}

static void start_over(struct batch *b, struct writing *w)
{
    b->used = b->day_count = 0;
    b->row_count = b->event_count = b->hand_count = b->act_count = b->alarm_count = b->mode_count =
        b->prevention_count = 0;
    b->unusable[0] = '\0';
    strbuf_reset(&b->rows);
    strbuf_reset(&b->events);
    strbuf_reset(&b->hands);
    strbuf_reset(&b->acts);
    strbuf_reset(&b->alarms);
    strbuf_reset(&b->modes);
    strbuf_reset(&b->preventions);
    minute_rows_begin(&b->minutes);
    incident_rows_begin(&b->incidents);
    shift_rows_begin(&b->shifts);
    json_out_init(&w->events, &b->events);
    json_out_init(&w->hands, &b->hands);
    json_out_init(&w->acts, &b->acts);
    json_out_init(&w->alarms, &b->alarms);
    json_out_init(&w->modes, &b->modes);
    json_out_init(&w->preventions, &b->preventions);
    json_open_array(&w->preventions);
    json_open_array(&w->modes);
    json_open_array(&w->acts);
    json_open_array(&w->alarms);
    json_open_array(&w->events);
    json_open_array(&w->hands);
}

enum err batch_make(struct batch *b, uint64_t after, struct batch_times times, struct fault *why)
{
    struct writing w;

    start_over(b, &w);
    copy_begin_rows(&b->rows);
    for (; b->used < b->count && usable(b, b->used); b->used++) {
        state_hole(b, after, b->used, times, &w.events);
        write_rows(b, b->used, &w);
        after = b->entries[b->used].seq;
    }
    if (b->used == 0) /* what is set aside may have a hole before it, too */
        state_hole(b, after, 0, times, &w.events);
    json_close_array(&w.events);
    json_close_array(&w.hands);
    json_close_array(&w.acts);
    json_close_array(&w.alarms);
    json_close_array(&w.modes);
    json_close_array(&w.preventions);
    copy_end_rows(&b->rows);
    if (!shift_rows_end(&b->shifts) || !incident_rows_end(&b->incidents) || !minute_rows_end(&b->minutes) ||
        b->rows.failed || b->events.failed || b->hands.failed || b->acts.failed || b->alarms.failed ||
        b->modes.failed || b->preventions.failed)
        return fault_set(why, ERR_MEMORY, "delivery: no memory for the rows of lane %s", lane_name(b->lane));
    return ERR_NONE;
}
