/* Which fields a step takes beside those that every step has, and which it cannot be without, however it is
 * told: over HTTP or on the machine itself. */
#ifndef MODEL_INCIDENT_FORM_H
#define MODEL_INCIDENT_FORM_H

#include "model/incident_step.h"

enum {
    TAKES_CLASS = 1 << 0,
    TAKES_MEMBER = 1 << 1,
    TAKES_OTHER = 1 << 2,   /* the incident that is merged into it */
    TAKES_MEMBERS = 1 << 3, /* those that leave it */
    TAKES_CAUSE = 1 << 4,   /* and the controllability */
    TAKES_MEASURE = 1 << 5,
    TAKES_DUTY = 1 << 6,
    TAKES_LARGE = 1 << 7,
    TAKES_IMPACT = 1 << 8,
    TAKES_PLACE = 1 << 9, /* a site or a zone, or both */
    TAKES_FINDER = 1 << 10,
    TAKES_DRILL = 1 << 11,
    TAKES_TO = 1 << 12, /* in the place of the note */
    TAKES_CALLER = 1 << 13,
    TAKES_PLANNED = 1 << 14
};

/* Bits of the above. */
unsigned step_takes(enum step_kind k);
unsigned step_needs(enum step_kind k);

#endif
