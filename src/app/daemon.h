/* The daemon: builds each part, hands it what it needs, stops them in the right order. */
#ifndef DAEMON_H
#define DAEMON_H

#include "config.h"

/* Runs until SIGTERM or SIGINT.  Borrows *c. */
MUST_USE enum err daemon_run(struct config *c, const char *path, struct fault *why);

#endif
