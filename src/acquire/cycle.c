/* One cycle of one device: its blocks in their order, each asked once, and a reading for every point. */
#include <stdio.h>

#include "decode.h"
#include "gate.h"
#include "wire_inner.h"

/* A device has its turn at least so long before others that wait are served between its requests: quick ones
 * are read in one go, slow ones cost the others one request. */
enum { TURN_MS = 200 };

static enum reason reason_of(const struct wire *w, const struct outcome *o)
{
    if (o->line == ERR_TIMEOUT)
        return REASON_NO_ANSWER;
    if (o->line == ERR_PEER || !w->connected)
        return REASON_NO_CONNECTION;
    return REASON_BAD_ANSWER;
}

/* ---- what a block yields ---- */

/* Only what should move and what opens the gate; a value is made of it elsewhere. */
static void watch(struct unit *u, uint32_t tag, uint64_t raw)
{
    const struct watched seen = { .read = true, .raw = raw };

    if (u->device->gate.on && u->device->gate.tag == tag)
        u->gate = seen;
    if (u->device->alive.within_ms > 0 && u->device->alive.tag == tag)
        u->moves = seen;
}

static void decode_block(struct wire *w, struct unit *u, const struct block *b, const uint16_t *words,
                         struct wall at)
{
    for (size_t i = b->first; i < b->first + b->count; i++) {
        uint32_t tag = u->plan.order[i];
        const struct tag *t = &u->device->tags[tag];
        uint64_t raw = decode_raw_in_block(b, t, words);
        struct reading r;
        watch(u, tag, raw);
        if (t->point == NO_INDEX)
            continue;
        r = decode_in_block(b, t, words, at);
        if (r.reason == REASON_WIRE_FAULT) {
            u->faulty = true;
            tell_wire_fault(w, u, tag, raw);
        }
        tell_reading(w, u, tag, r);
    }
}

/* ---- what the whole cycle yields ---- */

static void tell_movement(struct wire *w, struct unit *u, struct now now)
{
    int64_t lasted_ms;
    unsigned swallowed;

    if (u->stands_still) {
        tell_error(w, u, "it answers, but what should move in it stands still: its values are old");
        if (damper_complain(&u->frozen, now.mono, &swallowed))
            log_warn("wire=%s device=%s stands_still last=\"%s\"", w->settings->id, u->device->id,
                     u->last_error);
    } else if (damper_end(&u->frozen, now.mono, &lasted_ms)) {
        log_info("wire=%s device=%s moves again after=%llds", w->settings->id, u->device->id,
                 (long long)(lasted_ms / 1000));
    }
}

static void follow_movement(struct wire *w, struct unit *u, struct now now)
{
    const struct alive_rule *rule = &u->device->alive;

    if (rule->within_ms == 0 || u->way.good == 0) /* silence is told elsewhere */
        return;
    if (u->moves.read)
        alive_saw(&u->alive, u->moves.raw, now.mono);
    u->stands_still = alive_stands_still(&u->alive, rule->within_ms, now.mono);
    tell_movement(w, u, now);
}

static struct reading behind_the_gate(const struct unit *u, uint32_t tag, struct reading r)
{
    const struct gate *g = &u->device->gate;

    if (!g->on || tag == g->tag || (u->gate.read && gate_is_open(g, u->gate.raw)))
        return r;
    /* one that could not be read is not open, and why it could not is why the value does not count */
    return gate_apply(g, r, u->gate.read ? REASON_NOT_VALID : u->gate.why);
}

/* Values wait for the gate that another block may hold. */
static void release_held(struct wire *w, struct unit *u, struct now now)
{
    struct reading *held = u->held;

    if (held == NULL)
        return;
    follow_movement(w, u, now);
    u->held = NULL;
    for (uint32_t i = 0; i < u->device->tag_count; i++) {
        struct reading r;
        if (held[i].quality == QUALITY_COUNT) /* we were stopped before it was read */
            continue;
        r = behind_the_gate(u, i, held[i]);
        tell_reading(w, u, i, u->stands_still ? alive_doubt(r) : r);
    }
    u->held = held;
}

