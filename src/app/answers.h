/* What contacts answer by SMS: steps of incidents, on the way that all steps take. */
#ifndef APP_ANSWERS_H
#define APP_ANSWERS_H

#include "notify/sms_spool.h"

struct answers;
struct parts;

MUST_USE enum err answers_new(struct answers **out, struct parts *d, struct fault *why);
void answers_free(struct answers *a); /* NULL is fine */
const struct spool_ear *answers_ear(struct answers *a);

#endif
