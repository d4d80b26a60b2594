#include "base/queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/wake.h"

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t some;
    size_t item_size, capacity, first, count;
    uint64_t refused;
    bool closed;
    unsigned char *items;
};

enum err queue_new(struct queue **out, size_t item_size, size_t capacity, struct fault *why)
{
    struct queue *q = calloc(1, sizeof *q);

    if (q == NULL)
        return fault_set(why, ERR_MEMORY, "queue: no memory");
    q->items = calloc(capacity, item_size);
    if (q->items == NULL) {
        free(q);
        return fault_set(why, ERR_MEMORY, "queue: no memory for %zu items", capacity);
    }
    q->item_size = item_size;
    q->capacity = capacity;
    (void)pthread_mutex_init(&q->lock, NULL);
    wake_cond_init(&q->some);
    *out = q;
    return ERR_NONE;
}

void queue_free(struct queue *q)
{
    if (q == NULL)
        return;
    (void)pthread_cond_destroy(&q->some);
    (void)pthread_mutex_destroy(&q->lock);
    free(q->items);
    free(q);
}

enum err queue_put(struct queue *q, const void *item)
{
    enum err rc = ERR_NONE;

    (void)pthread_mutex_lock(&q->lock);
    if (q->closed) {
        rc = ERR_STATE;
    } else if (q->count == q->capacity) {
        q->refused++;
        rc = ERR_FULL;
    } else {
        size_t at = (q->first + q->count++) % q->capacity;
        memcpy(q->items + at * q->item_size, item, q->item_size);
        (void)pthread_cond_signal(&q->some);
    }
    (void)pthread_mutex_unlock(&q->lock);
    return rc;
}

static void wait_for_some(struct queue *q, int64_t wait_ms)
{
    struct timespec until = wake_timespec((struct mono){ mono_read().ms + wait_ms });

    while (q->count == 0 && !q->closed)
        if (wait_ms < 0)
            (void)pthread_cond_wait(&q->some, &q->lock);
        else if (wait_ms == 0 || pthread_cond_timedwait(&q->some, &q->lock, &until) != 0)
            break;
}

enum err queue_take(struct queue *q, void *item, int64_t wait_ms)
{
    enum err rc = ERR_NONE;

    (void)pthread_mutex_lock(&q->lock);
    wait_for_some(q, wait_ms);
    if (q->count > 0) {
        memcpy(item, q->items + q->first * q->item_size, q->item_size);
        q->first = (q->first + 1) % q->capacity;
        q->count--;
    } else {
        rc = q->closed ? ERR_STATE : ERR_TIMEOUT;
    }
    (void)pthread_mutex_unlock(&q->lock);
    return rc;
}

void queue_close(struct queue *q)
{
    (void)pthread_mutex_lock(&q->lock);
    q->closed = true;
    (void)pthread_cond_broadcast(&q->some);
    (void)pthread_mutex_unlock(&q->lock);
}

size_t queue_length(struct queue *q)
{
    size_t n;

    (void)pthread_mutex_lock(&q->lock);
    n = q->count;
    (void)pthread_mutex_unlock(&q->lock);
    return n;
}

uint64_t queue_refused(struct queue *q)
{
    uint64_t n;

    (void)pthread_mutex_lock(&q->lock);
    n = q->refused;
    (void)pthread_mutex_unlock(&q->lock);
    return n;
}
