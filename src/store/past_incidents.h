/* Incidents read back from the database: their rows made incidents again. */
#ifndef STORE_PAST_INCIDENTS_H
#define STORE_PAST_INCIDENTS_H

#include "model/incident_past.h"
#include "pg.h"

/* ERR_RANGE: it cannot be asked. */
MUST_USE enum err past_incidents_check(const struct incident_past_ask *a, struct fault *why);
/* As they are at one moment.  `own`: the node that asks.  incident_past_clear *out. */
MUST_USE enum err past_incidents_read(struct pg *p, const char *own, const struct incident_past_ask *a,
                                      struct incident_past *out, struct fault *why);

#endif
