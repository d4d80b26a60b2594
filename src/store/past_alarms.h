/* Alarms of the past, from their rows. */
#ifndef STORE_PAST_ALARMS_H
#define STORE_PAST_ALARMS_H

#include "model/alarm_past.h"
#include "pg.h"

/* ERR_RANGE at once for what is no question. */
MUST_USE enum err past_alarms_check(const struct alarm_past_ask *a, struct fault *why);
/* ERR_RANGE: more than ALARM_RINGS_MAX rang.  *out is empty when it fails. */
MUST_USE enum err past_alarms_read(struct pg *p, const struct alarm_past_ask *a, struct alarm_past *out,
                                   struct fault *why);

#endif
