/* The words of "step" and "call" on the control door as the act that they mean: what HTTP would refuse for
 * its fields is refused here. */
#ifndef APP_INCIDENT_FIELDS_H
#define APP_INCIDENT_FIELDS_H

#include "base/err.h"
#include "model/catalogue.h"
#include "model/incident_step.h"

/* Each word behind a tab: who does it, of a step the incident and the step, then FIELD=VALUE.  ERR_RANGE: why
 * says what is wrong, or lacks; *a is undefined then, and may name a caller. */
MUST_USE enum err incident_fields_step(struct incident_act *a, const char *words, struct fault *why);
MUST_USE enum err incident_fields_call(struct incident_act *a, const char *words, struct fault *why);
/* Its place, where the step takes one, is there.  ERR_RANGE. */
MUST_USE enum err incident_fields_place(const struct incident_act *a, const struct catalogue *c,
                                        struct fault *why);

#endif
