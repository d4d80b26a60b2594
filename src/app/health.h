/* How the daemon is, gathered from its parts. */
#ifndef HEALTH_OF_H
#define HEALTH_OF_H

#include "parts.h"
#include "ports/health.h"

struct health_port health_of(struct parts *d);

#endif
