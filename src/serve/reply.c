#include "reply.h"

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

void reply_clear(struct reply *r)
{
    blob_drop(r->plain);
    blob_drop(r->gzip);
    *r = (struct reply){ .kind = REPLY_NOW };
}
