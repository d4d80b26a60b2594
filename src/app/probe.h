/* Registers of one device, asked by hand over the door for the people of this machine. */
#ifndef PROBE_H
#define PROBE_H

#include "base/err.h"
#include "base/strbuf.h"

struct parts;

/* what: "WIRE DEVICE|unit:N TABLE ADDRESS COUNT".  Appends the words to `to`, four hexadecimal digits each.
 * Waits as long as the wire may need to come to it, or until `stop` is readable. */
MUST_USE enum err probe(struct parts *d, const char *what, int stop, struct strbuf *to, struct fault *why);

#endif