static void end(struct wire *w, struct unit *u)
{
    struct now now = clock_read(&w->clock);

    if (!u->way.naming)
        release_held(w, u, now);
    u->way.on = u->way.naming = false;
    if (u->device->close_after_cycle && w->connected)
        wire_hang_up(w);
    cadence_advance(&u->cadence, now.mono);
}

/* ---- when a block yields nothing ---- */

/* After silence or nonsense the connection is not to be trusted: what is still under way on it must never
 * become another block's value. */
static void give_up(struct wire *w, struct unit *u, struct outcome *o)
{
    enum reason why = reason_of(w, o);
    struct now now = clock_read(&w->clock);

    if (o->line == ERR_TIMEOUT)
        w->status.timeouts++;
    else if (why == REASON_BAD_ANSWER)
        w->status.refused_answers++;
    wire_hang_up(w);
    tell_error(w, u, o->why.text);
    tell_rest_bad(w, u, u->way.block, why, now.wall);
    tell_silent(w, u, why, now);
}

/* A gateway speaks for a device that does not: the wire is fine, the device is silent. */
static void silent_behind_gateway(struct wire *w, struct unit *u, uint8_t exception, struct now now)
{
    char text[120];

    (void)snprintf(text, sizeof text, "exception %u, %s", exception, exception_text(exception));
    tell_error(w, u, text);
    tell_rest_bad(w, u, u->way.block, REASON_NO_ANSWER, now.wall);
    tell_silent(w, u, REASON_NO_ANSWER, now);
}

static void refused_block(struct wire *w, struct unit *u, uint8_t exception, struct now now)
{
    const struct block *b = &u->plan.blocks[u->way.block];
    char text[120];
    unsigned swallowed;

    (void)snprintf(text, sizeof text, "%s %u to %u: exception %u, %s",
                   function_reads_bits(b->function) ? function_key(b->function) : "registers", b->address,
                   (unsigned)b->address + b->quantity - 1, exception, exception_text(exception));
    tell_block_bad(w, u, u->way.block, exception == EXCEPTION_BUSY ? REASON_BUSY : REASON_EXCEPTION,
                   now.wall);
    u->way.refused++;
    teach_refused(u, u->way.block, exception);
    if (damper_complain(&u->refusals, now.mono, &swallowed))
        log_warn("wire=%s device=%s refused=%u last=\"%s\"", w->settings->id, u->device->id, swallowed + 1,
                 text);
    tell_error(w, u, text);
}

/* ---- block after block ---- */

/* Busy is not dead: it is asked again in a while, and others meanwhile. */
static bool comes_again(struct wire *w, struct unit *u, uint8_t exception, struct now now)
{
    if (exception != EXCEPTION_BUSY)
        return false;
    w->status.busy_answers++;
    if (u->way.busy++ >= u->device->busy_retries)
        return false;
    u->way.resume.ms = now.mono.ms + u->device->busy_pause_ms;
    return true;
}

enum step { STEP_ON, STEP_AGAIN, STEP_OVER };

static enum step take_exception(struct wire *w, struct unit *u, uint8_t exception, struct now now)
{
    w->status.exceptions++;
    if (exception == EXCEPTION_GATEWAY_PATH || exception == EXCEPTION_GATEWAY_TARGET) {
        silent_behind_gateway(w, u, exception, now);
        return STEP_OVER;
    }
    if (comes_again(w, u, exception, now))
        return STEP_AGAIN;
    refused_block(w, u, exception, now);
    return STEP_ON;
}

static enum step read_block(struct wire *w, struct unit *u)
{
    const struct block *b = &u->plan.blocks[u->way.block];
    struct outcome o;
    struct now now;

    wire_exchange(w, u, b, &o);
    if (o.line == ERR_STATE) /* we are being stopped: that is no one's fault */
        return STEP_OVER;
    if (o.line != ERR_NONE || o.verdict == ANSWER_WRONG || o.verdict == ANSWER_OTHER) {
        give_up(w, u, &o);
        return STEP_OVER;
    }
    w->fresh = false;
    now = clock_read(&w->clock);
    if (o.verdict == ANSWER_EXCEPTION)
        return take_exception(w, u, o.exception, now);
    u->way.good++;
    teach_good(u, u->way.block);
    decode_block(w, u, b, o.words, now.wall);
    return STEP_ON;
}

