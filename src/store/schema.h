/* Which schema the database has, and whether this program may touch it. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "base/err.h"
#include "pg.h"

/* *version = 0 when there is no schema yet. */
MUST_USE enum err schema_read(struct pg *p, int *version, struct fault *why);
/* ERR_STATE with a sentence that says what to do, unless the versions are the same. */
MUST_USE enum err schema_fits(int version, struct fault *why);
/* Both. */
MUST_USE enum err schema_check(struct pg *p, struct fault *why);

#endif
