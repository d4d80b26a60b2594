/* Reports of a period: shown before they are issued, issued, listed, given as they were issued. */
#include "reports.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "choose.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"

enum { LIMIT_DEFAULT = 50, PLACE_TEXT_MAX = 24 + REPORT_ID_MAX };

/* ------------------------------------------------------------------ out */

static void write_text(struct json_out *j, const struct report_item *i, enum report_format format)
{
    char hash[2 * SEAL_HASH_BYTES + 1];

    seal_hash_text(&i->hash[format], hash);
    json_key(j, REPORT_FORMATS[format]);
    json_open_object(j);
    json_member_text(j, "hash", hash);
    json_member_int(j, "bytes", (int64_t)i->size[format]);
    json_close_object(j);
}

static void write_item(struct json_out *j, const struct report_item *i)
{
    char day[DAY_ISO_MAX], number[24], hash[2 * SEAL_HASH_BYTES + 1];

    json_open_object(j);
    json_member_text(j, "id", i->id);
    json_member_text(j, "kind", REPORT_KINDS[i->kind]);
    json_member_text(j, "from", day_iso(i->from, day));
    json_member_text(j, "to", day_iso(i->to, day));
    json_member_words(j, "supplier", i->supplier);
    json_member_int(j, "version", i->version);
    json_member_text(j, "node", i->node);
    json_member_time(j, "issued_at", i->issued);
    json_member_text(j, "issued_by", i->by);
    json_key(j, "record_of_acts");
    json_open_object(j);
    (void)snprintf(number, sizeof number, "%" PRIu64, i->head.seq);
    seal_hash_text(&i->head.hash, hash);
    json_member_text(j, "seq", i->head.seq == 0 ? NULL : number);
    json_member_text(j, "hash", i->head.seq == 0 ? NULL : hash);
    json_close_object(j);
    json_key(j, "texts");
    json_open_object(j);
    for (unsigned f = 0; f < REPORT_FORMAT_COUNT; f++)
        write_text(j, i, (enum report_format)f);
    json_close_object(j);
    json_close_object(j);
}

/* The cursor: whoever may ask sees what it leads to, so one that was made up shows nothing more. */
static void write_list(struct strbuf *b, const struct report_answer *a)
{
    char next[PLACE_TEXT_MAX];
    struct json_out j;

    json_out_init(&j, b);
    json_open_object(&j);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t i = 0; i < a->count; i++)
        write_item(&j, &a->items[i]);
    json_close_array(&j);
    if (a->count > 0)
        (void)snprintf(next, sizeof next, "%" PRId64 ".%s", a->items[a->count - 1].issued.ms,
                       a->items[a->count - 1].id);
    json_member_text(&j, "next", a->more && a->count > 0 ? next : NULL);
    json_close_object(&j);
}

static void send_json(struct reply *r, enum lang lang, bool gzip, unsigned status, struct strbuf *b)
{
    reply_take(r, status, TYPE_JSON, b, lang);
    if (r->status != status)
        return;
    r->vary = "Accept-Encoding";
    if (gzip)
        r->gzip = blob_gzip(r->plain);
}

static void send_bytes(struct reply *r, enum lang lang, bool gzip, const struct report_ask *ask,
                       const struct report_answer *a)
{
    static const char *const TYPES[REPORT_FORMAT_COUNT] = { TYPE_JSON, TYPE_CSV, TYPE_HTML };
    const struct report_item *is = a->count > 0 ? a->items : NULL;
    char hash[2 * SEAL_HASH_BYTES + 1];
    struct strbuf b;

    strbuf_init(&b, REPLY_BODY_MAX);
    strbuf_add(&b, a->text, a->len);
    reply_take(r, 200, TYPES[ask->format], &b, lang);
    if (r->status != 200)
        return;
    r->vary = "Accept-Encoding";
    if (gzip)
        r->gzip = blob_gzip(r->plain);
    if (is != NULL) {
        seal_hash_text(&is->hash[ask->format], hash);
        (void)snprintf(r->tag, sizeof r->tag, "\"%s\"", hash);
    }
    if (ask->format == REPORT_HTML)
        reply_to_print(r, "%.100s.html", is != NULL ? is->id : "preview");
    else if (ask->format != REPORT_JSON)
        (void)snprintf(r->disposition, sizeof r->disposition, "attachment; filename=\"%.100s.%s\"",
                       is != NULL ? is->id : "preview", REPORT_FORMATS[ask->format]);
}

