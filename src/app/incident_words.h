/* "incidents", "step ..." and "call ..." of the control door. */
#ifndef APP_INCIDENT_WORDS_H
#define APP_INCIDENT_WORDS_H

#include "base/err.h"
#include "base/strbuf.h"

struct parts;

/* id: "": all that are open, a line each; else that one with what was told of it. */
MUST_USE enum err incident_words_list(struct parts *d, const char *id, struct strbuf *told,
                                      struct fault *why);
/* Behind "step" or "call", each behind a tab: the name of who does it; of a step, the incident and the step;
 * then FIELD=VALUE.  Waits until it is durable. */
MUST_USE enum err incident_words_step(struct parts *d, const char *words, struct strbuf *told,
                                      struct fault *why);
MUST_USE enum err incident_words_call(struct parts *d, const char *words, struct strbuf *told,
                                      struct fault *why);

#endif
