/* A wire: one connection, one request in flight, one thread; devices hang on it.
 *
 * What a poll yields, values or the reason why there are none, leaves as messages by value.  No value is
 * ever passed on as good that the device did not hold in that register at that time. */
#ifndef ACQUIRE_WIRE_H
#define ACQUIRE_WIRE_H

#include "acquire/field.h"
#include "acquire/line.h"
#include "base/clock.h"
#include "model/message.h"
#include "ports/present.h"

struct wire;

/* Where messages go.  put copies *m and does not wait; what it cannot take it counts itself. */
struct wire_sink {
    void *self;
    void (*put)(void *self, const struct message *m);
};

/* Borrows settings for its life; takes line (closed with the wire). */
MUST_USE enum err wire_new(struct wire **out, const struct wire_settings *settings, struct line *line,
                           struct wire_sink sink, struct clock clock, struct fault *why);
/* Before the first turn: what devices teach about their maps is kept there over restarts, one file per wire.
 * Without it, it is forgotten with the wire. */
void wire_keep_lessons_in(struct wire *w, const char *folder);
void wire_free(struct wire *w); /* after wire_stop, or when it was never started; NULL is fine */

/* One turn, by whoever owns the wire: reads at most one device when it is due, or a part of one that is slow
 * while others wait.  Returns when the next is. */
struct mono wire_turn(struct wire *w);

/* The wire's own thread, turn after turn. */
MUST_USE enum err wire_start(struct wire *w, struct fault *why);
/* Tells the thread to go and does not wait: so that many wires go at the same time. */
void wire_leave(struct wire *w);
/* Returns when the thread is gone: at once when idle, else after the answer under way is given up; a host
 * name that is being looked up is waited for. */
void wire_stop(struct wire *w);

/* Any thread: what the device (NULL: all of them) taught is forgotten with the next turn.  False when there
 * is no such device. */
bool wire_forget(struct wire *w, const char *device);

/* Any thread. */
void wire_status(struct wire *w, struct wire_status *out, struct device_status *devices, size_t max);

#endif
