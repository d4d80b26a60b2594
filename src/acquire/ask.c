#include "acquire/ask.h"

#include <stdlib.h>
#include <string.h>

#include "wire_inner.h"

enum { PATIENCE_SPARE_MS = 5000, PATIENCE_MAX_MS = 2 * CLOCK_MINUTE_MS };

struct asked {
    const struct unit *unit; /* the wire's own */
    struct block block;
    int64_t patience_ms;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t ended;
    bool over, left; /* the wire is done with it; who asked is gone */
    enum err code;
    struct fault why;
    uint16_t words[REGISTERS_MAX];
};

/* ---- what is refused ---- */

static const struct unit *find_unit(const struct wire *w, const struct ask *q)
{
    for (size_t i = 0; i < w->unit_count; i++) {
        const struct device *d = w->units[i].device;
        if (q->device != NULL ? strcmp(d->id, q->device) == 0 : d->unit == q->unit)
            return &w->units[i];
    }
    return NULL;
}

static enum err check_numbers(const struct ask *q, struct fault *why)
{
    if (q->function < FUNCTION_READ_COILS || q->function >= FUNCTION_COUNT)
        return fault_set(why, ERR_RANGE, "only coil, discrete, holding and input are read");
    if (q->address < 0 || q->address > UINT16_MAX)
        return fault_set(why, ERR_RANGE, "there is no address %lld: 0 to 65535, as on the wire",
                         (long long)q->address);
    if (q->quantity < 1)
        return fault_set(why, ERR_RANGE, "%lld is nothing to ask for: at least 1", (long long)q->quantity);
    if (q->quantity > UINT16_MAX + 1 - q->address)
        return fault_set(why, ERR_RANGE, "%lld from %lld on reach beyond address 65535",
                         (long long)q->quantity, (long long)q->address);
    return ERR_NONE;
}

/* What one device of a unit says of its registers holds for all: behind them is one thing. */
static enum err check_device(const struct device *d, const struct ask *q, struct fault *why)
{
    bool bits = function_reads_bits(q->function);
    int64_t most = bits ? BITS_MAX : d->max_registers;
    unsigned end = (unsigned)(q->address + q->quantity);
    const struct forbidden *f = device_forbids(d, q->function, (unsigned)q->address, end);

    if (q->quantity > most)
        return fault_set(why, ERR_RANGE, "%lld %s: %s gives at most %lld at once", (long long)q->quantity,
                         bits ? "bits" : "registers", d->id, (long long)most);
    if (f != NULL)
        return fault_set(why, ERR_DENIED, "%s %lld to %u touch what must not be read of %s: %u to %u",
                         function_key(q->function), (long long)q->address, end - 1, d->id, f->address,
                         f->address + f->count - 1);
    return ERR_NONE;
}

static enum err check(const struct wire *w, const struct ask *q, const struct unit **unit, struct fault *why)
{
    enum err rc = check_numbers(q, why);

    if (rc != ERR_NONE)
        return rc;
    *unit = find_unit(w, q);
    if (*unit == NULL && q->device != NULL)
        return fault_set(why, ERR_MISSING, "wire %s has no device \"%s\"", w->settings->id, q->device);
    if (*unit == NULL)
        return fault_set(why, ERR_MISSING, "wire %s has no device with unit %lld", w->settings->id,
                         (long long)q->unit);
    for (size_t i = 0; i < w->unit_count && rc == ERR_NONE; i++)
        if (w->units[i].device->unit == (*unit)->device->unit)
            rc = check_device(w->units[i].device, q, why);
    return rc;
}

/* ---- who asks ---- */

/* A request may be under way, slow and tried twice; then comes this one. */
static int64_t patience_ms(const struct wire *w)
{
    const struct wire_settings *s = w->settings;
    int64_t slowest_ms = s->answer_ms, all_ms;

    for (size_t i = 0; i < w->unit_count; i++)
        if (w->units[i].device->answer_ms > slowest_ms)
            slowest_ms = w->units[i].device->answer_ms;
    all_ms = 4 * (s->connect_ms + s->late_ms + s->pause_ms + 2 * slowest_ms) + PATIENCE_SPARE_MS;
    return all_ms < PATIENCE_MAX_MS ? all_ms : PATIENCE_MAX_MS;
}

static void free_asked(struct asked *a)
{
    (void)pthread_cond_destroy(&a->ended);
    (void)pthread_mutex_destroy(&a->lock);
    free(a);
}

static bool hand_over(struct wire *w, struct asked *a)
{
    bool taken;

    (void)pthread_mutex_lock(&w->lock);
    taken = w->asked == NULL;
    if (taken)
        w->asked = a;
    (void)pthread_mutex_unlock(&w->lock);
    return taken;
}

enum err wire_ask(struct wire *w, const struct ask *q, struct asked **out, struct fault *why)
{
    const struct unit *unit = NULL;
    struct asked *a;
    enum err rc = check(w, q, &unit, why);

