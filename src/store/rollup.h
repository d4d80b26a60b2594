/* Hours and local days, made of minutes that were delivered. */
#ifndef STORE_ROLLUP_H
#define STORE_ROLLUP_H

#include <stddef.h>

#include "pg.h"

/* Over a connection of the maintenance role: at most `budget` dirty hours, oldest first; *done says how many.
 * Fewer than budget: there is no more to do now. */
MUST_USE enum err rollup_step(struct pg *p, unsigned budget, size_t *done, struct fault *why);

#endif
