#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "problem.h"
#include "routes.h"

static const char *const PART_STATES[PART_STATE_COUNT] = { "ok", "degraded", "down" };

void answer_healthz(struct face *f, struct request *q, struct reply *r)
{
    struct strbuf b;
    struct json_out j;

    strbuf_init(&b, 1024);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "alive");
    json_bool(&j, true);
    json_key(&j, "version");
    json_string(&j, CAPNUOC_VERSION);
    json_key(&j, "uptime_s");
    json_int(&j, (mono_read().ms - f->started.ms) / 1000);
    json_close_object(&j);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}

static void write_parts(struct json_out *j, const struct part *parts, size_t n)
{
    json_key(j, "parts");
    json_open_array(j);
    for (size_t i = 0; i < n; i++) {
        json_open_object(j);
        json_key(j, "name");
        json_string(j, parts[i].name);
        json_key(j, "state");
        json_string(j, PART_STATES[parts[i].state]);
        json_key(j, "text");
        json_string(j, parts[i].text);
        json_close_object(j);
    }
    json_close_array(j);
}

void answer_readyz(struct face *f, struct request *q, struct reply *r)
{
    struct part parts[HEALTH_PARTS_MAX];
    size_t n;
    bool ready = true;
    struct strbuf b;
    struct json_out j;

    memset(parts, 0, sizeof parts);
    n = f->ports.health.parts(f->ports.health.self, parts);
    for (size_t i = 0; i < n; i++)
        ready = ready && parts[i].state != PART_DOWN;
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "ready");
    json_bool(&j, ready);
    write_parts(&j, parts, n);
    json_close_object(&j);
    reply_take(r, ready ? 200 : 503, TYPE_JSON, &b, q->lang);
}

/* ------------------------------------------------------------------ metrics */

struct metrics_text {
    struct strbuf b;
    char last[128]; /* name of the sample before: help and type stand once per name */
};

static void help_text(struct strbuf *b, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\\')
            strbuf_puts(b, "\\\\");
        else if (*text == '\n')
            strbuf_puts(b, "\\n");
        else
            strbuf_putc(b, *text);
    }
}

static void value_text(struct strbuf *b, double value)
{
    char text[JSON_NUMBER_MAX];

    if (isnan(value))
        strbuf_puts(b, "NaN");
    else if (isinf(value))
        strbuf_puts(b, value > 0 ? "+Inf" : "-Inf");
    else
        strbuf_add(b, text, json_number_text(value, text));
}

static void head_of(struct metrics_text *t, const struct metric *m)
{
    if (strcmp(t->last, m->name) == 0)
        return;
    (void)snprintf(t->last, sizeof t->last, "%s", m->name);
    if (m->help != NULL) {
        strbuf_printf(&t->b, "# HELP %s ", m->name);
        help_text(&t->b, m->help);
        strbuf_putc(&t->b, '\n');
    }
    if (m->type != NULL)
        strbuf_printf(&t->b, "# TYPE %s %s\n", m->name, m->type);
}

static void write_metric(void *ctx, const struct metric *m)
{
    struct metrics_text *t = ctx;

    if (strchr(m->labels, '\n') != NULL) /* it would forge a line */
        return;
    head_of(t, m);
    strbuf_puts(&t->b, m->name);
    if (m->labels[0] != '\0')
        strbuf_printf(&t->b, "{%s}", m->labels);
    strbuf_putc(&t->b, ' ');
    value_text(&t->b, m->value);
    strbuf_putc(&t->b, '\n');
}

void answer_metrics(struct face *f, struct request *q, struct reply *r)
{
    struct metrics_text t = { .last = "" };

    strbuf_init(&t.b, REPLY_BODY_MAX);
    if (f->ports.health.metrics != NULL)
        f->ports.health.metrics(f->ports.health.self, write_metric, &t);
    tally_metrics(&f->tally, write_metric, &t);
    reply_take(r, 200, TYPE_TEXT, &t.b, q->lang);
}

/* ------------------------------------------------------------------ files */

static void give_file(struct reply *r, const struct request *q, const char *type, struct blob *plain,
                      struct blob *gzip)
{
    r->status = 200;
    r->type = type;
    r->vary = "Accept-Encoding";
    r->plain = plain;
    r->gzip = gzip;
    if (plain == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
}

void answer_description(struct face *f, struct request *q, struct reply *r)
{
    bool gzip = f->description_gzip != NULL && header_wants_gzip(q->fields.accept_encoding);

    give_file(r, q, TYPE_JSON, blob_hold(f->description), gzip ? blob_hold(f->description_gzip) : NULL);
    reply_tag(r, q, CACHE_REVALIDATE, f->description_tag);
}

static const struct asset *find_asset(const struct assets *assets, const char *path)
{
    for (size_t i = 0; assets != NULL && i < assets->count; i++)
        if (strcmp(assets->items[i].path, path) == 0)
            return &assets->items[i];
    return NULL;
}

/* The asset's own tag comes quoted; ours gain their quotes in reply_tag. */
static void tag_asset(struct reply *r, const struct request *q, const struct asset *a)
{
    size_t n = strlen(a->etag);
    char bare[REPLY_TAG_MAX - 8];

    if (n < 3 || n - 2 >= sizeof bare)
        return;
    memcpy(bare, a->etag + 1, n - 2);
    bare[n - 2] = '\0';
    reply_tag(r, q, a->immutable ? CACHE_FOR_EVER : CACHE_REVALIDATE, bare);
}

bool answer_asset(struct face *f, const struct request *q, struct reply *r)
{
    const struct asset *a = find_asset(f->ports.assets, q->target.path);
    bool gzip;

    if (a == NULL)
        return false;
    if (q->method != METHOD_GET && q->method != METHOD_HEAD) {
        problem(r, q->lang, PROBLEM_METHOD, NULL, "GET, HEAD");
        r->allow = "GET, HEAD";
        return true;
    }
    gzip = a->gzip_size > 0 && header_wants_gzip(q->fields.accept_encoding);
    give_file(r, q, a->content_type, blob_borrow(a->plain, a->plain_size),
              gzip ? blob_borrow(a->gzip, a->gzip_size) : NULL);
    tag_asset(r, q, a);
    return true;
}
