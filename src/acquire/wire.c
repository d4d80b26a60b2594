#include "acquire/wire.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "base/log.h"
#include "base/wake.h"
#include "cadence.h"
#include "decode.h"
#include "health.h"
#include "latency.h"
#include "plan.h"

/* Odd, so that every number comes once in 65,536; not 1, so that a frame nobody asked for, numbered by a
 * server that counts along, is not taken for the answer to the next question. */
enum { TRANSACTION_STRIDE = 40503 };

enum { CONNECT_FIRST_GAP_MS = 1000, OTHERS_MAX = 8 };

/* What is known of a device; only the wire's own turn touches it. */
struct unit {
    const struct device *device;
    struct plan plan;
    struct cadence cadence;
    struct health health;
    enum reason lost_to; /* why it has no values while it is not asked */
    struct wall last_valid;
    struct mono lost_since;
    bool told_lost;         /* the loss was logged, so its end will be */
    struct damper refusals; /* a device may refuse the same block for years */
    char last_error[160];
};

struct wire {
    const struct wire_settings *settings;
    struct line *line;
    struct wire_sink sink;
    struct clock clock;
    struct unit *units;
    size_t unit_count;

    bool connected, ever_connected, fresh; /* fresh: nothing was answered on this connection yet */
    unsigned connect_failures;
    struct mono connect_retry, last_request;
    uint16_t transaction;
    struct message batch;
    struct latency latency;
    struct wire_status status; /* the turn's own */

    pthread_mutex_t lock; /* guards what is shown */
    struct wire_status shown;
    struct latency shown_latency;
    struct device_status *shown_devices;

    pthread_t thread;
    bool started;
    struct wake wake;
};

/* ---- messages out ---- */

static void flush(struct wire *w)
{
    if (w->batch.count == 0)
        return;
    w->batch.kind = MESSAGE_READINGS;
    w->sink.put(w->sink.self, &w->batch);
    w->batch.count = 0;
}

static void emit(struct wire *w, const struct tag *t, struct reading r)
{
    w->batch.revisions[w->batch.count] = t->revision;
    w->batch.readings[w->batch.count++] = r;
    if (w->batch.count == MESSAGE_READINGS_MAX)
        flush(w);
}

static void emit_event(struct wire *w, struct event e)
{
    struct message m = { .kind = MESSAGE_EVENT, .event = e };

    flush(w);
    w->sink.put(w->sink.self, &m);
}

/* Silence is data: every tag of the block has a reading that says why it has no value. */
static void emit_block_bad(struct wire *w, const struct unit *u, const struct block *b, enum reason why,
                           struct wall at)
{
    for (size_t i = b->first; i < b->first + b->count; i++) {
        const struct tag *t = &u->device->tags[u->plan.order[i]];
        emit(w, t, reading_bad(t->point, at, why));
    }
}

static void emit_rest_bad(struct wire *w, const struct unit *u, size_t from_block, enum reason why,
                          struct wall at)
{
    for (size_t i = from_block; i < u->plan.block_count; i++)
        emit_block_bad(w, u, &u->plan.blocks[i], why, at);
}

/* ---- what is told of it ---- */

static void remember_error(struct wire *w, struct unit *u, const char *text)
{
    (void)snprintf(w->status.last_error, sizeof w->status.last_error, "%s%s%s",
                   u == NULL ? "" : u->device->id, u == NULL ? "" : ": ", text);
    if (u != NULL)
        (void)snprintf(u->last_error, sizeof u->last_error, "%s", text);
}

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

static void tell_wire_change(struct wire *w, enum wire_state was, struct now now)
{
    const char *id = w->settings->id;
    const char *error = w->status.last_error;

    if (w->status.state == WIRE_DOWN) {
        log_warn("wire=%s endpoint=%s down last=\"%s\"", id, w->status.endpoint, error);
        emit_event(w, event_make(EVENT_WIRE_DOWN, now.wall, id, NAN, "wire down: %s", error));
    } else if (was == WIRE_DOWN) {
        log_info("wire=%s endpoint=%s back", id, w->status.endpoint);
        emit_event(w, event_make(EVENT_WIRE_UP, now.wall, id, NAN, "wire back"));
    } else if (w->status.state == WIRE_UP && was == WIRE_CONNECTING) {
        log_info("wire=%s endpoint=%s up", id, w->status.endpoint);
    }
}

