/* Who is on duty and how contacts are reached, changed for a while by people on the machine. */
#ifndef APP_STOPGAP_WORDS_H
#define APP_STOPGAP_WORDS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/strbuf.h"

struct parts;
struct words;

/* Is it one of those below? */
bool stopgap_words_are(const struct words *w);
/* "duty changes", "duty substitute ROSTER WHO BY FROM UNTIL TELLER WHY", "duty guest NAME ADDRESS UNTIL
 * TELLER WHY", "duty reach CONTACT ADDRESS UNTIL TELLER WHY", "duty withdraw ID TELLER WHY", tabs between;
 * "-": none, or now. */
MUST_USE enum err stopgap_words(struct parts *d, const struct words *w, struct strbuf *told,
                                struct fault *why);

#endif
