/* Steps of alarms on their way into the database: each once, however often it is delivered. */
#ifndef STORE_ALARM_ROWS_H
#define STORE_ALARM_ROWS_H

#include "base/json.h"
#include "model/alarm.h"
#include "pg.h"

/* Into an array in the making.  recorded: when the journal took it, for a time that cannot be stored. */
void alarm_rows_add(struct json_out *j, const struct alarm_step *s, struct wall recorded);
/* Within the transaction. */
MUST_USE enum err alarm_rows_write(struct pg *p, const char *rows, const char *node, struct fault *why);

#endif
