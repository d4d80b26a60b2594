#include "acquire/wire.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire_inner.h"

/* ---- whose turn it is ---- */

static struct mono due(const struct unit *u)
{
    return u->way.on ? u->way.resume : u->cadence.next;
}

/* Of those that wait, the one that waits longest for a turn: none is passed over by one that is slow or
 * always late.  Else the one that is due first. */
static bool goes_before(const struct unit *a, const struct unit *b, struct mono now)
{
    if (due(a).ms <= now.ms && due(b).ms <= now.ms)
        return a->served != b->served ? a->served < b->served : due(a).ms < due(b).ms;
    return due(a).ms < due(b).ms;
}

static struct unit *whose_turn(const struct wire *w, struct mono now)
{
    struct unit *next = &w->units[0];

    for (size_t i = 1; i < w->unit_count; i++)
        if (goes_before(&w->units[i], next, now))
            next = &w->units[i];
    return next;
}

/* What others asked for meanwhile. */
static void take_orders(struct wire *w)
{
    for (size_t i = 0; i < w->unit_count; i++) {
        struct unit *u = &w->units[i];
        bool forget;
        (void)pthread_mutex_lock(&w->lock);
        forget = u->forget && !u->way.on; /* its blocks stay as they are while they are read */
        u->forget = u->forget && !forget;
        (void)pthread_mutex_unlock(&w->lock);
        if (forget)
            teach_forget(w, u);
    }
}

static struct mono next_turn(struct wire *w)
{
    struct mono now = clock_read(&w->clock).mono, at = due(whose_turn(w, now));

    if (at.ms > now.ms && ask_waits(w))
        at = now;
    return at.ms > w->free_at.ms ? at : w->free_at;
}

/* Before the devices, but never twice while one of them waits: who asks on and on keeps none from its turn.
 */
static bool is_for_hand(struct wire *w, const struct unit *u, struct mono now)
{
    return !(w->by_hand && due(u).ms <= now.ms) && ask_waits(w);
}

struct mono wire_turn(struct wire *w)
{
    struct mono now = clock_read(&w->clock).mono;
    struct unit *u;

    if (!w->recalled)
        recall_lessons(w);
    w->recalled = true;
    take_orders(w);
    u = whose_turn(w, now);
    if (now.ms >= w->free_at.ms && is_for_hand(w, u, now)) {
        w->by_hand = true;
        ask_now(w);
        tell_show(w, clock_read(&w->clock));
    } else if (now.ms >= w->free_at.ms && due(u).ms <= now.ms) {
        w->by_hand = false;
        u->served = ++w->turns;
        wire_read_device(w, u);
        keep_lessons(w, clock_read(&w->clock).mono);
        tell_show(w, clock_read(&w->clock));
    }
    return next_turn(w);
}

/* ---- life ---- */

static enum err make_unit(struct wire *w, struct unit *u, struct now now, struct fault *why)
{
    const struct device *d = u->device;
    enum err rc = plan_make(&u->plan, d, why);

    if (rc != ERR_NONE)
        return rc;
    u->health = health_start();
    u->alive = alive_start(now.mono);
    u->probe_next.ms = now.mono.ms + CLOCK_HOUR_MS;
    u->histories = calloc(u->plan.tag_count + 1, sizeof *u->histories);
    u->older = calloc(u->plan.tag_count + 1, sizeof *u->older);
    u->broken = calloc(d->tag_count + 1, sizeof *u->broken);
    if (d->gate.on || d->alive.within_ms > 0)
        u->held = calloc(d->tag_count + 1, sizeof *u->held);
    if (u->histories == NULL || u->older == NULL || u->broken == NULL ||
        (u->held == NULL && (d->gate.on || d->alive.within_ms > 0)))
        return fault_set(why, ERR_MEMORY, "wire %s: no memory", w->settings->id);
    for (size_t i = 0; i < u->plan.block_count; i++)
        u->histories[i] = (struct history){ u->plan.blocks[i].function, u->plan.blocks[i].address,
                                            u->plan.blocks[i].quantity, .good = false };
    return ERR_NONE;
}

