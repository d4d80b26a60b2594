#include "told.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choose.h"
#include "model/quality.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"

enum { LIST_DEFAULT = 50, LIST_MAX = 1000 };

/* ------------------------------------------------------------------ texts */

bool told_text(const char *given, size_t least, char *out, size_t size)
{
    size_t n = given == NULL ? 0 : strlen(given);

    out[0] = '\0';
    if (n < least || n >= size)
        return false;
    if (given != NULL)
        memcpy(out, given, n + 1);
    return true;
}

bool told_key(const char *given, char *out, size_t size)
{
    static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

    return told_text(given, 8, out, size) && strspn(out, ALPHABET) == strlen(out);
}

/* ------------------------------------------------------------------ out */

static void reading(struct json_out *j, const struct hand *h)
{
    json_member_time(j, "at", h->at);
    json_member_number(j, "value", h->value);
    json_member_text(j, "quality", quality_name((enum quality)h->quality));
    json_member_text(j, "reason", reason_name((enum reason)h->reason));
    json_member_text(j, "source", "manual");
}

static void exchange(struct json_out *j, const struct hand *h)
{
    json_member_time(j, "at", h->at);
    json_member_number(j, "old_end", h->old_end);
    json_member_number(j, "new_start", h->value);
}

static void service(struct json_out *j, const struct hand *h)
{
    json_member_time(j, "at", h->at);
    json_member_number(j, "counter", h->value);
}

static void force(struct json_out *j, const struct hand *h)
{
    json_member_number(j, "value", h->value);
    json_member_time(j, "until", h->at);
}

void told_json(struct json_out *j, const struct hand *h, const struct point *point)
{
    json_open_object(j);
    json_member_text(j, "key", h->key);
    json_member_text(j, "point", point == NULL ? NULL : point->id);
    json_member_text(j, "unit", point == NULL ? NULL : point->unit);
    switch (h->kind) {
    case HAND_READING: reading(j, h); break;
    case HAND_EXCHANGE: exchange(j, h); break;
    case HAND_FORCE: force(j, h); break;
    case HAND_SERVICE: service(j, h); break;
    default: break; /* a release says no more than when it was told */
    }
    json_member_text(j, "who", h->who);
    json_member_text(j, "note", h->note);
    json_member_time(j, "entered_at", h->entered);
    json_close_object(j);
}

static void refuse(struct reply *r, enum lang lang, enum err code, const struct point *point,
                   const struct fault *why)
{
    switch (code) {
    case ERR_MISSING: problem(r, lang, PROBLEM_NO_SUCH_POINT, "point", point->id); return;
    case ERR_RANGE: problem(r, lang, PROBLEM_CANNOT_BE, NULL, problem_words(lang, why)); return;
    case ERR_STATE: problem(r, lang, PROBLEM_KEY_TAKEN, "key", NULL); return;
    default: break;
    }
    problem(r, lang, PROBLEM_BUSY, NULL, NULL); /* the journal: full, or the end came first */
    r->retry_after_s = 5;
}

