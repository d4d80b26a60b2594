#include "export.h"

#include <stdlib.h>
#include <string.h>

struct export
{
    struct export_ask set;
    struct question *question; /* of the page being sent, or under way */
    bool asked;                /* it is under way, or just answered */
    struct blob *page;
    size_t sent;
    bool more;
    struct wall from; /* of the next page */
};

static void take_page(struct export *e, const struct reply *r)
{
    e->page = blob_hold(r->plain);
    e->sent = 0;
    e->more = r->more;
    e->from = r->more_from;
}

struct export *export_new(const struct export_ask *ask, struct question *q, const struct reply *first)
{
    struct export *e = calloc(1, sizeof *e);

    if (e == NULL) {
        question_drop(q);
        return NULL;
    }
    e->set = *ask;
    e->question = q;
    take_page(e, first);
    return e;
}

void export_free(void *export)
{
    struct export *e = export;

    question_drop(e->question);
    blob_drop(e->page);
    free(e);
}

/* The answer is here.  False: there is none, and no way to say so but to break off. */
static bool open_page(struct export *e)
{
    struct reply r = { .kind = REPLY_NOW };
    bool good;

    e->asked = false;
    question_answer(e->question, &r);
    good = r.status == 200;
    blob_drop(e->page);
    e->page = NULL;
    if (good)
        take_page(e, &r);
    reply_clear(&r);
    return good;
}

/* The connection may be resumed before this returns. */
static ssize_t ask_for_next(struct export *e)
{
    struct question *next = atomic_load(e->set.stopping) ? NULL : question_again(e->question, e->from);

    if (next == NULL)
        return EXPORT_FAILED;
    question_drop(e->question);
    e->question = next;
    e->asked = true;
    e->set.park(e->set.connection);
    question_put(next, e->set.connection, e->set.socket, e->set.resume);
    return EXPORT_PARKED;
}

ssize_t export_read(struct export *e, char *buf, size_t max)
{
    size_t n;

    if (e->asked && !open_page(e))
        return EXPORT_FAILED;
    n = e->page->size - e->sent;
    if (n == 0)
        return e->more ? ask_for_next(e) : EXPORT_END;
    n = n < max ? n : max;
    memcpy(buf, e->page->bytes + e->sent, n);
    e->sent += n;
    return (ssize_t)n;
}
