/* Many alarms acknowledged at once: each for itself, told what became of it. */
#ifndef SERVE_ALARM_BATCH_H
#define SERVE_ALARM_BATCH_H

#include <stdatomic.h>

#include "model/alarm_list.h"
#include "ports/alarms.h"
#include "reply.h"

enum { ALARM_BATCH_MAX = 50 };

enum batch_result {
    BATCH_WAITS,
    BATCH_DONE,
    BATCH_ALONE, /* of health or safety: one by one only */
    BATCH_NOT_FOUND,
    BATCH_CONFLICT,
    BATCH_BUSY
};

struct alarm_batch;

struct batch_item {
    struct alarm_batch *batch;
    struct alarm_act act;
    enum batch_result result;
    struct alarm is; /* when done */
};

struct alarm_batch {
    struct alarm_list *list; /* held: what they are of */
    struct actor by;
    size_t count;
    struct batch_item items[ALARM_BATCH_MAX];
    atomic_size_t left;
    void (*done)(void *ticket); /* once, when each has its result */
    void *ticket;
};

/* Asks for those that wait; calls done, perhaps before this returns. */
void alarm_batch_put(struct alarm_batch *b, const struct alarms_port *alarms);
void alarm_batch_reply(struct reply *r, enum lang lang, const struct alarm_batch *b);
void alarm_batch_free(struct alarm_batch *b); /* NULL is fine */

#endif