static struct wall wall_of(struct mono at, struct now now)
{
    return (struct wall){ now.wall.ms + (at.ms - now.mono.ms) };
}

static void show_device(const struct wire *w, const struct unit *u, struct now now, struct device_status *out)
{
    *out = (struct device_status){ .unit = (int)u->device->unit,
                                   .state = u->health.state,
                                   .last_valid_reply = u->last_valid,
                                   .every_ms = u->device->every_ms,
                                   .points = u->device->tag_count };
    (void)snprintf(out->id, sizeof out->id, "%s", u->device->id);
    (void)snprintf(out->last_error, sizeof out->last_error, "%s", u->last_error);
    out->next_try = wall_of(u->cadence.next, now);
    if (u->health.state == DEVICE_DOWN && u->health.retry.ms > u->cadence.next.ms)
        out->next_try = wall_of(u->health.retry, now);
    if (!w->connected && w->connect_retry.ms > u->cadence.next.ms)
        out->next_try = wall_of(w->connect_retry, now);
}

/* Once per turn: the copy that other threads may see. */
static void show(struct wire *w, struct now now)
{
    enum wire_state was = w->status.state;

    w->status.state = state_of(w);
    if (w->status.state != was) {
        w->status.since = now.wall;
        tell_wire_change(w, was, now);
    }
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
    (void)pthread_mutex_unlock(&w->lock);
}

/* ---- health ---- */

static void tell_device_down(struct wire *w, struct unit *u, struct now now)
{
    log_warn("wire=%s device=%s lost after=%u last=\"%s\" next_try=%llds", w->settings->id, u->device->id,
             u->health.silences, u->last_error, (long long)((u->health.retry.ms - now.mono.ms + 999) / 1000));
    u->lost_since = now.mono;
    u->told_lost = true;
    emit_event(w,
               event_make(EVENT_DEVICE_DOWN, now.wall, u->device->id, NAN, "device down: %s", u->last_error));
}

static void device_silent(struct wire *w, struct unit *u, enum reason why, struct now now)
{
    enum device_state was = u->health.state;

    health_silent(&u->health, now.mono, u->device->every_ms);
    u->lost_to = why;
    if (u->health.state == DEVICE_DOWN && was != DEVICE_DOWN)
        tell_device_down(w, u, now);
}

static void device_answered(struct wire *w, struct unit *u, struct now now)
{
    int64_t lost_ms = now.mono.ms - u->lost_since.ms;

    health_answered(&u->health);
    u->last_valid = now.wall;
    w->status.last_valid_reply = now.wall;
    if (u->told_lost && u->health.state == DEVICE_UP) {
        u->told_lost = false;
        log_info("wire=%s device=%s back after=%llds", w->settings->id, u->device->id,
                 (long long)(lost_ms / 1000));
        emit_event(w, event_make(EVENT_DEVICE_UP, now.wall, u->device->id, (double)lost_ms,
                                 "device back after %lld s", (long long)(lost_ms / 1000)));
    }
}

/* ---- one exchange ---- */

static void hang_up(struct wire *w)
{
    w->line->ops->close(w->line);
    w->connected = false;
}

/* True when connected.  A failure is remembered with a growing gap before the next try. */
static bool ensure_connected(struct wire *w)
{
    struct now now = clock_read(&w->clock);
    struct fault why;
    enum err rc;

    if (w->connected)
        return true;
    if (now.mono.ms < w->connect_retry.ms)
        return false;
    rc = w->line->ops->connect(w->line, &why);
    if (rc == ERR_NONE) {
        w->status.reconnects += w->ever_connected;
        w->ever_connected = true;
        w->connected = w->fresh = true;
        w->connect_failures = 0;
        return true;
    }
    now = clock_read(&w->clock);
    w->line->ops->close(w->line);
    remember_error(w, NULL, why.text);
    w->connect_retry.ms =
        now.mono.ms + health_gap_ms(w->line->called ? 0 : w->connect_failures, CONNECT_FIRST_GAP_MS);
    w->connect_failures++;
    return false;
}

