/* Times that a query names. */
#ifndef SERVE_WHEN_H
#define SERVE_WHEN_H

#include "reply.h"
#include "request.h"

/* The parameter of that name, or `otherwise`; false: *r is the refusal. */
bool when_of(const struct request *q, const char *name, struct wall otherwise, struct wall *out,
             struct reply *r);

#endif
