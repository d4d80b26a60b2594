/* A bounded queue of messages by value between threads.  Full is an answer, not a wait: the caller
 * decides what to lose and says so. */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

struct queue;

MUST_USE enum err queue_new(struct queue **out, size_t item_size, size_t capacity, struct fault *why);
void queue_free(struct queue *q);
/* Copies *item in.  ERR_FULL at the ceiling (counted), ERR_STATE once closed. */
MUST_USE enum err queue_put(struct queue *q, const void *item);
/* Takes the oldest into *item.  Waits at most wait_ms (0: not at all, < 0: for ever).
 * ERR_TIMEOUT when there was none, ERR_STATE when closed and empty. */
MUST_USE enum err queue_take(struct queue *q, void *item, int64_t wait_ms);
/* No more puts; takers drain what is left. */
void queue_close(struct queue *q);
size_t queue_length(struct queue *q);
uint64_t queue_refused(struct queue *q); /* puts answered with ERR_FULL so far */

#endif