static enum err make_units(struct wire *w, struct fault *why)
{
    struct now now = clock_read(&w->clock);
    enum err rc = ERR_NONE;

    w->unit_count = w->settings->device_count;
    w->units = calloc(w->unit_count, sizeof *w->units);
    w->shown_devices = calloc(w->unit_count, sizeof *w->shown_devices);
    if (w->units == NULL || w->shown_devices == NULL)
        return fault_set(why, ERR_MEMORY, "wire %s: no memory", w->settings->id);
    for (size_t i = 0; i < w->unit_count && rc == ERR_NONE; i++) {
        struct unit *u = &w->units[i];
        u->device = &w->settings->devices[i];
        u->cadence = cadence_start(now.mono, u->device->every_ms, i, w->unit_count);
        rc = make_unit(w, u, now, why);
    }
    return rc;
}

static void first_status(struct wire *w)
{
    const struct wire_settings *s = w->settings;

    (void)snprintf(w->status.id, sizeof w->status.id, "%s", s->id);
    wire_endpoint(s, w->status.endpoint, sizeof w->status.endpoint);
    w->status.p50_ms = w->status.p99_ms = NAN;
    w->status.device_count = w->unit_count;
    w->status.load_planned = s->load;
    tell_show(w, clock_read(&w->clock));
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
    w->busy = busy_start(clock_read(&clock).mono);
    (void)pthread_mutex_init(&w->lock, NULL);
    wake_init(&w->wake);
    rc = settings->device_count == 0 ? fault_set(why, ERR_CONFIG, "wire %s has no devices", settings->id)
                                     : make_units(w, why);
    if (rc != ERR_NONE) {
        wire_free(w);
        return rc;
    }
    w->line = line;
    first_status(w);
    *out = w;
    return ERR_NONE;
}

void wire_keep_lessons_in(struct wire *w, const char *folder)
{
    (void)snprintf(w->folder, sizeof w->folder, "%s", folder);
    if (strlen(folder) >= sizeof w->folder) {
        w->folder[0] = '\0';
        log_warn("wire=%s lessons are not kept: the name of their folder is too long", w->settings->id);
    }
}

static void free_unit(struct unit *u)
{
    plan_clear(&u->plan);
    free(u->histories);
    free(u->older);
    free(u->broken);
    free(u->held);
}

void wire_free(struct wire *w)
{
    if (w == NULL)
        return;
    ask_never(w);
    if (w->line != NULL) {
        keep_lessons_now(w);
        w->line->ops->free(w->line);
    }
    for (size_t i = 0; i < w->unit_count && w->units != NULL; i++)
        free_unit(&w->units[i]);
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
    ask_never(w);
    w->started = false;
}

/* ---- from other threads ---- */

bool wire_forget(struct wire *w, const char *device)
{
    bool found = false;

    (void)pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < w->unit_count; i++)
        if (device == NULL || strcmp(w->units[i].device->id, device) == 0)
            found = w->units[i].forget = true;
    (void)pthread_mutex_unlock(&w->lock);
    wake_poke(&w->wake);
    return found;
}

void wire_status(struct wire *w, struct wire_status *out, struct device_status *devices, size_t max)
{
    struct mono now = clock_read(&w->clock).mono;
    struct latency latency;
    struct busy busy;
    struct mono since;

    (void)pthread_mutex_lock(&w->lock);
    *out = w->shown;
    for (size_t i = 0; i < w->unit_count && i < max; i++)
        devices[i] = w->shown_devices[i];
    latency = w->shown_latency;
    busy = w->shown_busy;
    since = w->busy_since;
    (void)pthread_mutex_unlock(&w->lock);
    if (since.ms > 0)
        busy_add(&busy, since, now);
    out->load_measured = busy_share(&busy, now);
    out->p50_ms = latency_ms(&latency, 0.50);
    out->p99_ms = latency_ms(&latency, 0.99);
}