void told_reply(struct reply *r, enum lang lang, enum err code, bool known, const struct hand *is,
                const struct point *point, const struct fault *why)
{
    struct strbuf b;
    struct json_out j;

    if (code != ERR_NONE) {
        refuse(r, lang, code, point, why);
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    told_json(&j, is, point);
    reply_take(r, known || is->kind == HAND_RELEASE ? 200 : 201, TYPE_JSON, &b, lang);
}

/* ------------------------------------------------------------------ in */

struct form {
    const struct request *q;
    const struct json_in *doc; /* NULL: the query says it */
    struct reply *r;
};

static const char *given_of(const struct form *f, const char *field)
{
    return f->doc == NULL ? target_told(&f->q->target, field) : json_in_string(f->doc, field);
}

static bool bad(const struct form *f, const char *field, enum problem_kind kind)
{
    problem(f->r, f->q->lang, kind, field, NULL);
    return false;
}

/* Required unless `least` is 0. */
static bool text_of(const struct form *f, const char *field, size_t least, char *out, size_t size)
{
    const char *given = given_of(f, field);
    size_t n = given == NULL ? 0 : strlen(given);

    out[0] = '\0';
    if (given == NULL && least == 0 && (f->doc == NULL || json_in_kind(f->doc, field) == JSON_ABSENT))
        return true;
    if (given == NULL || n < least || n >= size)
        return bad(f, field, PROBLEM_VALUE_TOLD_TEXT);
    memcpy(out, given, n + 1);
    return true;
}

static bool number_of(const struct form *f, const char *field, double *out)
{
    *out = json_in_number(f->doc, field);
    return isfinite(*out) || bad(f, field, PROBLEM_VALUE_NUMBER);
}

static bool key_of(const struct form *f, struct hand *h)
{
    static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

    if (!text_of(f, "key", 8, h->key, sizeof h->key))
        return false;
    return strspn(h->key, ALPHABET) == strlen(h->key) || bad(f, "key", PROBLEM_VALUE_TOLD_TEXT);
}

static bool common_of(const struct form *f, struct hand *h)
{
    return key_of(f, h) && text_of(f, "who", 1, h->who, sizeof h->who) &&
           text_of(f, "note", 0, h->note, sizeof h->note);
}

static bool time_of(const struct form *f, const char *field, struct hand *h)
{
    const char *at = given_of(f, field);

    return (at != NULL && wall_parse(at, &h->at) == ERR_NONE) || bad(f, field, PROBLEM_VALUE_TIME);
}

static bool is_asked(const struct form *f, enum hand_kind kind)
{
    static const char *const READING[] = { "key", "point", "at", "value", "who", "note" };
    static const char *const EXCHANGE[] = { "key", "point", "at", "old_end", "new_start", "who", "note" };
    static const char *const FORCE[] = { "key", "value", "until", "who", "note" };
    static const char *const SERVICE[] = { "key", "point", "at", "counter", "who", "note" };
    static const struct {
        const char *const *fields;
        size_t count;
    } ASKED[HAND_END] = { [HAND_READING] = { READING, COUNT_OF(READING) },
                          [HAND_EXCHANGE] = { EXCHANGE, COUNT_OF(EXCHANGE) },
                          [HAND_FORCE] = { FORCE, COUNT_OF(FORCE) },
                          [HAND_SERVICE] = { SERVICE, COUNT_OF(SERVICE) } };
    const char *unknown =
        f->doc == NULL ? NULL : json_in_unknown(f->doc, ASKED[kind].fields, ASKED[kind].count);

    return unknown == NULL || bad(f, unknown, PROBLEM_UNKNOWN_FIELD);
}

static bool hand_of(const struct form *f, struct hand *h)
{
    h->value = h->old_end = NAN;
    if (!is_asked(f, (enum hand_kind)h->kind) || !common_of(f, h))
        return false;
    switch (h->kind) {
    case HAND_READING: return time_of(f, "at", h) && number_of(f, "value", &h->value);
    case HAND_EXCHANGE:
        return time_of(f, "at", h) && number_of(f, "old_end", &h->old_end) &&
               number_of(f, "new_start", &h->value);
    case HAND_FORCE: return time_of(f, "until", h) && number_of(f, "value", &h->value);
    case HAND_SERVICE:
        return time_of(f, "at", h) && number_of(f, "counter", &h->value) &&
               text_of(f, "note", 1, h->note, sizeof h->note);
    default: return true;
    }
}

/* A force has its point in the path. */
static bool is_of_force(enum hand_kind kind)
{
    return kind == HAND_FORCE || kind == HAND_RELEASE;
}

static void tell(struct face *f, const struct form *form, struct hand *h, const struct catalogue *c)
{
    const char *id = is_of_force((enum hand_kind)h->kind) ? form->q->target.segments[3]
                                                          : json_in_string(form->doc, "point");
    const struct point *point = id == NULL ? NULL : seen_point(&form->q->visitor, c, id);
    struct actor by;

    if (point == NULL) {
        problem(form->r, form->q->lang, PROBLEM_NO_SUCH_POINT, "point", id);
        return;
    }
    h->point = point->key;
    request_actor(form->q, &by);
    form->r->question = question_tell(f->questions, &f->ports.hands, h, &by, point, form->q->lang);
    if (form->r->question == NULL)
        problem(form->r, form->q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        form->r->kind = REPLY_LATER;
}

static enum hand_kind kind_of(const struct request *q)
{
    if (strcmp(q->target.segments[2], "points") == 0)
        return q->method == METHOD_DELETE ? HAND_RELEASE : HAND_FORCE;
    if (strcmp(q->target.segments[2], "maintenance") == 0)
        return HAND_SERVICE;
    return strcmp(q->target.segments[2], "readings") == 0 ? HAND_READING : HAND_EXCHANGE;
}

void answer_tell(struct face *f, struct request *q, struct reply *r)
{
    struct hand h = { .kind = (uint8_t)kind_of(q) };
    struct catalogue *c;
    struct json_in *doc = NULL;
    struct fault why;
    struct form form = { .q = q, .r = r };

    if (f->ports.hands.tell == NULL) {
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    if (h.kind != HAND_RELEASE && json_parse_told(q->body, q->body_len, &doc, &why) != ERR_NONE) {
        problem(r, q->lang, PROBLEM_BODY_JSON, NULL, NULL);
        return;
    }
    form.doc = doc;
    c = f->ports.present.catalogue(f->ports.present.self);
    if (hand_of(&form, &h))
        tell(f, &form, &h, c);
    catalogue_drop(c);
    json_in_free(doc);
}

/* ------------------------------------------------------------------ list */

/* The key of the point asked for, 0 when none is. */
static bool point_of(const struct request *q, const struct catalogue *c, uint64_t *key, struct reply *r)
{
    const char *id = target_value(&q->target, "point");
    const struct point *p = id == NULL ? NULL : seen_point(&q->visitor, c, id);

    *key = p == NULL ? 0 : p->key;
    if (id == NULL || p != NULL)
        return true;
    problem(r, q->lang, PROBLEM_NO_SUCH_POINT, "point", id);
    return false;
}

/* Only what the visitor sees, at most `limit` of it. */
static void write_list(struct strbuf *b, const struct request *q, const struct catalogue *c,
                       const struct hand *list, size_t n, unsigned limit)
{
    struct json_out j;
    unsigned given = 0;

    json_out_init(&j, b);
    json_open_object(&j);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t i = 0; i < n && given < limit; i++) {
        uint32_t point = catalogue_by_key(c, list[i].point);
        if (point == UINT32_MAX ? !visitor_sees_all(&q->visitor)
                                : !visitor_sees(&q->visitor, c, &c->points[point]))
            continue;
        given++;
        told_json(&j, &list[i], point == UINT32_MAX ? NULL : &c->points[point]);
    }
    json_close_array(&j);
    json_close_object(&j);
}

static void list(struct face *f, const struct request *q, const struct catalogue *c, struct reply *r)
{
    unsigned limit = LIST_DEFAULT, room;
    struct hand *items;
    struct strbuf b;
    uint64_t key;

    if (!choose_number(q, "limit", LIST_MAX, PROBLEM_VALUE_LIMIT, &limit, r) || !point_of(q, c, &key, r))
        return;
    room = visitor_sees_all(&q->visitor) ? limit : LIST_MAX;
    items = calloc(room, sizeof *items);
    if (items == NULL) {
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    write_list(&b, q, c, items, f->ports.hands.told(f->ports.hands.self, kind_of(q), key, items, room),
               limit);
    free(items);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}

void answer_told(struct face *f, struct request *q, struct reply *r)
{
    struct catalogue *c;

    if (f->ports.hands.told == NULL) {
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    c = f->ports.present.catalogue(f->ports.present.self);
    list(f, q, c, r);
    catalogue_drop(c);
}
