#include "reply.h"

#include <stdarg.h>
#include <stdio.h>

#include "problem.h"

void reply_take(struct reply *r, unsigned status, const char *type, struct strbuf *b, enum lang lang)
{
    struct blob *body = blob_take(b);

    if (body == NULL) {
        problem(r, lang, PROBLEM_NO_MEMORY, NULL, NULL);
        return;
    }
    r->kind = REPLY_NOW;
    r->status = status;
    r->type = type;
    r->plain = body;
}

/* Styles change over the years, and what was issued does not: no hash of one fits all. */
static const char TO_PRINT[] = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                               "form-action 'none'; sandbox; frame-ancestors 'none'";

void reply_to_print(struct reply *r, const char *name, ...)
{
    char file[REPLY_COOKIE_MAX - 32];
    va_list args;

    va_start(args, name);
    (void)vsnprintf(file, sizeof file, name, args);
    va_end(args);
    (void)snprintf(r->disposition, sizeof r->disposition, "inline; filename=\"%s\"", file);
    r->policy = TO_PRINT;
    r->sandboxed = true;
}

void reply_clear(struct reply *r)
{
    blob_drop(r->plain);
    blob_drop(r->gzip);
    *r = (struct reply){ .kind = REPLY_NOW };
}
