/* "quarantine ..." of the control door: the words of a person become a question to the store. */
#ifndef APP_QUARANTINE_H
#define APP_QUARANTINE_H

#include "base/err.h"
#include "base/strbuf.h"

struct parts;

/* "list", "retry all|LANE/EPOCH/SEQ NAME" or "discard ... NAME". */
MUST_USE enum err quarantine(struct parts *d, const char *words, struct strbuf *told, struct fault *why);

#endif
