/* Configurations of this node as rows. */
#ifndef STORE_VERSIONS_H
#define STORE_VERSIONS_H

#include "pg.h"
#include "ports/versions.h"

/* Writes those the database does not have yet.  A port without visit has none. */
MUST_USE enum err versions_write(struct pg *p, const char *node, const struct versions_port *versions,
                                 struct fault *why);

#endif
