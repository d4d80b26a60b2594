#include "store/others.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "hearer.h"
#include "leash.h"
#include "pg.h"
#include "teller.h"

enum { BEAT_MS = 1000, RETRY_MS = 3000 };

struct others {
    struct store_settings store;
    struct clock clock;
    struct leash leash;
    pthread_t thread;

    /* the thread's own */
    struct pg *pg;
    struct teller teller;
    struct hearer hearer;
    struct damper damper;
    int64_t ahead_ms;

    pthread_mutex_t lock;
    struct snapshot *own;        /* under lock: held; NULL before the first */
    struct others_status status; /* under lock */
};

/* ---- one beat ---- */

/* The present is told again every second: no commit of it need reach a disk. */
static enum err meet(struct others *o, struct fault *why)
{
    const struct pg_options options = { .connect = o->store.connect,
                                        .login = &o->store.writer,
                                        .name = "capnuoc nodes",
                                        .answer_ms = o->store.answer_ms,
                                        .leash = &o->leash };
    enum err rc;

    pg_close(o->pg);
    o->pg = NULL;
    teller_forget(&o->teller);
    hearer_forget(&o->hearer);
    rc = pg_open(&o->pg, &options, why);
    return rc != ERR_NONE ? rc : pg_script(o->pg, "SET synchronous_commit = off", o->store.answer_ms, why);
}

static struct snapshot *hold_own(struct others *o)
{
    struct snapshot *s;

    (void)pthread_mutex_lock(&o->lock);
    s = snapshot_hold(o->own);
    (void)pthread_mutex_unlock(&o->lock);
    return s;
}

/* Pages are written only where somebody reads them. */
static enum err tell(struct others *o, struct now now, struct fault *why)
{
    bool company = hearer_has_company(&o->hearer);
    struct snapshot *own = company ? hold_own(o) : NULL;
    struct beat beat;
    enum err rc;

    if (!company)
        teller_forget(&o->teller);
    rc = teller_beat(&o->teller, o->pg, own, now.wall, &beat, why);
    snapshot_drop(own);
    if (rc == ERR_NONE)
        o->ahead_ms = beat.ahead_ms;
    return rc;
}

static enum err turn(struct others *o, struct now now, struct fault *why)
{
    enum err rc = pg_alive(o->pg) ? ERR_NONE : meet(o, why);

    if (rc == ERR_NONE)
        rc = tell(o, now, why);
    return rc != ERR_NONE ? rc : hearer_listen(&o->hearer, o->pg, now, why);
}

/* ---- what is known of it ---- */

static struct other_status status_of(const struct heard *n, struct mono now)
{
    struct other_status s = { .points = n->catalogue == NULL ? 0 : n->catalogue->point_count,
                              .silent = n->silent,
                              .ever = n->ever,
                              .unheard_ms = now.ms - n->last.ms,
                              .clock_wrong = n->clock_wrong,
                              .ahead_ms = n->ahead_ms };

    memcpy(s.id, n->id, sizeof s.id);
    return s;
}

static void note(struct others *o, struct mono now, const char *text)
{
    (void)pthread_mutex_lock(&o->lock);
    (void)snprintf(o->status.text, sizeof o->status.text, "%s", text);
    o->status.ahead_ms = o->ahead_ms;
    o->status.count = o->hearer.count;
    for (size_t i = 0; i < o->hearer.count; i++)
        o->status.nodes[i] = status_of(&o->hearer.nodes[i], now);
    (void)pthread_mutex_unlock(&o->lock);
}

static void complain(struct others *o, struct mono now, const struct fault *why)
{
    unsigned swallowed;

    if (damper_complain(&o->damper, now, &swallowed))
        log_warn("nodes wait: last=\"%s\" swallowed=%u", why->text, swallowed);
}

/* ---- the thread ---- */

static struct mono after(struct mono now, int64_t ms)
{
    return (struct mono){ now.ms + ms };
}

static void *run(void *self)
{
    struct others *o = self;

    while (!leash_pulled(&o->leash)) {
        struct now now = clock_read(&o->clock);
        struct fault why = { 0 };
        int64_t lasted_ms;
        enum err rc = turn(o, now, &why);

        now = clock_read(&o->clock);
        if (rc != ERR_NONE && !leash_pulled(&o->leash))
            complain(o, now.mono, &why);
        else if (damper_end(&o->damper, now.mono, &lasted_ms))
            log_info("nodes go on: after_ms=%lld", (long long)lasted_ms);
        hearer_tell(&o->hearer, now);
        note(o, now.mono, why.text);
        if (pg_rest(o->pg, &o->leash, -1, after(now.mono, rc == ERR_NONE ? BEAT_MS : RETRY_MS), &why) !=
            ERR_NONE)
            log_debug("nodes: %s", why.text);
    }
    pg_close(o->pg);
    return NULL;
}

void others_show(struct others *o, struct snapshot *own)
{
    struct snapshot *old;

    (void)pthread_mutex_lock(&o->lock);
    old = o->own;
    o->own = snapshot_hold(own);
    (void)pthread_mutex_unlock(&o->lock);
    snapshot_drop(old);
}

void others_status(struct others *o, struct others_status *out)
{
    (void)pthread_mutex_lock(&o->lock);
    *out = o->status;
    (void)pthread_mutex_unlock(&o->lock);
}

/* A server that hangs must not hide for long that the others are not heard. */
static int64_t answer_within(const struct store_settings *s, const struct others_settings *set)
{
    int64_t half_ms = set->silent_after_ms / 2;

    return s->answer_ms < half_ms ? s->answer_ms : half_ms;
}

enum err others_start(struct others **out, const struct store_settings *s, const struct others_settings *set,
                      int64_t epoch, struct clock clock, const struct others_ears *ears, struct fault *why)
{
    struct others *o = calloc(1, sizeof *o);
    enum err rc;

    *out = NULL;
    if (o == NULL)
        return fault_set(why, ERR_MEMORY, "nodes: no memory");
    o->store = *s;
    o->store.answer_ms = answer_within(s, set);
    o->clock = clock;
    teller_init(&o->teller, s->node, epoch);
    hearer_init(&o->hearer, s->node, set, ears);
    rc = leash_init(&o->leash, why);
    if (rc != ERR_NONE)
        goto free_self;
    (void)pthread_mutex_init(&o->lock, NULL);
    if (pthread_create(&o->thread, NULL, run, o) != 0) {
        rc = fault_set(why, ERR_IO, "nodes: no thread could be had");
        goto clear_lock;
    }
    *out = o;
    return ERR_NONE;

clear_lock:
    (void)pthread_mutex_destroy(&o->lock);
    leash_clear(&o->leash);
free_self:
    teller_clear(&o->teller);
    free(o);
    return rc;
}

void others_stop(struct others *o)
{
    if (o == NULL)
        return;
    leash_pull(&o->leash, mono_read());
    (void)pthread_join(o->thread, NULL);
}

void others_free(struct others *o)
{
    if (o == NULL)
        return;
    hearer_clear(&o->hearer);
    teller_clear(&o->teller);
    snapshot_drop(o->own);
    (void)pthread_mutex_destroy(&o->lock);
    leash_clear(&o->leash);
    free(o);
}
