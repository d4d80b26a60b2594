/* Accounts of people, for administrators. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account_text.h"
#include "problem.h"

/* ------------------------------------------------------------------ what acts have in common */

bool act_refused(struct reply *r, enum lang lang, const struct door_ask *ask, const struct door_answer *a)
{
    const char *name = ask->verb == DOOR_ACCOUNT_ADD ? ask->account.name : ask->name;

    switch (a->code) {
    case ERR_NONE: return false;
    case ERR_DENIED: problem(r, lang, PROBLEM_WRONG_PASSWORD, "password", NULL); break;
    case ERR_TIMEOUT: problem(r, lang, PROBLEM_TOO_MANY_TRIES, NULL, NULL); break;
    case ERR_MISSING: problem(r, lang, PROBLEM_NO_SUCH_PLACE, NULL, name); break;
    case ERR_STATE: problem(r, lang, PROBLEM_CONFLICT, NULL, a->why.text); break;
    case ERR_RANGE:
        problem(r, lang, ask->verb == DOOR_CHANGE_PASSWORD ? PROBLEM_VALUE_PASSWORD : PROBLEM_CANNOT_BE,
                ask->verb == DOOR_CHANGE_PASSWORD ? "new_password" : NULL, a->why.text);
        break;
    case ERR_FULL: problem(r, lang, PROBLEM_CONFLICT, NULL, a->why.text); break;
    case ERR_IO: problem(r, lang, PROBLEM_NOT_KEPT, NULL, NULL); break;
    case ERR_CONFIG: problem(r, lang, PROBLEM_KEY_TAKEN, "key", NULL); break;
    default: problem(r, lang, PROBLEM_NO_MEMORY, NULL, NULL); break;
    }
    r->retry_after_s = a->retry_after_s;
    return true;
}

