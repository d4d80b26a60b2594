#include "alarm_batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarms.h"
#include "problem.h"
#include "question.h"
#include "routes.h"
#include "sees.h"

enum { KEY_LEAST = 8 };

/* ------------------------------------------------------------------ acting */

static void one_less(struct alarm_batch *b)
{
    if (atomic_fetch_sub(&b->left, 1) == 1)
        b->done(b->ticket);
}

static enum batch_result result_of(enum err code)
{
    switch (code) {
    case ERR_NONE: return BATCH_DONE;
    case ERR_MISSING: return BATCH_NOT_FOUND;
    case ERR_STATE:
    case ERR_RANGE:
    case ERR_DENIED: return BATCH_CONFLICT;
    default: return BATCH_BUSY;
    }
}

/* From the pipeline. */
static void answered(void *ticket, enum err code, bool known, const struct alarm *is, const struct fault *why)
{
    struct batch_item *item = ticket;

    (void)known;
    (void)why;
    item->result = result_of(code);
    if (code == ERR_NONE)
        item->is = *is;
    one_less(item->batch);
}

void alarm_batch_put(struct alarm_batch *b, const struct alarms_port *alarms)
{
    struct fault why;

    atomic_init(&b->left, b->count + 1);
    for (size_t i = 0; i < b->count; i++) {
        struct batch_item *item = &b->items[i];
        bool asked = item->result == BATCH_WAITS;
        enum err rc = asked ? alarms->act(alarms->self, &item->act, &b->by, answered, item, &why) : ERR_NONE;
        if (rc != ERR_NONE)
            item->result = BATCH_BUSY;
        if (rc != ERR_NONE || !asked)
            one_less(b);
    }
    one_less(b);
}

void alarm_batch_free(struct alarm_batch *b)
{
    if (b == NULL)
        return;
    alarm_list_drop(b->list);
    free(b);
}

/* ------------------------------------------------------------------ out */

void alarm_batch_reply(struct reply *r, enum lang lang, const struct alarm_batch *b)
{
    static const char *const WORDS[] = {
        [BATCH_WAITS] = "busy",          [BATCH_DONE] = "acknowledged", [BATCH_ALONE] = "one_by_one",
        [BATCH_NOT_FOUND] = "not_found", [BATCH_CONFLICT] = "conflict", [BATCH_BUSY] = "busy"
    };
    char id[ALARM_ID_TEXT];
    struct strbuf text;
    struct json_out j;

    strbuf_init(&text, REPLY_BODY_MAX);
    json_out_init(&j, &text);
    json_open_object(&j);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t i = 0; i < b->count; i++) {
        json_open_object(&j);
        json_member_text(&j, "id", alarm_id_text(b->items[i].act.alarm, id));
        json_member_text(&j, "result", WORDS[b->items[i].result]);
        json_key(&j, "alarm");
        if (b->items[i].result == BATCH_DONE)
            alarm_json(&j, &b->items[i].is, b->list->catalogue, NULL);
        else
            json_null(&j);
        json_close_object(&j);
    }
    json_close_array(&j);
    json_close_object(&j);
    reply_take(r, 200, TYPE_JSON, &text, lang);
}

/* ------------------------------------------------------------------ in */

static bool bad(struct reply *r, const struct request *q, const char *field, enum problem_kind kind)
{
    problem(r, q->lang, kind, field, NULL);
    return false;
}

static const struct alarm *find(const struct request *q, const struct alarm_list *l, uint64_t id)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->items[i].id == id) {
            uint32_t p = catalogue_by_key(l->catalogue, l->items[i].point);
            bool sees = p == NO_INDEX ? visitor_sees_all(&q->visitor)
                                      : visitor_sees(&q->visitor, l->catalogue, &l->catalogue->points[p]);
            return sees ? &l->items[i] : NULL;
        }
    return NULL;
}

/* Each has a key of its own, made of the one that was given: told twice is done once. */
static bool add(const struct request *q, struct alarm_batch *b, const char *key, const char *text)
{
    struct batch_item *item = &b->items[b->count];
    const struct alarm *a;
    uint64_t id;

    if (!alarm_id_parse(text, &id))
        return false;
    for (size_t i = 0; i < b->count; i++)
        if (b->items[i].act.alarm == id)
            return false;
    a = find(q, b->list, id);
    item->batch = b;
    item->act = (struct alarm_act){ .event = ALARM_ACKNOWLEDGE, .alarm = id, .leads = q->visitor.leads };
    (void)snprintf(item->act.key, sizeof item->act.key, "%s-%s", key, text);
    (void)snprintf(item->act.who, sizeof item->act.who, "%s", q->visitor.name);
    if (a == NULL && !visitor_sees_all(&q->visitor))
        item->result = BATCH_NOT_FOUND;
    else if (a != NULL && (a->stake == STAKE_HEALTH || a->stake == STAKE_SAFETY))
        item->result = BATCH_ALONE;
    b->count++;
    return true;
}

static bool fill(const struct request *q, const struct json_in *doc, struct alarm_batch *b, struct reply *r)
{
    static const char *const FIELDS[] = { "key", "alarms" };
    static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    const char *unknown = json_in_unknown(doc, FIELDS, COUNT_OF(FIELDS)), *key = json_in_string(doc, "key");
    const char *ids[ALARM_BATCH_MAX];
    size_t n = json_in_strings(doc, "alarms", ids, ALARM_BATCH_MAX);

    if (unknown != NULL)
        return bad(r, q, unknown, PROBLEM_UNKNOWN_FIELD);
    if (key == NULL || strlen(key) < KEY_LEAST || strspn(key, ALPHABET) != strlen(key) ||
        strlen(key) + ALARM_ID_TEXT >= HAND_KEY_MAX)
        return bad(r, q, "key", PROBLEM_VALUE_BATCH);
    for (size_t i = 0; i < n; i++)
        if (!add(q, b, key, ids[i]))
            return bad(r, q, "alarms", PROBLEM_VALUE_BATCH);
    return n > 0 || bad(r, q, "alarms", PROBLEM_VALUE_BATCH);
}

/* Takes b when it is given to a question. */
static bool put(struct face *f, const struct request *q, struct alarm_batch *b, struct reply *r)
{
    request_actor(q, &b->by);
    r->question = question_batch(f->questions, &f->ports.alarms, b, q->lang);
    if (r->question == NULL) {
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
        return false;
    }
    r->kind = REPLY_LATER;
    return true;
}

void answer_alarm_batch(struct face *f, struct request *q, struct reply *r)
{
    struct alarm_list *l = f->ports.alarms.open == NULL ? NULL : f->ports.alarms.open(f->ports.alarms.self);
    struct alarm_batch *b = calloc(1, sizeof *b);
    struct json_in *doc = NULL;
    struct fault why;

    if (b == NULL || l == NULL) {
        problem(r, q->lang, b == NULL ? PROBLEM_NO_MEMORY : PROBLEM_BUSY, NULL, NULL);
        alarm_list_drop(l);
        free(b);
        return;
    }
    b->list = l;
    if (json_parse_told(q->body, q->body_len, &doc, &why) != ERR_NONE)
        problem(r, q->lang, PROBLEM_BODY_JSON, NULL, NULL);
    else if (fill(q, doc, b, r) && put(f, q, b, r))
        b = NULL;
    json_in_free(doc);
    alarm_batch_free(b);
}
