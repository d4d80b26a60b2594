/* What leaves a wire: readings and events, log lines, and the copy of its state that others may see. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "wire_inner.h"

/* ---- messages out ---- */

void tell_flush(struct wire *w)
{
    if (w->batch.count == 0)
        return;
    w->batch.kind = MESSAGE_READINGS;
    w->sink.put(w->sink.self, &w->batch);
    w->batch.count = 0;
}

void tell_reading(struct wire *w, struct unit *u, uint32_t tag, struct reading r)
{
    if (u->held != NULL) {
        u->held[tag] = r;
        return;
    }
    w->batch.revisions[w->batch.count] = u->device->tags[tag].revision;
    w->batch.readings[w->batch.count++] = r;
    if (w->batch.count == MESSAGE_READINGS_MAX)
        tell_flush(w);
}

static void emit_event(struct wire *w, struct event e)
{
    struct message m = { .kind = MESSAGE_EVENT, .event = e };

    tell_flush(w);
    w->sink.put(w->sink.self, &m);
}

void tell_block_bad(struct wire *w, struct unit *u, size_t block, enum reason why, struct wall at)
{
    const struct block *b = &u->plan.blocks[block];

    for (size_t i = b->first; i < b->first + b->count; i++) {
        uint32_t tag = u->plan.order[i];
        const struct tag *t = &u->device->tags[tag];
        if (u->device->gate.on && u->device->gate.tag == tag)
            u->gate.why = why;
        if (t->point != NO_INDEX)
            tell_reading(w, u, tag, reading_bad(t->point, at, why));
    }
}

void tell_rest_bad(struct wire *w, struct unit *u, size_t from_block, enum reason why, struct wall at)
{
    for (size_t i = from_block; i < u->plan.block_count; i++)
        tell_block_bad(w, u, i, why, at);
}

void tell_error(struct wire *w, struct unit *u, const char *text)
{
    (void)snprintf(w->status.last_error, sizeof w->status.last_error, "%s%s%s",
                   u == NULL ? "" : u->device->id, u == NULL ? "" : ": ", text);
    if (u != NULL)
        (void)snprintf(u->last_error, sizeof u->last_error, "%s", text);
}

enum { STEADY_MS = 10 * CLOCK_MINUTE_MS }; /* so long after a loss the next one is news again */

/* ---- a sensor breaks ---- */

/* Of one that comes and goes within that time, or stays, one event tells. */
static bool is_news(const struct unit *u, struct broken was, struct mono now)
{
    int64_t quiet_ms = 2 * u->device->every_ms > STEADY_MS ? 2 * u->device->every_ms : STEADY_MS;

    return !was.ever || now.ms - was.last.ms >= quiet_ms;
}

/* There is no number to show; the raw one stays here, for whoever mends the sensor. */
void tell_wire_fault(struct wire *w, struct unit *u, uint32_t tag, uint64_t raw)
{
    struct now now = clock_read(&w->clock);
    struct broken was = u->broken[tag];
    char text[120];
    unsigned swallowed;

    (void)snprintf(text, sizeof text, "register %u holds %llu: a fault of the sensor or its wire",
                   u->device->tags[tag].address, (unsigned long long)raw);
    tell_error(w, u, text);
    u->broken[tag] = (struct broken){ true, now.mono };
    if (is_news(u, was, now.mono))
        emit_event(w, event_make(EVENT_WIRE_FAULT, now.wall, u->device->id, (double)raw, "%s", text));
    if (damper_complain(&u->faults, now.mono, &swallowed))
        log_warn("wire=%s device=%s wire_faults=%u last=\"%s\"", w->settings->id, u->device->id,
                 swallowed + 1, text);
}

/* ---- another device ---- */

void tell_exchanged(struct wire *w, const struct unit *u, const char *now_says, struct wall at)
{
    emit_event(w, event_make(EVENT_DEVICE_EXCHANGED, at, u->device->id, NAN,
                             "it was \"%s\", it is \"%s\": another device, or another firmware",
                             u->naming.text, now_says));
    log_warn("wire=%s device=%s exchanged was=\"%s\" is=\"%s\"", w->settings->id, u->device->id,
             u->naming.text, now_says);
}