void act_later(struct face *f, const struct request *q, const struct door_ask *ask, struct reply *r,
               void (*write)(struct reply *r, enum lang lang, const struct door_ask *ask,
                             const struct door_answer *a))
{
    if (f->ports.doors.act == NULL) {
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    r->question = question_act(f->questions, &f->ports.doors, ask, q->lang, write);
    if (r->question == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        r->kind = REPLY_LATER;
}

static bool bad(const struct act_form *form, const char *field, enum problem_kind kind)
{
    problem(form->r, form->q->lang, kind, field, NULL);
    return false;
}

bool act_form_open(struct act_form *form, const char *const *known, size_t n)
{
    struct fault why;
    const char *unknown;

    form->doc = NULL;
    if (json_parse_told(form->q->body, form->q->body_len, &form->doc, &why) != ERR_NONE)
        return bad(form, NULL, PROBLEM_BODY_JSON);
    unknown = json_in_unknown(form->doc, known, n);
    if (unknown == NULL)
        return true;
    (void)bad(form, unknown, PROBLEM_UNKNOWN_FIELD);
    act_form_close(form);
    return false;
}

void act_form_close(struct act_form *form)
{
    json_in_free(form->doc);
    form->doc = NULL;
}

bool act_text(const struct act_form *form, const char *field, char *out, size_t size, bool *given)
{
    const char *text = json_in_string(form->doc, field);

    if (given != NULL)
        *given = text != NULL;
    if (text == NULL && given != NULL && json_in_kind(form->doc, field) == JSON_ABSENT)
        return true;
    if (text == NULL || strlen(text) >= size)
        return bad(form, field, PROBLEM_VALUE_TOLD_TEXT);
    (void)snprintf(out, size, "%s", text);
    return true;
}

bool act_bool(const struct act_form *form, const char *field, bool *out, bool *given)
{
    *given = json_in_bool(form->doc, field, out);
    return json_in_may_be(form->doc, field, JSON_BOOL) || bad(form, field, PROBLEM_VALUE_BOOL);
}

bool act_role(const struct act_form *form, enum role *out, bool *given)
{
    char word[32];
    bool there = true;

    if (!act_text(form, "role", word, sizeof word, given == NULL ? &there : given))
        return false;
    if (given != NULL && !*given)
        return true;
    *out = there ? role_parse(word) : ROLE_NOBODY;
    return *out != ROLE_NOBODY || bad(form, "role", PROBLEM_VALUE_ROLE);
}

bool act_key(const struct act_form *form, char out[DOORS_KEY_MAX])
{
    static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    bool given;

    if (!act_text(form, "key", out, DOORS_KEY_MAX, &given))
        return false;
    if (!given || (strlen(out) >= 8 && strspn(out, ALPHABET) == strlen(out)))
        return true;
    return bad(form, "key", PROBLEM_VALUE_TOLD_TEXT);
}

/* Ours, or another node's. */
static bool supplier_is_known(const struct face *f, const char *id)
{
    const struct present_port *present = &f->ports.present;
    struct catalogue *c = present->catalogue(present->self);
    bool known = catalogue_supplier(c, id) != NULL;
    struct snapshot *s = known ? NULL : present->take(present->self);

    catalogue_drop(c);
    if (s != NULL) {
        known = catalogue_supplier(snapshot_catalogue(s), id) != NULL;
        snapshot_drop(s);
    }
    return known;
}

bool act_supplier(const struct act_form *form, char out[ID_MAX], bool *given)
{
    if (!act_text(form, "supplier", out, ID_MAX, given))
        return false;
    if (out[0] == '\0' || supplier_is_known(form->f, out))
        return true;
    problem(form->r, form->q->lang, PROBLEM_VALUE_SUPPLIER, "supplier", out);
    return false;
}

/* ------------------------------------------------------------------ out */

static void write_account(struct json_out *j, const struct account *a)
{
    json_open_object(j);
    json_member_words(j, "name", a->name);
    json_member_words(j, "full_name", a->full_name);
    json_member_words(j, "role", role_name(a->role));
    json_member_words(j, "supplier", a->supplier);
    json_member_words(j, "language", a->language);
    json_member_bool(j, "leads", a->leads);
    json_member_bool(j, "disabled", a->disabled);
    json_member_bool(j, "must_change", a->must_change);
    json_member_time(j, "made", a->made);
    json_member_time(j, "password_set", a->password_set);
    json_member_time(j, "changed", a->changed);
    json_member_words(j, "changed_by", a->changed_by);
    json_close_object(j);
}

static void write_done(struct reply *r, enum lang lang, const struct door_ask *ask,
                       const struct door_answer *a)
{
    struct strbuf b;
    struct json_out j;

    if (act_refused(r, lang, ask, a))
        return;
    if (ask->verb == DOOR_ACCOUNT_REMOVE) {
        r->status = 204;
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "account");
    write_account(&j, &a->account);
    json_member_words(&j, "password", a->secret); /* null unless it is a new one */
    json_close_object(&j);
    reply_take(r, ask->verb == DOOR_ACCOUNT_ADD ? 201 : 200, TYPE_JSON, &b, lang);
}

void answer_accounts(struct face *f, struct request *q, struct reply *r)
{
    const struct doors_port *doors = &f->ports.doors;
    struct account *list = calloc(ACCOUNTS_MAX, sizeof *list);
    struct strbuf b;
    struct json_out j;
    size_t n;

    if (list == NULL || doors->accounts == NULL) {
        free(list);
        problem(r, q->lang, list == NULL ? PROBLEM_NO_MEMORY : PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    n = doors->accounts(doors->self, list, ACCOUNTS_MAX);
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "accounts");
    json_open_array(&j);
    for (size_t i = 0; i < n; i++)
        write_account(&j, &list[i]);
    json_close_array(&j);
    json_close_object(&j);
    free(list);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}

/* ------------------------------------------------------------------ in */

static const char *const FIELDS[] = { "key",      "full_name", "role",     "supplier",
                                      "language", "leads",     "disabled", "name" };

static bool fields_of(const struct act_form *form, struct door_ask *ask)
{
    static const unsigned BITS[] = { DOOR_SET_FULL_NAME, DOOR_SET_ROLE,  DOOR_SET_SUPPLIER,
                                     DOOR_SET_LANGUAGE,  DOOR_SET_LEADS, DOOR_SET_DISABLED };
    struct account *a = &ask->account;
    bool all = ask->verb == DOOR_ACCOUNT_ADD, given[COUNT_OF(BITS)] = { false };

    if (!act_text(form, "full_name", a->full_name, sizeof a->full_name, all ? NULL : &given[0]) ||
        !act_role(form, &a->role, all ? NULL : &given[1]) || !act_supplier(form, a->supplier, &given[2]) ||
        !act_text(form, "language", a->language, sizeof a->language, &given[3]) ||
        !act_bool(form, "leads", &a->leads, &given[4]) ||
        !act_bool(form, "disabled", &a->disabled, &given[5]))
        return false;
    if (all && !given[3])
        (void)snprintf(a->language, sizeof a->language, "vi");
    for (unsigned i = 0; i < COUNT_OF(given) && !all; i++)
        ask->set |= given[i] ? BITS[i] : 0;
    return true;
}

static bool body_of(struct face *f, const struct request *q, struct door_ask *ask, struct reply *r)
{
    struct act_form form = { .f = f, .q = q, .r = r };
    bool adds = ask->verb == DOOR_ACCOUNT_ADD, fine;

    if (ask->verb == DOOR_ACCOUNT_REMOVE)
        return true;
    if (!act_form_open(&form, FIELDS,
                       ask->verb == DOOR_ACCOUNT_RESET ? 1 : COUNT_OF(FIELDS) - (adds ? 0 : 1)))
        return false;
    fine = act_key(&form, ask->key) &&
           (ask->verb == DOOR_ACCOUNT_RESET ||
            ((!adds || act_text(&form, "name", ask->account.name, sizeof ask->account.name, NULL)) &&
             fields_of(&form, ask)));
    act_form_close(&form);
    return fine;
}

static enum door_verb verb_of(const struct request *q)
{
    if (q->method == METHOD_DELETE)
        return DOOR_ACCOUNT_REMOVE;
    return q->target.segment_count == 3   ? DOOR_ACCOUNT_ADD
           : q->target.segment_count == 4 ? DOOR_ACCOUNT_CHANGE
                                          : DOOR_ACCOUNT_RESET;
}

void answer_account_act(struct face *f, struct request *q, struct reply *r)
{
    struct door_ask ask = { .verb = verb_of(q), .by = q->visitor, .peer = q->peer, .now = q->now };

    if (q->target.segment_count > 3) {
        if (strlen(q->target.segments[3]) >= sizeof ask.name) {
            problem(r, q->lang, PROBLEM_NO_SUCH_PLACE, NULL, q->target.segments[3]);
            return;
        }
        (void)snprintf(ask.name, sizeof ask.name, "%s", q->target.segments[3]);
    }
    if (body_of(f, q, &ask, r))
        act_later(f, q, &ask, r, write_done);
}
