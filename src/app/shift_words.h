/* "shift ..." of the control door. */
#ifndef APP_SHIFT_WORDS_H
#define APP_SHIFT_WORDS_H

#include "base/err.h"
#include "base/strbuf.h"

struct parts;

/* Words between tabs; SUPPLIER "": of the whole node:
 *   shift show SUPPLIER | sheet html|json SUPPLIER | note NAME SUPPLIER SITE POINT INCIDENT TEXT
 * of the shift that is on.  A note waits until it is durable. */
MUST_USE enum err shift_words(struct parts *d, const char *words, struct strbuf *told, struct fault *why);

#endif
