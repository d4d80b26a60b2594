/* Steps for the incidents of other nodes: handed over by a worker, durable in the database when that is
 * answered. */
#ifndef PORTS_HANDED_H
#define PORTS_HANDED_H

#include "model/handed.h"
#include "model/incident_past.h"

enum handed_verb { HANDED_PUT, HANDED_LIST };

struct handed_ask {
    enum handed_verb verb;
    struct incident_past_ask of;        /* the one it is about, as who asks may see it */
    struct handed_step step;            /* of HANDED_PUT */
    char assigned_to[INCIDENT_WHO_MAX]; /* of HANDED_PUT: only one that was assigned to them; "": any */
    char key[HAND_KEY_MAX];             /* of HANDED_LIST: that alone; "": all */
};

enum handed_outcome {
    HANDED_IS,
    HANDED_NO_INCIDENT,
    HANDED_NOT_ASSIGNED,
    HANDED_KEY_TAKEN, /* it was used for something else */
    HANDED_TOO_MANY   /* wait for that node already */
};

struct handed_answer {
    enum handed_outcome outcome;
    const struct handed_row *rows; /* of HANDED_PUT the one, as it is since */
    size_t count;
};

struct handed_port {
    void *self; /* ask == NULL: as without history */
    /* Codes and `client` are history_port's; *answer is lent for the call. */
    enum err (*ask)(void *self, const struct handed_ask *ask, int client,
                    void (*done)(void *ticket, enum err code, const struct handed_answer *answer,
                                 const struct fault *why),
                    void *ticket, struct fault *why);
};

#endif