    if (rc != ERR_NONE)
        return rc;
    a = calloc(1, sizeof *a);
    if (a == NULL)
        return fault_set(why, ERR_MEMORY, "wire %s: no memory", w->settings->id);
    a->unit = unit;
    a->block = (struct block){ .function = q->function,
                               .address = (uint16_t)q->address,
                               .quantity = (uint16_t)q->quantity };
    a->patience_ms = patience_ms(w);
    (void)pthread_mutex_init(&a->lock, NULL);
    wake_cond_init(&a->ended);
    if (!hand_over(w, a)) {
        free_asked(a);
        return fault_set(why, ERR_STATE, "wire %s is being asked something by hand already", w->settings->id);
    }
    *out = a;
    wake_poke(&w->wake);
    return ERR_NONE;
}

int64_t asked_patience_ms(const struct asked *a)
{
    return a->patience_ms;
}

bool asked_is_over(struct asked *a, int64_t within_ms)
{
    struct timespec until = wake_timespec((struct mono){ mono_read().ms + within_ms });
    bool over;

    (void)pthread_mutex_lock(&a->lock);
    while (!a->over && pthread_cond_timedwait(&a->ended, &a->lock, &until) == 0)
        ;
    over = a->over;
    (void)pthread_mutex_unlock(&a->lock);
    return over;
}

enum err asked_end(struct asked *a, uint16_t words[REGISTERS_MAX], struct fault *why)
{
    enum err rc;
    bool over;

    (void)pthread_mutex_lock(&a->lock);
    a->left = true;
    over = a->over;
    (void)pthread_mutex_unlock(&a->lock);
    if (!over) /* the wire frees it */
        return fault_set(why, ERR_TIMEOUT, "the wire did not come to it in time; try again");
    rc = a->code;
    if (rc == ERR_NONE)
        memcpy(words, a->words, sizeof a->words);
    else
        *why = a->why;
    free_asked(a);
    return rc;
}

/* ---- the wire ---- */

/* Only the wire takes it away again, so that it needs no lock to look at it. */
static struct asked *look(struct wire *w)
{
    struct asked *a;

    (void)pthread_mutex_lock(&w->lock);
    a = w->asked;
    (void)pthread_mutex_unlock(&w->lock);
    return a;
}

/* Off the wire first: who gets the answer may ask the next at once. */
static void give_back(struct wire *w, struct asked *a)
{
    bool left;

    (void)pthread_mutex_lock(&w->lock);
    w->asked = NULL;
    (void)pthread_mutex_unlock(&w->lock);
    (void)pthread_mutex_lock(&a->lock);
    a->over = true;
    left = a->left;
    (void)pthread_cond_broadcast(&a->ended);
    (void)pthread_mutex_unlock(&a->lock);
    if (left)
        free_asked(a);
}

bool ask_waits(struct wire *w)
{
    struct asked *a = look(w);
    bool left;

    if (a == NULL)
        return false;
    (void)pthread_mutex_lock(&a->lock);
    left = a->left;
    (void)pthread_mutex_unlock(&a->lock);
    if (left)
        give_back(w, a);
    return !left;
}

static enum err no_connection(const struct wire *w, struct fault *why)
{
    int64_t gap_ms = w->connect_retry.ms - clock_read(&w->clock).mono.ms;

    return fault_set(why, ERR_PEER, "no connection to %s, next try in %lld s; last error: %s",
                     w->status.endpoint, (long long)(gap_ms > 0 ? (gap_ms + 999) / 1000 : 0),
                     w->status.last_error);
}

static bool is_under_way(const struct wire *w)
{
    for (size_t i = 0; i < w->unit_count; i++)
        if (w->units[i].way.on)
            return true;
    return false;
}

/* As after any request: what may still come on a connection must not become another's answer, and a device
 * that wants to be left alone between its cycles is. */
static void leave_connection(struct wire *w, const struct asked *a, const struct outcome *o)
{
    if (o->line == ERR_STATE)
        return;
    if (o->line != ERR_NONE || o->verdict == ANSWER_WRONG || o->verdict == ANSWER_OTHER) {
        wire_hang_up(w);
        return;
    }
    w->fresh = false;
    if (a->unit->device->close_after_cycle && !is_under_way(w))
        wire_hang_up(w);
}

static enum err tell_outcome(struct asked *a, const struct outcome *o)
{
    if (o->line == ERR_STATE)
        return fault_set(&a->why, ERR_STATE, "the wire is being stopped");
    if (o->line == ERR_NONE && o->verdict == ANSWER_EXCEPTION)
        return fault_set(&a->why, ERR_PEER, "exception %u, %s", o->exception, exception_text(o->exception));
    if (o->line == ERR_NONE && o->verdict == ANSWER_GOOD) {
        memcpy(a->words, o->words, sizeof a->words);
        return ERR_NONE;
    }
    a->why = o->why;
    return o->line != ERR_NONE ? o->line : ERR_PEER;
}

void ask_now(struct wire *w)
{
    struct asked *a = look(w);
    struct outcome o;

    if (!wire_connect(w)) {
        a->code = no_connection(w, &a->why);
    } else {
        wire_exchange(w, a->unit, &a->block, &o);
        a->code = tell_outcome(a, &o);
        leave_connection(w, a, &o);
    }
    give_back(w, a);
}

void ask_never(struct wire *w)
{
    struct asked *a = look(w);

    if (a == NULL)
        return;
    a->code = fault_set(&a->why, ERR_STATE, "the wire is being stopped");
    give_back(w, a);
}
