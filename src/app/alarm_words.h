/* "alarms" and "ack ..." of the control door. */
#ifndef APP_ALARM_WORDS_H
#define APP_ALARM_WORDS_H

#include "base/err.h"
#include "base/strbuf.h"

struct parts;

/* The open alarms, a line each. */
MUST_USE enum err alarm_words_list(struct parts *d, struct strbuf *told, struct fault *why);
/* "ID NAME": NAME has seen it.  Waits until that is durable. */
MUST_USE enum err alarm_words_ack(struct parts *d, const char *words, struct fault *why);

#endif
