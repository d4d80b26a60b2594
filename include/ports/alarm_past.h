/* Alarms of the past: answered later, by a worker, never on the thread that asks. */
#ifndef PORTS_ALARM_PAST_H
#define PORTS_ALARM_PAST_H

#include "model/alarm_past.h"

struct alarm_past_port {
    void *self;
    /* Codes and `client` are history_port's.  *result is done's to keep (alarm_past_clear) when code is
     * ERR_NONE; ERR_RANGE from done: more rang than is counted for one question. */
    enum err (*ask)(void *self, const struct alarm_past_ask *ask, int client,
                    void (*done)(void *ticket, enum err code, struct alarm_past *result,
                                 const struct fault *why),
                    void *ticket, struct fault *why);
};

#endif
