/* What the watching rooms tell the book of incidents: an alarm that opened, stepped or cleared. */
#ifndef INCIDENT_SIGN_H
#define INCIDENT_SIGN_H

#include "model/incident.h"

enum sign_change { SIGN_OPENED, SIGN_STEPPED, SIGN_CLEARED };

struct sign {
    enum sign_change change;
    uint64_t alarm; /* names this alarm until it clears; never 0 */
    uint64_t point; /* its key; 0: none */
    enum evidence evidence;
    enum limit_side side;
    enum incident_class class; /* the strictest that is plausible */
    bool certain;              /* the class: a pump is of a plant, a pressure may be of any pipe */
    bool drill;
    bool unsure; /* `at` is of a clock that is not synchronised */
    struct wall at;
    double size;                     /* of a step; NaN else */
    char site[ID_MAX], zone[ID_MAX]; /* "": none */
    uint32_t residence_ms;           /* of the clear-water tank there; 0: not known */
};

#endif