struct outcome {
    enum answer_verdict verdict;
    enum err line; /* when the line failed, and verdict says nothing */
    uint8_t exception;
    uint16_t words[REGISTERS_MAX];
    struct fault why;
};

/* Listens until the answer to this request is there; answers to others are counted and let go by. */
static void listen_for(struct wire *w, const struct request *r, struct outcome *o)
{
    struct now start = clock_read(&w->clock);
    int64_t left = w->settings->answer_ms;
    struct answer a;

    for (unsigned others = 0; others < OTHERS_MAX; others++) {
        o->line = w->line->ops->receive(w->line, &a, left, &o->why);
        if (o->line != ERR_NONE)
            return;
        o->verdict = answer_check(r, &a, o->words, &o->exception, &o->why);
        if (o->verdict != ANSWER_OTHER)
            break;
        w->status.refused_answers++;
        left = w->settings->answer_ms - (clock_read(&w->clock).mono.ms - start.mono.ms);
        if (left <= 0) {
            o->line = fault_set(&o->why, ERR_TIMEOUT, "no answer in %lld ms, only answers to other questions",
                                (long long)w->settings->answer_ms);
            return;
        }
    }
    if (o->verdict != ANSWER_WRONG && o->verdict != ANSWER_OTHER)
        latency_add(&w->latency, a.took_us);
}

static void keep_the_pause(struct wire *w)
{
    struct mono free_at = { w->last_request.ms + w->settings->pause_ms };

    if (w->settings->pause_ms > 0 && clock_read(&w->clock).mono.ms < free_at.ms)
        (void)wake_wait_until(&w->wake, free_at);
}

static uint16_t next_transaction(struct wire *w)
{
    w->transaction = (uint16_t)(w->transaction + TRANSACTION_STRIDE);
    return w->transaction;
}

static void exchange_once(struct wire *w, const struct unit *u, const struct block *b, struct outcome *o)
{
    const struct request r = { .transaction = next_transaction(w),
                               .unit = (uint8_t)u->device->unit,
                               .function = b->function,
                               .address = b->address,
                               .quantity = b->quantity };

    keep_the_pause(w);
    w->status.transactions++;
    o->line = w->line->ops->send(w->line, &r, &o->why);
    w->last_request = clock_read(&w->clock).mono;
    if (o->line == ERR_NONE)
        listen_for(w, &r, o);
}

/* Many devices close a connection whenever they like; on one that had worked this costs a reconnect and a
 * second try, not a reading. */
static void exchange(struct wire *w, const struct unit *u, const struct block *b, struct outcome *o)
{
    *o = (struct outcome){ .line = ERR_NONE };
    exchange_once(w, u, b, o);
    if (o->line != ERR_PEER || w->fresh)
        return;
    hang_up(w);
    if (ensure_connected(w))
        exchange_once(w, u, b, o);
}

static void decode_block(struct wire *w, const struct unit *u, const struct block *b, const uint16_t *words,
                         struct wall at)
{
    for (size_t i = b->first; i < b->first + b->count; i++) {
        const struct tag *t = &u->device->tags[u->plan.order[i]];
        emit(w, t, decode_in_block(b, t, words, at));
    }
}

/* ---- one cycle of one device ---- */

static enum reason reason_of(const struct wire *w, const struct outcome *o)
{
    if (o->line == ERR_TIMEOUT)
        return REASON_NO_ANSWER;
    if (o->line == ERR_PEER || !w->connected)
        return REASON_NO_CONNECTION;
    return REASON_BAD_ANSWER;
}

/* After silence or nonsense the connection is not to be trusted: what is still under way on it must never
 * become another block's value. */
static void give_up_cycle(struct wire *w, struct unit *u, size_t block, struct outcome *o)
{
    enum reason why = reason_of(w, o);
    struct now now = clock_read(&w->clock);

    if (o->line == ERR_STATE) /* we are being stopped: that is no one's fault */
        return;
    if (o->line == ERR_TIMEOUT)
        w->status.timeouts++;
    else if (why == REASON_BAD_ANSWER)
        w->status.refused_answers++;
    hang_up(w);
    remember_error(w, u, o->why.text);
    emit_rest_bad(w, u, block, why, now.wall);
    device_silent(w, u, why, now);
}

