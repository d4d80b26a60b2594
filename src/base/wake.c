#include "base/wake.h"

#include <time.h>

void wake_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attr;

    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(cond, &attr);
    (void)pthread_condattr_destroy(&attr);
}

struct timespec wake_timespec(struct mono at)
{
    return (struct timespec){ .tv_sec = at.ms / 1000, .tv_nsec = (long)(at.ms % 1000) * 1000000 };
}

void wake_init(struct wake *w)
{
    (void)pthread_mutex_init(&w->lock, NULL);
    wake_cond_init(&w->cond);
    w->stop = false;
    w->poked = false;
}

void wake_clear(struct wake *w)
{
    (void)pthread_cond_destroy(&w->cond);
    (void)pthread_mutex_destroy(&w->lock);
}

bool wake_wait_until(struct wake *w, struct mono until)
{
    struct timespec at = wake_timespec(until);
    bool stop;

    (void)pthread_mutex_lock(&w->lock);
    while (!w->stop && !w->poked && pthread_cond_timedwait(&w->cond, &w->lock, &at) == 0)
        ;
    w->poked = false;
    stop = w->stop;
    (void)pthread_mutex_unlock(&w->lock);
    return stop;
}

static void raise_flag(struct wake *w, bool *flag)
{
    (void)pthread_mutex_lock(&w->lock);
    *flag = true;
    (void)pthread_cond_broadcast(&w->cond);
    (void)pthread_mutex_unlock(&w->lock);
}

void wake_poke(struct wake *w)
{
    raise_flag(w, &w->poked);
}

void wake_stop(struct wake *w)
{
    raise_flag(w, &w->stop);
}

bool wake_stopped(struct wake *w)
{
    bool stop;

    (void)pthread_mutex_lock(&w->lock);
    stop = w->stop;
    (void)pthread_mutex_unlock(&w->lock);
    return stop;
}
