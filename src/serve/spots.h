/* Candidates of black spots as JSON. */
#ifndef SERVE_SPOTS_H
#define SERVE_SPOTS_H

#include "model/catalogue.h"
#include "model/spots.h"
#include "ports/doors.h"
#include "reply.h"

struct spots_question {
    struct visitor visitor; /* sees what is shown */
    struct wall now;
    char site[ID_MAX]; /* "": any */
};

void spots_reply(struct reply *r, enum lang lang, const struct spots_question *q,
                 const struct spot_candidates *found, const struct catalogue *c);

#endif
