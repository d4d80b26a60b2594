/* The rows of one meter, from a cursor. */
#ifndef STORE_METER_ROWS_H
#define STORE_METER_ROWS_H

#include "pg.h"
#include "ports/meters.h"

/* ERR_RANGE at once for what is no question. */
MUST_USE enum err meter_rows_check(const struct meter_ask *a, struct fault *why);
/* Gives all rows to fold->row after one fold->begin; never calls done. */
MUST_USE enum err meter_rows_read(struct pg *p, const struct meter_ask *a, const struct meter_fold *fold,
                                  struct fault *why);

#endif
