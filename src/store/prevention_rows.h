/* Measures and black spots on their way into the database: one row each, however often they are delivered. */
#ifndef STORE_PREVENTION_ROWS_H
#define STORE_PREVENTION_ROWS_H

#include "base/json.h"
#include "model/prevention.h"
#include "pg.h"

/* Another element of the JSON array for preventions_upsert.sql; recorded: when the journal took it. */
void prevention_rows_add(struct json_out *j, const struct prevention *p, struct wall recorded);
/* A whole array. */
MUST_USE enum err prevention_rows_write(struct pg *p, const char *rows, const char *node, struct fault *why);

#endif