/* ---- a device comes and goes ---- */

/* Every loss is an event; of one that comes and goes for days only some are lines in the log. */
static void tell_device_down(struct wire *w, struct unit *u, struct now now)
{
    unsigned swallowed;

    u->lost_since = now.mono;
    u->lost = true;
    emit_event(w,
               event_make(EVENT_DEVICE_DOWN, now.wall, u->device->id, NAN, "device down: %s", u->last_error));
    if (!damper_complain(&u->losses, now.mono, &swallowed))
        return;
    log_warn("wire=%s device=%s lost after=%u last=\"%s\" next_try=%llds not_logged=%u", w->settings->id,
             u->device->id, u->health.silences, u->last_error,
             (long long)((u->health.retry.ms - now.mono.ms + 999) / 1000), swallowed);
    u->told_lost = true;
}

static void tell_device_back(struct wire *w, struct unit *u, struct now now)
{
    int64_t lost_ms = now.mono.ms - u->lost_since.ms;

    u->lost = false;
    u->back_at = now.mono;
    emit_event(w, event_make(EVENT_DEVICE_UP, now.wall, u->device->id, (double)lost_ms,
                             "device back after %lld s", (long long)(lost_ms / 1000)));
    if (u->told_lost)
        log_info("wire=%s device=%s back after=%llds", w->settings->id, u->device->id,
                 (long long)(lost_ms / 1000));
    u->told_lost = false;
}

void tell_silent(struct wire *w, struct unit *u, enum reason why, struct now now)
{
    enum device_state was = u->health.state;

    health_silent(&u->health, now.mono, u->device->every_ms);
    u->lost_to = why;
    if (u->health.state == DEVICE_DOWN && was != DEVICE_DOWN && !u->lost)
        tell_device_down(w, u, now);
}

void tell_answered(struct wire *w, struct unit *u, struct now now)
{
    unsigned unsaid = u->losses.silent;
    int64_t lasted_ms;

    health_answered(&u->health);
    u->last_valid = now.wall;
    w->status.last_valid_reply = now.wall;
    if (u->lost && u->health.state == DEVICE_UP)
        tell_device_back(w, u, now);
    if (!u->lost && now.mono.ms - u->back_at.ms >= STEADY_MS &&
        damper_end(&u->losses, now.mono, &lasted_ms) && unsaid > 0)
        log_info("wire=%s device=%s steady again after=%llds losses_not_logged=%u", w->settings->id,
                 u->device->id, (long long)(lasted_ms / 1000), unsaid);
}

/* ---- the wire as a whole ---- */

/* From the devices' states alone: what last answered is the truth, not what is connected. */
static enum wire_state state_of(const struct wire *w)
{
    size_t in[DEVICE_STATE_COUNT] = { 0 };

    for (size_t i = 0; i < w->unit_count; i++)
        in[w->units[i].health.state]++;
    if (in[DEVICE_DOWN] == w->unit_count)
        return WIRE_DOWN;
    if (in[DEVICE_DOWN] + in[DEVICE_SUSPECT] > 0)
        return WIRE_SUSPECT;
    return in[DEVICE_UP] > 0 ? WIRE_UP : WIRE_CONNECTING;
}

static void tell_wire_down(struct wire *w, struct now now)
{
    const char *id = w->settings->id, *error = w->status.last_error;
    unsigned swallowed;

    emit_event(w, event_make(EVENT_WIRE_DOWN, now.wall, id, NAN, "wire down: %s", error));
    if (!damper_complain(&w->losses, now.mono, &swallowed))
        return;
    log_warn("wire=%s endpoint=%s down last=\"%s\" not_logged=%u", id, w->status.endpoint, error, swallowed);
    w->told_down = true;
}