static void refused_block(struct wire *w, struct unit *u, size_t block, uint8_t exception, struct wall at)
{
    const struct block b = u->plan.blocks[block];
    char text[120];
    unsigned swallowed;

    w->status.exceptions++;
    (void)snprintf(text, sizeof text, "%s %u to %u: exception %u, %s",
                   function_reads_bits(b.function) ? function_key(b.function) : "registers", b.address,
                   (unsigned)b.address + b.quantity - 1, exception, exception_text(exception));
    emit_block_bad(w, u, &b, REASON_EXCEPTION, at);
    if ((exception == EXCEPTION_ADDRESS || exception == EXCEPTION_VALUE) &&
        plan_split(&u->plan, u->device, block))
        log_info("wire=%s device=%s split %s", w->settings->id, u->device->id, text);
    else if (damper_complain(&u->refusals, clock_read(&w->clock).mono, &swallowed))
        log_warn("wire=%s device=%s refused=%u last=\"%s\"", w->settings->id, u->device->id, swallowed + 1,
                 text);
    remember_error(w, u, text);
}

/* A gateway speaks for a device that does not: the wire is fine, the device is silent. */
static void silent_behind_gateway(struct wire *w, struct unit *u, size_t block, uint8_t exception,
                                  struct now now)
{
    char text[120];

    w->status.exceptions++;
    (void)snprintf(text, sizeof text, "exception %u, %s", exception, exception_text(exception));
    remember_error(w, u, text);
    emit_rest_bad(w, u, block, REASON_NO_ANSWER, now.wall);
    device_silent(w, u, REASON_NO_ANSWER, now);
}

static void read_device(struct wire *w, struct unit *u)
{
    struct outcome o;
    size_t blocks = u->plan.block_count;
    struct now now = clock_read(&w->clock);
    bool refused = false;
    int64_t lasted_ms;

    for (size_t i = 0; i < blocks; i++) {
        const struct block b = u->plan.blocks[i];
        exchange(w, u, &b, &o);
        if (o.line != ERR_NONE || o.verdict == ANSWER_WRONG || o.verdict == ANSWER_OTHER) {
            give_up_cycle(w, u, i, &o);
            return;
        }
        w->fresh = false;
        now = clock_read(&w->clock);
        if (o.verdict == ANSWER_GOOD) {
            decode_block(w, u, &b, o.words, now.wall);
            continue;
        }
        if (o.exception == EXCEPTION_GATEWAY_PATH || o.exception == EXCEPTION_GATEWAY_TARGET) {
            silent_behind_gateway(w, u, i, o.exception, now);
            return;
        }
        refused = true;
        refused_block(w, u, i, o.exception, now.wall);
        if (u->plan.block_count != blocks) { /* it was split: both halves are asked next time */
            blocks++;
            i++;
        }
    }
    if (!refused && damper_end(&u->refusals, now.mono, &lasted_ms))
        log_info("wire=%s device=%s refuses nothing any more after=%llds", w->settings->id, u->device->id,
                 (long long)(lasted_ms / 1000));
    device_answered(w, u, now);
}

static void cycle(struct wire *w, struct unit *u)
{
    struct now now = clock_read(&w->clock);

    if (!health_may_ask(&u->health, now.mono)) {
        emit_rest_bad(w, u, 0, u->lost_to, now.wall);
    } else if (!ensure_connected(w)) {
        emit_rest_bad(w, u, 0, REASON_NO_CONNECTION, now.wall);
        u->lost_to = REASON_NO_CONNECTION;
        u->health.state = DEVICE_SUSPECT;
        if (w->connect_failures >= HEALTH_SILENCES_DOWN)
            u->health.state = DEVICE_DOWN;
        u->health.retry = w->connect_retry;
    } else {
        read_device(w, u);
    }
    flush(w);
    now = clock_read(&w->clock);
    cadence_advance(&u->cadence, now.mono);
    show(w, now);
}

static struct unit *most_due(const struct wire *w)
{
    struct unit *next = &w->units[0];

    for (size_t i = 1; i < w->unit_count; i++)
        if (w->units[i].cadence.next.ms < next->cadence.next.ms)
            next = &w->units[i];
    return next;
}

