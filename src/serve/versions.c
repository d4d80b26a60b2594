/* The configurations this node has worked by: newest first, and what each of them changed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "choose.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"

enum { LIST_DEFAULT = 50, LIST_MAX = 100 };

struct header {
    uint32_t number;
    struct wall at;
    char author[72], digest[24];
};

struct listing {
    struct header items[LIST_MAX];
    size_t count;
};

static enum err note(void *ctx, const struct config_version *v)
{
    struct listing *l = ctx;
    struct header *h = &l->items[l->count++];

    h->number = v->number;
    h->at = v->at;
    (void)snprintf(h->author, sizeof h->author, "%s", v->author);
    (void)snprintf(h->digest, sizeof h->digest, "%s", v->digest);
    return l->count == LIST_MAX ? ERR_FULL
                                : ERR_NONE; /* the shelf is bounded, whatever the other side gives */
}

static void members(struct json_out *j, uint32_t number, struct wall at, const char *author,
                    const char *digest)
{
    char id[16];

    (void)snprintf(id, sizeof id, "%" PRIu32, number);
    json_member_text(j, "id", id);
    json_key(j, "at");
    json_time(j, at);
    json_member_text(j, "author", author);
    json_member_text(j, "digest", digest);
}

static void write_list(struct json_out *j, const struct listing *l, uint32_t oldest_wanted)
{
    json_open_object(j);
    json_key(j, "versions");
    json_open_array(j);
    for (size_t i = l->count; i > 0; i--) {
        const struct header *h = &l->items[i - 1];
        json_open_object(j);
        members(j, h->number, h->at, h->author, h->digest);
        json_close_object(j);
    }
    json_close_array(j);
    json_key(j, "next");
    if (l->count > 0 && oldest_wanted > 0 && l->items[0].number == oldest_wanted + 1) {
        char next[16];
        (void)snprintf(next, sizeof next, "%" PRIu32, oldest_wanted + 1);
        json_string(j, next);
    } else {
        json_null(j);
    }
    json_close_object(j);
}

static bool wanted(struct face *f, const struct request *q, unsigned *limit, unsigned *before,
                   struct reply *r)
{
    *limit = LIST_DEFAULT;
    *before = 0;
    if (!choose_number(q, "limit", LIST_MAX, PROBLEM_VALUE_LIMIT, limit, r) ||
        !choose_number(q, "next", 999999, PROBLEM_VALUE_CURSOR, before, r))
        return false;
    if (*before == 0)
        *before = f->ports.versions.newest(f->ports.versions.self) + 1;
    return true;
}

/* A configuration and its differences name everybody's things. */
static bool is_for(const struct request *q, struct reply *r)
{
    if (visitor_sees_all(&q->visitor))
        return true;
    problem(r, q->lang, PROBLEM_NOT_WHOLE, NULL, NULL);
    return false;
}

void answer_versions(struct face *f, struct request *q, struct reply *r)
{
    const struct versions_port *p = &f->ports.versions;
    struct listing *l;
    struct strbuf b;
    struct json_out j;
    struct fault why;
    unsigned limit, before, after;

    if (p->visit == NULL) {
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    if (!is_for(q, r))
        return;
    if (!wanted(f, q, &limit, &before, r))
        return;
    l = calloc(1, sizeof *l);
    if (l == NULL) {
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
        return;
    }
    after = before > limit + 1 ? before - 1 - limit : 0;
    (void)p->visit(p->self, after, before - 1 - after, note, l, &why);
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    write_list(&j, l, after);
    free(l);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}

struct showing {
    struct json_out j;
    uint32_t wanted;
    bool shown;
};

static enum err show(void *ctx, const struct config_version *v)
{
    struct showing *s = ctx;

    if (v->number != s->wanted)
        return ERR_NONE;
    s->shown = true;
    json_open_object(&s->j);
    members(&s->j, v->number, v->at, v->author, v->digest);
    json_member_text(&s->j, "difference", v->difference);
    json_close_object(&s->j);
    return ERR_NONE;
}

void answer_version(struct face *f, struct request *q, struct reply *r)
{
    const struct versions_port *p = &f->ports.versions;
    const char *id = q->target.segments[3];
    size_t n = strspn(id, "0123456789");
    struct showing s = { .wanted = n > 0 && n <= 8 && id[n] == '\0' ? (uint32_t)strtoul(id, NULL, 10) : 0 };
    struct strbuf b;
    struct fault why;

    if (!is_for(q, r))
        return;
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&s.j, &b);
    if (p->visit != NULL && s.wanted > 0)
        (void)p->visit(p->self, s.wanted - 1, 1, show, &s, &why);
    if (s.shown) {
        reply_take(r, 200, TYPE_JSON, &b, q->lang);
        return;
    }
    strbuf_clear(&b);
    problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
}
