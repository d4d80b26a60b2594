/* The clerk: one thread that does what takes long, in turn.  Strangers may take half of the places, so that
 * they cannot keep those out who signed in from their address before; whoever has a password to show or to
 * change leaves two for administrators, so that nobody can put off being locked out. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "inner.h"

enum { IDLE_MS = 5000, USED_EVERY_MS = 10 * CLOCK_MINUTE_MS };

struct job {
    struct door_ask ask;
    void (*done)(void *ticket, const struct door_answer *a);
    void *ticket;
};

/* Of the account it is about, before anything is done. */
static struct account account_before(struct doors *d, const struct door_ask *ask)
{
    struct account none = { .name = "" };
    const struct account *is;

    (void)pthread_mutex_lock(&d->lock);
    is = book_account(d, ask->name);
    if (is != NULL)
        none = *is;
    (void)pthread_mutex_unlock(&d->lock);
    return none;
}

/* was: the account before; NULL: nothing was done now. */
static void finish(struct doors *d, struct job *job, struct door_answer *a, const struct account *was)
{
    if (was != NULL)
        note_act(d, &job->ask, a, was);
    job->done(job->ticket, a);
    explicit_bzero(a, sizeof *a);
    explicit_bzero(job, sizeof *job);
    free(job);
    atomic_fetch_sub(&d->waiting, 1);
}

/* What could not be written then, what need not be written at once, and a first password that is none now. */
static void tidy(struct doors *d, struct mono *used_written)
{
    struct mono now = mono_read();
    struct fault why;
    const struct account *first;
    bool write, done;

    again_forget(d, now);
    (void)pthread_mutex_lock(&d->lock);
    write = d->unwritten || (d->used && now.ms - used_written->ms >= USED_EVERY_MS);
    first = book_any_account(d, "admin");
    done = first != NULL && !first->must_change;
    (void)pthread_mutex_unlock(&d->lock);
    if (done && d->first_path[0] != '\0' && unlink(d->first_path) == 0)
        log_info("doors the first password was changed: its file is gone");
    if (!write)
        return;
    *used_written = now;
    if (keep_write(d, &why) != ERR_NONE)
        log_warn("doors accounts are not on the disk yet: %s", why.text);
}

static void *run(void *self)
{
    struct doors *d = self;
    struct mono used_written = mono_read();
    struct job *job;
    enum err rc;

    while ((rc = queue_take(d->asks, &job, IDLE_MS)) != ERR_STATE) {
        struct door_answer a = { .code = ERR_STATE };
        if (rc == ERR_NONE) {
            const struct account was = account_before(d, &job->ask);
            bool told = again_answers(d, &job->ask, mono_read(), &a);
            if (!told) {
                act_do(d, &job->ask, &a);
                again_keep(d, &job->ask, mono_read(), &a);
            }
            finish(d, job, &a, told ? NULL : &was);
        }
        tidy(d, &used_written);
    }
    return NULL;
}

enum { FOR_ADMINISTRATORS = 2 };

static unsigned places_for(enum door_verb verb, bool known)
{
    if (verb != DOOR_SIGN_IN && verb != DOOR_CHANGE_PASSWORD)
        return DOORS_PLACES;
    return known ? DOORS_PLACES - FOR_ADMINISTRATORS : DOORS_PLACES / 2;
}

static bool has_place(struct doors *d, unsigned most)
{

    if (atomic_fetch_add(&d->waiting, 1) < most)
        return true;
    atomic_fetch_sub(&d->waiting, 1);
    (void)pthread_mutex_lock(&d->lock);
    d->stats.refused++;
    (void)pthread_mutex_unlock(&d->lock);
    return false;
}

/* A stranger who has to wait is told so at once, whatever the password. */
static bool must_wait(struct doors *d, const struct door_ask *ask, bool known, struct door_answer *a)
{
    int64_t wait;

    if (known || ask->verb != DOOR_SIGN_IN)
        return false;
    (void)pthread_mutex_lock(&d->lock);
    wait = tries_wait_ms(&d->tries, ask->name, &ask->peer, ask->now.mono);
    d->stats.delayed += wait > 0;
    (void)pthread_mutex_unlock(&d->lock);
    a->code = ERR_TIMEOUT;
    a->retry_after_s = (unsigned)((wait + 999) / 1000);
    return wait > 0;
}

static enum err put(struct doors *d, const struct job *filled, struct fault *why)
{
    struct job *job = malloc(sizeof *job);

    if (job == NULL)
        return fault_set(why, ERR_MEMORY, "doors: no memory");
    *job = *filled;
    if (queue_put(d->asks, &job) == ERR_NONE)
        return ERR_NONE;
    explicit_bzero(job, sizeof *job);
    free(job);
    return fault_set(why, ERR_STATE, "the doors are closing");
}

enum err clerk_act(void *self, const struct door_ask *ask,
                   void (*done)(void *ticket, const struct door_answer *a), void *ticket, struct fault *why)
{
    struct doors *d = self;
    struct door_answer a = { .code = ERR_NONE };
    struct job job = { *ask, done, ticket };
    bool known = true;
    enum err rc;

    if (ask->verb == DOOR_SIGN_IN) {
        (void)pthread_mutex_lock(&d->lock);
        known = book_knows(d, ask->name, &ask->peer);
        (void)pthread_mutex_unlock(&d->lock);
    }
    if (must_wait(d, ask, known, &a)) {
        done(ticket, &a);
        return ERR_NONE;
    }
    if (!has_place(d, places_for(ask->verb, known)))
        return fault_set(why, ERR_FULL, "too many are signing in");
    rc = put(d, &job, why);
    explicit_bzero(&job, sizeof job);
    if (rc != ERR_NONE)
        atomic_fetch_sub(&d->waiting, 1);
    return rc;
}

enum err clerk_start(struct doors *d, struct fault *why)
{
    enum err rc = queue_new(&d->asks, sizeof(struct job *), DOORS_PLACES, why);

    if (rc != ERR_NONE)
        return rc;
    if (pthread_create(&d->clerk, NULL, run, d) != 0)
        return fault_set(why, ERR_FULL, "doors: no thread");
    d->clerk_runs = true;
    return ERR_NONE;
}

/* Those that still wait are answered: the queue drains before the clerk leaves. */
void clerk_stop(struct doors *d)
{
    struct mono long_ago = { INT64_MIN / 2 };

    if (d->asks == NULL)
        return;
    queue_close(d->asks);
    if (d->clerk_runs) {
        (void)pthread_join(d->clerk, NULL);
        d->clerk_runs = false;
        tidy(d, &long_ago);
    }
}