static void refuse(struct reply *r, enum lang lang, enum err code)
{
    switch (code) {
    case ERR_MISSING: problem(r, lang, PROBLEM_NO_SUCH_REPORT, NULL, NULL); return;
    case ERR_RANGE: problem(r, lang, PROBLEM_VALUE_REPORT, "from", NULL); return;
    case ERR_TIMEOUT: problem(r, lang, PROBLEM_TOO_LATE, NULL, NULL); break;
    case ERR_FULL: problem(r, lang, PROBLEM_BUSY, NULL, NULL); break;
    case ERR_STATE: problem(r, lang, PROBLEM_STOPPING, NULL, NULL); break;
    case ERR_MEMORY: problem(r, lang, PROBLEM_NO_MEMORY, NULL, NULL); break;
    default: problem(r, lang, PROBLEM_NO_HISTORY, NULL, NULL); break;
    }
    if (r->status == 503)
        r->retry_after_s = 5;
}

void reports_reply(struct reply *r, enum lang lang, bool gzip, enum err code, const struct report_ask *ask,
                   const struct report_answer *a)
{
    struct json_out j;
    struct strbuf b;

    if (code != ERR_NONE) {
        refuse(r, lang, code);
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    switch (ask->verb) {
    case REPORT_PREVIEW:
    case REPORT_FETCH: send_bytes(r, lang, gzip, ask, a); break;
    case REPORT_LIST:
        write_list(&b, a);
        send_json(r, lang, gzip, 200, &b);
        break;
    case REPORT_ISSUE:
        json_out_init(&j, &b);
        write_item(&j, a->items);
        send_json(r, lang, gzip, 201, &b);
        break;
    }
}

/* ------------------------------------------------------------------ in */

static bool bad(struct reply *r, const struct request *q, const char *field, enum problem_kind kind,
                const char *subject)
{
    problem(r, q->lang, kind, field, subject);
    return false;
}

static bool knows_supplier(const struct face *f, const char *id)
{
    struct snapshot *s = f->ports.present.take(f->ports.present.self);
    struct catalogue *c = f->ports.present.catalogue(f->ports.present.self);
    bool known = catalogue_supplier(c, id) != NULL ||
                 (s != NULL && catalogue_supplier(snapshot_catalogue(s), id) != NULL);

    snapshot_drop(s);
    catalogue_drop(c);
    return known;
}

/* Theirs, where they have one; what they ask for otherwise.  Whom single sites were named to sees no report:
 * its figures are a supplier's. */
static bool supplier_of(const struct face *f, const struct request *q, const char *given, char out[ID_MAX],
                        struct reply *r)
{
    const char *own = q->visitor.supplier;

    out[0] = '\0';
    if (q->visitor.sites[0] != '\0')
        return bad(r, q, NULL, PROBLEM_NOT_WHOLE, NULL);
    if (given == NULL || (own[0] != '\0' && strcmp(own, given) == 0)) {
        (void)snprintf(out, ID_MAX, "%s", own);
        return true;
    }
    if (own[0] != '\0' || strlen(given) >= ID_MAX || !knows_supplier(f, given))
        return bad(r, q, "supplier", PROBLEM_VALUE_SUPPLIER, given);
    (void)snprintf(out, ID_MAX, "%s", given);
    return true;
}

static bool period_of(const struct request *q, const char *from, const char *to, struct report_ask *ask,
                      struct reply *r)
{
    if (from == NULL || !day_parse(from, &ask->from))
        return bad(r, q, "from", PROBLEM_VALUE_DAY, NULL);
    if (to == NULL || !day_parse(to, &ask->to))
        return bad(r, q, "to", PROBLEM_VALUE_DAY, NULL);
    if (ask->from > ask->to || ask->to - ask->from >= REPORT_DAYS_MAX)
        return bad(r, q, "from", PROBLEM_VALUE_DAYS, NULL);
    return true;
}

static bool format_of(const struct request *q, const char *word, struct report_ask *ask, struct reply *r)
{
    if (word == NULL || report_format_parse(word, &ask->format))
        return true;
    problem_word(r, q->lang, "format", REPORT_FORMATS);
    return false;
}

static void put(struct face *f, const struct request *q, const struct report_ask *ask, struct reply *r)
{
    r->question = question_report(f->questions, &f->ports.reports, ask, q->lang,
                                  header_wants_gzip(q->fields.accept_encoding));
    if (r->question == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        r->kind = REPLY_LATER;
}

static bool there_are(const struct face *f, const struct request *q, struct reply *r)
{
    return f->ports.reports.ask != NULL || bad(r, q, NULL, PROBLEM_NO_HISTORY, NULL);
}

void answer_report_preview(struct face *f, struct request *q, struct reply *r)
{
    struct report_ask ask = { .verb = REPORT_PREVIEW, .now = q->now.wall };

    if (!there_are(f, q, r))
        return;
    if (!report_kind_parse(target_value(&q->target, "kind"), &ask.kind)) {
        problem_word(r, q->lang, "kind", REPORT_KINDS);
        return;
    }
    if (period_of(q, target_value(&q->target, "from"), target_value(&q->target, "to"), &ask, r) &&
        format_of(q, target_value(&q->target, "format"), &ask, r) &&
        supplier_of(f, q, target_value(&q->target, "supplier"), ask.supplier, r))
        put(f, q, &ask, r);
}

static bool issue_of(const struct face *f, const struct request *q, const struct json_in *doc,
                     struct report_ask *ask, struct reply *r)
{
    static const char *const FIELDS[] = { "kind", "from", "to", "supplier" };
    const char *unknown = json_in_unknown(doc, FIELDS, COUNT_OF(FIELDS));

    if (unknown != NULL)
        return bad(r, q, unknown, PROBLEM_UNKNOWN_FIELD, NULL);
    if (!report_kind_parse(json_in_string(doc, "kind"), &ask->kind)) {
        problem_word(r, q->lang, "kind", REPORT_KINDS);
        return false;
    }
    if (!json_in_may_be(doc, "supplier", JSON_TEXT))
        return bad(r, q, "supplier", PROBLEM_VALUE_SUPPLIER, NULL);
    return period_of(q, json_in_string(doc, "from"), json_in_string(doc, "to"), ask, r) &&
           supplier_of(f, q, json_in_string(doc, "supplier"), ask->supplier, r);
}

void answer_report_issue(struct face *f, struct request *q, struct reply *r)
{
    struct report_ask ask = { .verb = REPORT_ISSUE, .now = q->now.wall };
    struct json_in *doc = NULL;
    struct fault why;

    if (!there_are(f, q, r))
        return;
    request_actor(q, &ask.by);
    if (json_parse_told(q->body, q->body_len, &doc, &why) != ERR_NONE)
        problem(r, q->lang, PROBLEM_BODY_JSON, NULL, NULL);
    else if (issue_of(f, q, doc, &ask, r))
        put(f, q, &ask, r);
    json_in_free(doc);
}

static bool place_of(const struct request *q, struct report_ask *ask, struct reply *r)
{
    const char *text = target_value(&q->target, "next");
    const size_t n = text == NULL ? 0 : strspn(text, "0123456789");

    ask->before.ms = INT64_MAX;
    if (text == NULL)
        return true;
    if (n == 0 || n > 15 || text[n] != '.' || strlen(text + n + 1) >= sizeof ask->before_id)
        return bad(r, q, "next", PROBLEM_VALUE_CURSOR, NULL);
    ask->before.ms = strtoll(text, NULL, 10);
    (void)snprintf(ask->before_id, sizeof ask->before_id, "%s", text + n + 1);
    return true;
}

void answer_reports(struct face *f, struct request *q, struct reply *r)
{
    struct report_ask ask = { .verb = REPORT_LIST, .kind = REPORT_KIND_COUNT, .limit = LIMIT_DEFAULT };
    const char *kind = target_value(&q->target, "kind");

    if (!there_are(f, q, r))
        return;
    if (kind != NULL && !report_kind_parse(kind, &ask.kind)) {
        problem_word(r, q->lang, "kind", REPORT_KINDS);
        return;
    }
    if (place_of(q, &ask, r) &&
        choose_number(q, "limit", REPORT_PAGE_MAX, PROBLEM_VALUE_LIMIT, &ask.limit, r) &&
        supplier_of(f, q, target_value(&q->target, "supplier"), ask.supplier, r))
        put(f, q, &ask, r);
}

/* ID.json, ID.csv, ID.html */
void answer_report(struct face *f, struct request *q, struct reply *r)
{
    struct report_ask ask = { .verb = REPORT_FETCH };
    const char *file = q->target.segments[3], *dot = strrchr(file, '.');
    const size_t n = dot == NULL ? 0 : (size_t)(dot - file);

    if (!there_are(f, q, r))
        return;
    if (n == 0 || n >= sizeof ask.id || !report_format_parse(dot + 1, &ask.format)) {
        problem(r, q->lang, PROBLEM_NO_SUCH_REPORT, NULL, NULL);
        return;
    }
    memcpy(ask.id, file, n);
    if (supplier_of(f, q, NULL, ask.supplier, r))
        put(f, q, &ask, r);
}
