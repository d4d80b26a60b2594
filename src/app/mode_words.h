/* "mode ..." of the control door. */
#ifndef APP_MODE_WORDS_H
#define APP_MODE_WORDS_H

#include "base/err.h"
#include "base/strbuf.h"

struct parts;

/* Words between tabs:
 *   mode list | begin KIND site|device|point ID UNTIL NAME WHY | end ID NAME WHY
 * Waits until it is durable.  Who is on this machine itself is no less than who leads the shift. */
MUST_USE enum err mode_words(struct parts *d, const char *words, struct strbuf *told, struct fault *why);

#endif
