/* One question and its answer. */
#include "wire_inner.h"

/* Odd, so that every number comes once in 65,536; not 1, so that a frame nobody asked for, numbered by a
 * server that counts along, is not taken for the answer to the next question. */
enum { TRANSACTION_STRIDE = 40503 };

enum { CONNECT_FIRST_GAP_MS = 1000, OTHERS_MAX = 8 };

/* A request may last a minute: who asks meanwhile shall see that the wire is busy. */
static struct mono begin_busy(struct wire *w)
{
    struct mono since = clock_read(&w->clock).mono;

    (void)pthread_mutex_lock(&w->lock);
    w->busy_since = since;
    (void)pthread_mutex_unlock(&w->lock);
    return since;
}

/* The pause after a request belongs to it: nothing else can be asked. */
static void end_busy(struct wire *w, struct mono since)
{
    struct mono now = clock_read(&w->clock).mono;

    busy_add(&w->busy, since, w->free_at.ms > now.ms ? w->free_at : now);
    (void)pthread_mutex_lock(&w->lock);
    w->busy_since = (struct mono){ 0 };
    w->shown_busy = w->busy;
    (void)pthread_mutex_unlock(&w->lock);
}

void wire_hang_up(struct wire *w)
{
    w->line->ops->close(w->line);
    w->connected = false;
}

static enum err connect_line(struct wire *w, struct fault *why)
{
    struct mono since = begin_busy(w);
    enum err rc = w->line->ops->connect(w->line, why);

    end_busy(w, since);
    return rc;
}

bool wire_connect(struct wire *w)
{
    struct now now = clock_read(&w->clock);
    struct fault why;

    if (w->connected)
        return true;
    if (now.mono.ms < w->connect_retry.ms)
        return false;
    if (connect_line(w, &why) == ERR_NONE) {
        w->status.reconnects += w->ever_connected;
        w->ever_connected = true;
        w->connected = w->fresh = true;
        w->connect_failures = 0;
        return true;
    }
    now = clock_read(&w->clock);
    w->line->ops->close(w->line);
    tell_error(w, NULL, why.text);
    w->connect_retry.ms =
        now.mono.ms + health_gap_ms(w->line->called ? 0 : w->connect_failures, CONNECT_FIRST_GAP_MS);
    w->connect_failures++;
    return false;
}

static int64_t patience_ms(const struct wire *w, const struct unit *u)
{
    return u->device->answer_ms > 0 ? u->device->answer_ms : w->settings->answer_ms;
}

/* Listens until the answer to this request is there; answers to others are counted and let go by. */
static void listen_for(struct wire *w, const struct request *r, int64_t within_ms, struct outcome *o)
{
    struct now start = clock_read(&w->clock);
    int64_t left = within_ms;
    struct answer a;

    for (unsigned others = 0; others < OTHERS_MAX; others++) {
        o->line = w->line->ops->receive(w->line, &a, left, &o->why);
        if (o->line != ERR_NONE)
            return;
        o->verdict = answer_check(r, &a, o->words, &o->exception, &o->why);
        if (o->verdict != ANSWER_OTHER)
            break;
        w->status.refused_answers++;
        left = within_ms - (clock_read(&w->clock).mono.ms - start.mono.ms);
        if (left <= 0) {
            o->line = fault_set(&o->why, ERR_TIMEOUT, "no answer in %lld ms, only answers to other questions",
                                (long long)within_ms);
            return;
        }
    }
    if (o->verdict == ANSWER_WRONG || o->verdict == ANSWER_OTHER)
        return;
    w->status.other_units += a.unit != r->unit;
    latency_add(&w->latency, a.took_us);
}

/* Turns wait for the end of the pause; this is for a second try within one. */
static void keep_the_pause(struct wire *w)
{
    if (clock_read(&w->clock).mono.ms < w->free_at.ms)
        (void)wake_wait_until(&w->wake, w->free_at);
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
                               .quantity = b->quantity,
                               .tolerates = u->device->tolerates,
                               .other_unit = u->device->reply_unit };
    struct mono since;

    keep_the_pause(w);
    since = begin_busy(w);
    w->status.transactions++;
    o->line = w->line->ops->send(w->line, &r, &o->why);
    if (w->settings->pause_ms > 0)
        w->free_at.ms = clock_read(&w->clock).mono.ms + w->settings->pause_ms;
    if (o->line == ERR_NONE)
        listen_for(w, &r, patience_ms(w, u), o);
    end_busy(w, since);
}

/* Many devices close a connection whenever they like; on one that had worked this costs a reconnect and a
 * second try, not a reading. */
void wire_exchange(struct wire *w, const struct unit *u, const struct block *b, struct outcome *o)
{
    *o = (struct outcome){ .line = ERR_NONE };
    exchange_once(w, u, b, o);
    if (o->line != ERR_PEER || w->fresh)
        return;
    wire_hang_up(w);
    if (wire_connect(w))
        exchange_once(w, u, b, o);
}
