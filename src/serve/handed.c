#include "handed.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "incidents.h"
#include "problem.h"
#include "question.h"
#include "routes.h"

/* ---- out ---- */

static const char *sentence_of(const char *reason, enum lang lang)
{
    if (strcmp(reason, handed_key_taken) == 0)
        return lang == LANG_EN ? "this key was used before, for something else"
                               : "khóa này đã dùng cho việc khác";
    if (strcmp(reason, handed_unreadable) == 0)
        return lang == LANG_EN ? "the other node does not understand the step: its program is older"
                               : "nút kia không hiểu bước này: phiên bản chương trình cũ hơn";
    for (unsigned k = 0; k < REFUSAL_COUNT; k++)
        if (strcmp(reason, refusal_name((enum refusal)k)) == 0)
            return lang == LANG_EN ? refusal_sentence((enum refusal)k) : refusal_sentence_vi((enum refusal)k);
    return NULL;
}

static void write_row(struct json_out *j, const struct handed_ask *a, const struct handed_row *row,
                      enum lang lang)
{
    char id[ID_MAX + 24];

    (void)snprintf(id, sizeof id, "%s%s%" PRIu64, a->of.node, a->of.node[0] == '\0' ? "" : ":", a->of.id);
    json_open_object(j);
    json_member_text(j, "incident", id);
    json_member_text(j, "key", row->key);
    json_member_text(j, "step", step_name((enum step_kind)row->step));
    json_member_text(j, "from", row->from);
    json_member_text(j, "who", row->who);
    json_member_text(j, "note", row->note);
    json_member_time(j, "claimed_at", row->claimed);
    json_member_time(j, "told_at", row->told);
    json_member_text(j, "state", handed_state_name((enum handed_state)row->state));
    json_member_time(j, "settled_at", row->settled);
    json_member_words(j, "reason", row->reason);
    json_member_text(j, "sentence", row->state == HANDED_REFUSED ? sentence_of(row->reason, lang) : NULL);
    json_close_object(j);
}

static void write_answer(struct reply *r, enum lang lang, const struct handed_ask *ask,
                         const struct handed_answer *a)
{
    struct strbuf b;
    struct json_out j;

    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    if (ask->verb == HANDED_PUT) {
        write_row(&j, ask, &a->rows[0], lang);
        reply_take(r, 202, TYPE_JSON, &b, lang);
        return;
    }
    json_open_object(&j);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t i = 0; i < a->count; i++)
        write_row(&j, ask, &a->rows[i], lang);
    json_close_array(&j);
    json_close_object(&j);
    reply_take(r, 200, TYPE_JSON, &b, lang);
}

void handed_reply(struct reply *r, enum lang lang, const struct handed_ask *ask,
                  const struct handed_answer *a)
{
    switch (a->outcome) {
    case HANDED_NO_INCIDENT: problem(r, lang, PROBLEM_NO_SUCH_INCIDENT, NULL, NULL); return;
    case HANDED_NOT_ASSIGNED: problem(r, lang, PROBLEM_NOT_ASSIGNED, NULL, NULL); return;
    case HANDED_KEY_TAKEN: problem(r, lang, PROBLEM_KEY_TAKEN, "key", NULL); return;
    case HANDED_TOO_MANY:
        problem(r, lang, PROBLEM_BUSY, NULL, NULL);
        r->retry_after_s = 60;
        return;
    case HANDED_IS: break;
    }
    write_answer(r, lang, ask, a);
}

/* ---- in ---- */

void answer_handed(struct face *f, struct request *q, struct reply *r)
{
    struct incident_list *l = incidents_take(f, q, r);
    struct handed_ask ask = { .verb = HANDED_LIST, .of.class = -1 };
    const char *key = target_value(&q->target, "key");

    if (l == NULL)
        return;
    if (key != NULL && (key[0] == '\0' || strlen(key) >= sizeof ask.key)) {
        problem(r, q->lang, PROBLEM_VALUE_STEP_TEXT, "key", NULL);
    } else if (!incident_ref_of(q, l->catalogue, &ask.of)) {
        problem(r, q->lang, PROBLEM_NO_SUCH_INCIDENT, NULL, NULL);
    } else {
        (void)snprintf(ask.key, sizeof ask.key, "%s", key == NULL ? "" : key);
        put_handed(f, q, &ask, r);
    }
    incident_list_drop(l);
}

void put_handed(struct face *f, const struct request *q, struct handed_ask *ask, struct reply *r)
{
    (void)snprintf(ask->of.supplier, sizeof ask->of.supplier, "%s", q->visitor.supplier);
    (void)snprintf(ask->of.sites, sizeof ask->of.sites, "%s", q->visitor.sites);
    if (f->ports.handed.ask == NULL) {
        problem(r, q->lang, PROBLEM_NO_HISTORY, NULL, NULL);
        return;
    }
    r->question = question_handed(f->questions, &f->ports.handed, ask, q->lang);
    if (r->question == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        r->kind = REPLY_LATER;
}
