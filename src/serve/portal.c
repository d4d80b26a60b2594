/* What agencies pull: made by the port, once a second for all who see and have seen the same. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "problem.h"
#include "routes.h"
#include "sees.h"

static const char *const KINDS[PORTAL_KIND_COUNT] = { "summary", "water-quality", "supply", "incidents",
                                                      "systems" };

static enum portal_kind kind_of(const char *segment)
{
    enum portal_kind k = PORTAL_SUMMARY;

    while (k < PORTAL_KIND_COUNT - 1 && strcmp(KINDS[k], segment) != 0)
        k++;
    return k;
}

static void refuse(const struct request *q, struct reply *r, enum err code)
{
    switch (code) {
    case ERR_RANGE: problem(r, q->lang, PROBLEM_VALUE_SINCE, "since", NULL); return;
    case ERR_STATE:
        problem(r, q->lang, PROBLEM_NOT_READY, NULL, NULL);
        r->retry_after_s = 1;
        return;
    default: problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL); return;
    }
}

static struct page_entry *make(struct face *f, const struct request *q, const char *key, uint64_t second,
                               struct reply *r)
{
    const struct portal_port *port = &f->ports.portal;
    const struct scope scope = visitor_scope(&q->visitor);
    struct strbuf body;
    struct fault why;
    struct blob *plain;
    struct page_entry *e = NULL;
    enum err rc;

    strbuf_init(&body, PORTAL_BODY_MAX);
    rc = port->make(port->self, kind_of(q->target.segments[3]), &scope, target_value(&q->target, "since"),
                    &body, &why);
    if (rc == ERR_NONE && (plain = blob_take(&body)) != NULL)
        e = pages_put(&f->portal, key, second, plain);
    strbuf_clear(&body);
    if (e == NULL)
        refuse(q, r, rc == ERR_NONE ? ERR_MEMORY : rc);
    return e;
}

/* What is sealed is the text, however it is packed on its way. */
static void seal(const struct face *f, struct reply *r)
{
    const struct portal_port *port = &f->ports.portal;

    port->seal(port->self, r->plain->bytes, r->plain->size, r->seal);
}

void answer_portal(struct face *f, struct request *q, struct reply *r)
{
    const char *since = target_value(&q->target, "since");
    const uint64_t second = (uint64_t)(q->now.mono.ms / CLOCK_SECOND_MS) + 1; /* 0 is no generation */
    char key[PAGE_KEY_MAX];
    struct page_entry *e;
    struct blob *gzip;

    if (f->ports.portal.make == NULL) {
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    if (since != NULL && strlen(since) > PORTAL_SINCE_MAX) {
        refuse(q, r, ERR_RANGE);
        return;
    }
    (void)snprintf(key, sizeof key, "%s\n%" PRIx64 "\n%s", q->target.segments[3], sight_key(&q->visitor),
                   since == NULL ? "" : since);
    e = pages_find(&f->portal, key, second);
    if (e == NULL && (e = make(f, q, key, second, r)) == NULL)
        return;
    gzip = header_wants_gzip(q->fields.accept_encoding) ? pages_gzip(e) : NULL;
    r->status = 200;
    r->type = TYPE_JSON;
    r->vary = "Accept-Encoding";
    r->plain = blob_hold(e->plain);
    r->gzip = gzip == NULL ? NULL : blob_hold(gzip);
    seal(f, r);
}

/* Small, and asked for seldom. */
void answer_portal_keys(struct face *f, struct request *q, struct reply *r)
{
    struct strbuf body;

    if (f->ports.portal.keys == NULL) {
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    strbuf_init(&body, PORTAL_BODY_MAX);
    f->ports.portal.keys(f->ports.portal.self, &body);
    reply_take(r, 200, TYPE_JSON, &body, q->lang);
    if (r->status == 200)
        seal(f, r);
}
