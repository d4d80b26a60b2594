/* Incidents that the database has: those that left the book, and those of other nodes. */
#ifndef SERVE_INCIDENT_PAST_H
#define SERVE_INCIDENT_PAST_H

#include "model/incident_past.h"
#include "ports/doors.h"
#include "reply.h"

enum incident_past_shape {
    PAST_LIST,
    PAST_WHOLE,
    PAST_RECORD,
    PAST_LETTERS,
    PAST_BOOK,
    PAST_BOOK_CSV,
    PAST_BOOK_HTML
};

/* What a question about them is made of. */
struct incident_past_question {
    struct incident_past_ask ask;
    enum incident_past_shape shape;
    struct incident_targets targets; /* of this node */
    struct wall now;
    const struct doors_port *doors; /* borrowed for the face's life: names on pages */
};

/* Makes the answer; what places and points are comes from the catalogue, as far as it has them. */
void incident_past_reply(struct reply *r, enum lang lang, const struct incident_past_question *q,
                         const struct incident_past *p, struct catalogue *c);

void operation_book_reply(struct reply *r, enum lang lang, const struct incident_past_question *q,
                          const struct incident_past *p, const struct catalogue *c); /* operation_book.c */

#endif
