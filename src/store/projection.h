/* What there is, as PostgreSQL knows it: node, supplier, system, sites, points. */
#ifndef STORE_PROJECTION_H
#define STORE_PROJECTION_H

#include "model/catalogue.h"
#include "pg.h"

/* Writes what differs, in statements of bounded size. */
MUST_USE enum err projection_write(struct pg *p, const struct catalogue *c, const char *node, int64_t epoch,
                                   struct fault *why);

#endif
