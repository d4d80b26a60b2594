/* Another configuration while everything runs: read, compared, then applied as a whole or not at all. */
#ifndef RELOAD_H
#define RELOAD_H

#include "base/strbuf.h"
#include "parts.h"

/* Numbers the configuration the daemon starts with: a version of its own when it is another than the last. */
MUST_USE enum err reload_first(struct parts *d, struct fault *why);

/* Reads the files again and applies what they say; with `only_tell` only says what it would change.  The
 * sentences for whoever asked go to *told: mistakes with their places, the difference, what was done.  Any
 * thread; one at a time, others wait. */
MUST_USE enum err reload_now(struct parts *d, const char *author, bool only_tell, struct strbuf *told,
                             struct fault *why);

/* Appends the running plant as YAML, without profiles, as --print does.  Any thread. */
MUST_USE enum err reload_show(struct parts *d, struct strbuf *to, struct fault *why);

/* The wires of a configuration, made but not started, in its order. */
MUST_USE enum err wires_make(struct parts *d, struct config *c, struct fault *why);
/* Stops all and frees them. */
void wires_stop(struct parts *d);
void wires_free(struct parts *d);

#endif