/* What it does not have is not asked for in every cycle; but something is, to know that it lives. */
static bool is_skipped(const struct unit *u)
{
    bool last = u->way.block + 1 == u->plan.block_count;

    return u->plan.blocks[u->way.block].missing && !(last && u->way.good + u->way.refused == 0);
}

static bool another_waits(struct wire *w, const struct unit *u, struct mono now)
{
    for (size_t i = 0; i < w->unit_count; i++) {
        const struct unit *o = &w->units[i];
        if (o != u && (o->way.on ? o->way.resume : o->cadence.next).ms <= now.ms)
            return true;
    }
    return ask_waits(w);
}

/* True when the device gives way: to others that wait, or until the pause of the wire is over. */
static bool gives_way(struct wire *w, struct unit *u, struct mono began)
{
    struct mono now = clock_read(&w->clock).mono;

    if (u->way.block == u->plan.block_count)
        return false;
    if (now.ms < w->free_at.ms) {
        u->way.resume = w->free_at;
        return true;
    }
    return now.ms - began.ms >= TURN_MS && another_waits(w, u, now);
}

/* In a turn of its own, on the same connection; others that wait come first. */
static void go_on_to_naming(struct wire *w, struct unit *u)
{
    struct now now = clock_read(&w->clock);

    release_held(w, u, now);
    u->way.naming = true;
    u->way.resume = now.mono;
}

static void answered_to_the_end(struct wire *w, struct unit *u)
{
    struct now now = clock_read(&w->clock);
    enum device_state was = u->health.state;
    int64_t lasted_ms;

    if (u->way.refused == 0 && damper_end(&u->refusals, now.mono, &lasted_ms))
        log_info("wire=%s device=%s refuses nothing any more after=%llds", w->settings->id, u->device->id,
                 (long long)(lasted_ms / 1000));
    if (!u->faulty && damper_end(&u->faults, now.mono, &lasted_ms))
        log_info("wire=%s device=%s no fault of a sensor any more after=%llds", w->settings->id,
                 u->device->id, (long long)(lasted_ms / 1000));
    tell_answered(w, u, now);
    teach_cycle_over(w, u);
    if (naming_is_due(u, was, now.mono))
        go_on_to_naming(w, u);
    else
        end(w, u);
}

static void read_blocks(struct wire *w, struct unit *u)
{
    struct mono began = clock_read(&w->clock).mono;
    enum step step = STEP_ON;

    while (u->way.block < u->plan.block_count) {
        if (is_skipped(u))
            tell_block_bad(w, u, u->way.block, REASON_EXCEPTION, clock_read(&w->clock).wall);
        else
            step = read_block(w, u);
        if (step == STEP_AGAIN)
            return;
        if (step == STEP_OVER) {
            end(w, u);
            return;
        }
        u->way.block++;
        u->way.busy = 0;
        if (gives_way(w, u, began))
            return;
    }
    answered_to_the_end(w, u);
}

static void begin(struct unit *u, struct mono now)
{
    u->way = (struct under_way){ .on = true, .resume = now };
    u->gate = u->moves = (struct watched){ .why = REASON_EXCEPTION };
    u->faulty = false;
    for (size_t i = 0; u->held != NULL && i < u->device->tag_count; i++)
        u->held[i].quality = QUALITY_COUNT;
}

static void unreachable(struct wire *w, struct unit *u, struct wall at)
{
    tell_rest_bad(w, u, u->way.block, REASON_NO_CONNECTION, at);
    u->lost_to = REASON_NO_CONNECTION;
    health_unreachable(&u->health, w->connect_failures, w->connect_retry);
}

void wire_read_device(struct wire *w, struct unit *u)
{
    struct now now = clock_read(&w->clock);

    if (!u->way.on)
        begin(u, now.mono);
    if (u->way.naming) {
        naming_ask(w, u);
        end(w, u);
    } else if (u->way.block == 0 && !health_may_ask(&u->health, now.mono)) {
        tell_rest_bad(w, u, 0, u->lost_to, now.wall);
        end(w, u);
    } else if (!wire_connect(w)) {
        unreachable(w, u, clock_read(&w->clock).wall);
        end(w, u);
    } else {
        read_blocks(w, u);
    }
    tell_flush(w);
}
