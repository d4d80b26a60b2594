/* What comes in through the one door: readings of a poll, health of a wire, the tick of the clock.
 * By value, so that a sender never waits for a receiver. */
#ifndef MODEL_MESSAGE_H
#define MODEL_MESSAGE_H

#include "model/event.h"
#include "model/reading.h"

enum message_kind { MESSAGE_READINGS, MESSAGE_EVENT, MESSAGE_TICK };

enum { MESSAGE_READINGS_MAX = 32 };

struct message {
    enum message_kind kind;
    uint16_t count; /* of readings */
    union {
        struct reading readings[MESSAGE_READINGS_MAX];
        struct event event;
    };
};

#endif