static void tell_wire_change(struct wire *w, enum wire_state was, struct now now)
{
    const char *id = w->settings->id;

    if (w->status.state == WIRE_DOWN) {
        tell_wire_down(w, now);
    } else if (was == WIRE_DOWN) {
        emit_event(w, event_make(EVENT_WIRE_UP, now.wall, id, NAN, "wire back"));
        if (w->told_down)
            log_info("wire=%s endpoint=%s back", id, w->status.endpoint);
        w->told_down = false;
    } else if (w->status.state == WIRE_UP && was == WIRE_CONNECTING) {
        log_info("wire=%s endpoint=%s up", id, w->status.endpoint);
    }
}

static void follow_state(struct wire *w, struct now now)
{
    enum wire_state was = w->status.state;
    unsigned unsaid = w->losses.silent;
    int64_t lasted_ms;

    w->status.state = state_of(w);
    if (w->status.state != was) {
        w->status.since = now.wall;
        tell_wire_change(w, was, now);
    }
    if (w->status.state == WIRE_UP && now.wall.ms - w->status.since.ms >= STEADY_MS &&
        damper_end(&w->losses, now.mono, &lasted_ms) && unsaid > 0)
        log_info("wire=%s steady again after=%llds losses_not_logged=%u", w->settings->id,
                 (long long)(lasted_ms / 1000), unsaid);
}

/* ---- what others may see ---- */

static struct wall wall_of(struct mono at, struct now now)
{
    return (struct wall){ now.wall.ms + (at.ms - now.mono.ms) };
}

static void show_lessons(const struct learned *l, struct lessons_status *out)
{
    *out = (struct lessons_status){ .most = l->most, .cuts = learned_count(l, LESSON_CUT) };
    for (size_t i = 0; i < l->count; i++) {
        if (l->list[i].kind != LESSON_MISSING)
            continue;
        if (out->missing < LESSONS_SHOWN) {
            out->first[out->missing].function = l->list[i].function;
            out->first[out->missing].address = l->list[i].address;
        }
        out->missing++;
    }
}

static void show_device(const struct wire *w, const struct unit *u, struct now now, struct device_status *out)
{
    struct mono next = u->way.on ? u->way.resume : u->cadence.next;

    *out = (struct device_status){ .unit = (int)u->device->unit,
                                   .state = u->health.state,
                                   .last_valid_reply = u->last_valid,
                                   .every_ms = u->device->every_ms,
                                   .points = u->device->tag_count,
                                   .trust = u->health.trust,
                                   .stands_still = u->stands_still,
                                   .overruns = u->cadence.overruns };
    /* whole, each turn of each device: printing them was a tenth of what a wire costs */
    _Static_assert(sizeof out->id == sizeof u->device->id, "of one size");
    _Static_assert(sizeof out->last_error == sizeof u->last_error, "of one size");
    _Static_assert(sizeof out->identity == sizeof u->naming.text, "of one size");
    memcpy(out->id, u->device->id, sizeof out->id);
    memcpy(out->last_error, u->last_error, sizeof out->last_error);
    memcpy(out->identity, u->naming.text, sizeof out->identity);
    show_lessons(&u->learned, &out->lessons);
    if (u->health.state == DEVICE_DOWN && u->health.retry.ms > next.ms)
        next = u->health.retry;
    if (!w->connected && w->connect_retry.ms > next.ms)
        next = w->connect_retry;
    out->next_try = wall_of(next, now);
}

void tell_show(struct wire *w, struct now now)
{
    follow_state(w, now);
    w->status.overruns = 0;
    w->status.next_try = (struct wall){ 0 };
    (void)pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < w->unit_count; i++) {
        struct wall next;
        show_device(w, &w->units[i], now, &w->shown_devices[i]);
        next = w->shown_devices[i].next_try;
        w->status.overruns += w->units[i].cadence.overruns;
        if (w->status.next_try.ms == 0 || next.ms < w->status.next_try.ms)
            w->status.next_try = next;
    }
    w->shown = w->status;
    w->shown_latency = w->latency;
    w->shown_busy = w->busy;
    (void)pthread_mutex_unlock(&w->lock);
}
