/* Alarms of the past as JSON. */
#ifndef SERVE_ALARM_PAST_H
#define SERVE_ALARM_PAST_H

#include "model/alarm_past.h"
#include "model/catalogue.h"
#include "ports/doors.h"
#include "reply.h"

/* What a question about them is made of. */
struct past_question {
    struct alarm_past_ask ask;
    double operators; /* of rings */
    struct visitor visitor;
};

/* Makes the answer; what points are comes from the catalogue, as far as it still has them.  What the visitor
 * does not see leaves *p: who looked for it knows suppliers as the database has them. */
void past_reply(struct reply *r, enum lang lang, const struct past_question *q, struct alarm_past *p,
                const struct catalogue *c);

#endif
