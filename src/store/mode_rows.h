/* Modes on their way into the database: one row each, however often they are delivered. */
#ifndef STORE_MODE_ROWS_H
#define STORE_MODE_ROWS_H

#include "base/json.h"
#include "model/mode.h"
#include "pg.h"

/* Into an array in the making.  recorded: when the journal took it, for a time that cannot be stored. */
void mode_rows_add(struct json_out *j, const struct mode *m, struct wall recorded);
/* Within the transaction. */
MUST_USE enum err mode_rows_write(struct pg *p, const char *rows, const char *node, struct fault *why);

#endif
