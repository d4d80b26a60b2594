/* A stop flag one can wait on, with deadlines on the monotonic clock: how a thread sleeps until its
 * next duty and still leaves at once when told to. */
#ifndef BASE_WAKE_H
#define BASE_WAKE_H

#include <pthread.h>
#include <stdbool.h>

#include "base/clock.h"

struct wake {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool stop;
    bool poked;
};

void wake_init(struct wake *w);
void wake_clear(struct wake *w);
/* Waits until `until`, a poke (forgotten by returning) or the stop.  True: stop. */
bool wake_wait_until(struct wake *w, struct mono until);
void wake_poke(struct wake *w);
void wake_stop(struct wake *w);
bool wake_stopped(struct wake *w);

/* pthread_cond_t on the monotonic clock, and the timespec for it. */
void wake_cond_init(pthread_cond_t *cond);
struct timespec wake_timespec(struct mono at);

#endif