struct mono wire_turn(struct wire *w)
{
    struct unit *next = most_due(w);

    if (next->cadence.next.ms <= clock_read(&w->clock).mono.ms)
        cycle(w, next);
    return most_due(w)->cadence.next;
}

/* ---- life ---- */

static enum err make_units(struct wire *w, struct fault *why)
{
    struct now now = clock_read(&w->clock);

    w->unit_count = w->settings->device_count;
    w->units = calloc(w->unit_count, sizeof *w->units);
    w->shown_devices = calloc(w->unit_count, sizeof *w->shown_devices);
    if (w->units == NULL || w->shown_devices == NULL)
        return fault_set(why, ERR_MEMORY, "wire %s: no memory", w->settings->id);
    for (size_t i = 0; i < w->unit_count; i++) {
        struct unit *u = &w->units[i];
        enum err rc;
        u->device = &w->settings->devices[i];
        u->cadence = cadence_start(now.mono, u->device->every_ms, i, w->unit_count);
        u->health = health_start();
        rc = plan_make(&u->plan, u->device, why);
        if (rc != ERR_NONE)
            return rc;
    }
    return ERR_NONE;
}

enum err wire_new(struct wire **out, const struct wire_settings *settings, struct line *line,
                  struct wire_sink sink, struct clock clock, struct fault *why)
{
    struct wire *w = calloc(1, sizeof *w);
    enum err rc;

    if (w == NULL)
        return fault_set(why, ERR_MEMORY, "wire %s: no memory", settings->id);
    w->settings = settings;
    w->sink = sink;
    w->clock = clock;
    (void)pthread_mutex_init(&w->lock, NULL);
    wake_init(&w->wake);
    rc = settings->device_count == 0 ? fault_set(why, ERR_CONFIG, "wire %s has no devices", settings->id)
                                     : make_units(w, why);
    if (rc != ERR_NONE) {
        wire_free(w);
        return rc;
    }
    w->line = line;
    (void)snprintf(w->status.id, sizeof w->status.id, "%s", settings->id);
    wire_endpoint(settings, w->status.endpoint, sizeof w->status.endpoint);
    w->status.p50_ms = w->status.p99_ms = NAN;
    w->status.device_count = w->unit_count;
    show(w, clock_read(&clock));
    *out = w;
    return ERR_NONE;
}

void wire_free(struct wire *w)
{
    if (w == NULL)
        return;
    if (w->line != NULL)
        w->line->ops->free(w->line);
    for (size_t i = 0; i < w->unit_count && w->units != NULL; i++)
        plan_clear(&w->units[i].plan);
    wake_clear(&w->wake);
    (void)pthread_mutex_destroy(&w->lock);
    free(w->shown_devices);
    free(w->units);
    free(w);
}

static void *run(void *self)
{
    struct wire *w = self;
    struct mono next;

    do
        next = wire_turn(w);
    while (!wake_wait_until(&w->wake, next));
    return NULL;
}

enum err wire_start(struct wire *w, struct fault *why)
{
    int problem = pthread_create(&w->thread, NULL, run, w);

    if (problem != 0)
        return fault_set(why, ERR_FULL, "wire %s: thread: %s", w->settings->id, strerror(problem));
    w->started = true;
    return ERR_NONE;
}

void wire_leave(struct wire *w)
{
    if (w == NULL || !w->started)
        return;
    wake_stop(&w->wake);
    w->line->ops->interrupt(w->line);
}

void wire_stop(struct wire *w)
{
    if (w == NULL || !w->started)
        return;
    wire_leave(w);
    (void)pthread_join(w->thread, NULL);
    w->started = false;
}

void wire_status(struct wire *w, struct wire_status *out, struct device_status *devices, size_t max)
{
    struct latency latency;

    (void)pthread_mutex_lock(&w->lock);
    *out = w->shown;
    for (size_t i = 0; i < w->unit_count && i < max; i++)
        devices[i] = w->shown_devices[i];
    latency = w->shown_latency;
    (void)pthread_mutex_unlock(&w->lock);
    out->p50_ms = latency_ms(&latency, 0.50);
    out->p99_ms = latency_ms(&latency, 0.99);
}
