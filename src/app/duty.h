/* Who is on duty, for the face and for people on the machine. */
#ifndef APP_DUTY_H
#define APP_DUTY_H

#include "base/err.h"
#include "base/strbuf.h"
#include "ports/duty.h"

struct parts;

struct duty_port duty_port(struct parts *d);
/* "duty", or "duty TIME", a tab between. */
MUST_USE enum err duty_words(struct parts *d, const char *words, struct strbuf *told, struct fault *why);

#endif
