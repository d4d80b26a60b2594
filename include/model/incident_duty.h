/* What is owed to whom while an incident lasts: "at once" has a clock too. */
#ifndef MODEL_INCIDENT_DUTY_H
#define MODEL_INCIDENT_DUTY_H

#include "model/incident.h"

struct duty_row {
    const char *name, *name_vi, *name_en;
    const char *source; /* where it is written */
    const char *when;   /* it is owed, in words; incident/duties.c says the same */
    /* Nothing but the supplier's own target owes it: what is done first about bad water, not a report to
     * somebody.  Of the others the plan or a law says that they are owed, and the supplier how soon. */
    bool target;
    const char *words, *words_en; /* of a target: how soon, as its source says; else "" */
};

const struct duty_row *duty_row(enum duty_kind k);

#endif
