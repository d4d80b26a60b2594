/* Tokens of programs, for administrators. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account_text.h"
#include "problem.h"

static void write_token(struct json_out *j, const struct api_token *t)
{
    json_open_object(j);
    json_member_words(j, "id", t->prefix);
    json_member_words(j, "purpose", t->purpose);
    json_member_words(j, "role", role_name(t->role));
    json_member_words(j, "supplier", t->supplier);
    json_member_words(j, "sites", t->sites);
    json_member_words(j, "addresses", t->addresses);
    json_key(j, "revoked");
    json_bool(j, t->revoked);
    json_member_time(j, "made", t->made);
    json_member_time(j, "expires", t->expires);
    json_member_time(j, "used", t->used);
    json_member_time(j, "changed", t->changed);
    json_member_words(j, "changed_by", t->changed_by);
    json_close_object(j);
}

static void write_done(struct reply *r, enum lang lang, const struct door_ask *ask,
                       const struct door_answer *a)
{
    struct strbuf b;
    struct json_out j;

    if (act_refused(r, lang, ask, a))
        return;
    if (ask->verb == DOOR_TOKEN_REVOKE) {
        r->status = 204;
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "token");
    write_token(&j, &a->token);
    json_member_words(&j, "secret", a->secret);
    json_close_object(&j);
    reply_take(r, 201, TYPE_JSON, &b, lang);
}

void answer_tokens(struct face *f, struct request *q, struct reply *r)
{
    const struct doors_port *doors = &f->ports.doors;
    struct api_token *list = calloc(API_TOKENS_MAX, sizeof *list);
    struct strbuf b;
    struct json_out j;
    size_t n;

    if (list == NULL || doors->tokens == NULL) {
        free(list);
        problem(r, q->lang, list == NULL ? PROBLEM_NO_MEMORY : PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    n = doors->tokens(doors->self, list, API_TOKENS_MAX);
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "tokens");
    json_open_array(&j);
    for (size_t i = 0; i < n; i++)
        write_token(&j, &list[i]);
    json_close_array(&j);
    json_close_object(&j);
    free(list);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}

/* ------------------------------------------------------------------ in */

static bool expires_of(const struct act_form *form, struct wall *out)
{
    const char *at = json_in_string(form->doc, "expires");

    if (json_in_kind(form->doc, "expires") == JSON_ABSENT || (at != NULL && wall_parse(at, out) == ERR_NONE))
        return true;
    problem(form->r, form->q->lang, PROBLEM_VALUE_TIME, "expires", NULL);
    return false;
}

static bool sites_are_known(const struct act_form *form, const char *list)
{
    while (*(list += strspn(list, " ")) != '\0') {
        char id[ID_MAX];
        size_t n = strcspn(list, " ");
        struct catalogue *c;
        bool known;
        (void)snprintf(id, sizeof id, "%.*s", (int)n, list);
        c = face_catalogue(form->f, NULL, id);
        known = n < sizeof id && catalogue_site(c, id) != NULL;
        catalogue_drop(c);
        if (!known) {
            problem(form->r, form->q->lang, PROBLEM_VALUE_SITE, "sites", id);
            return false;
        }
        list += n;
    }
    return true;
}

static bool token_of(struct face *f, const struct request *q, struct door_ask *ask, struct reply *r)
{
    static const char *const FIELDS[] = { "key",   "purpose",   "role",   "supplier",
                                          "sites", "addresses", "expires" };
    struct act_form form = { .f = f, .q = q, .r = r };
    struct api_token *t = &ask->token;
    bool given, fine;

    if (!act_form_open(&form, FIELDS, COUNT_OF(FIELDS)))
        return false;
    fine = act_key(&form, ask->key) && act_text(&form, "purpose", t->purpose, sizeof t->purpose, NULL) &&
           act_role(&form, &t->role, NULL) && act_supplier(&form, t->supplier, &given) &&
           act_text(&form, "sites", t->sites, sizeof t->sites, &given) && sites_are_known(&form, t->sites) &&
           act_text(&form, "addresses", t->addresses, sizeof t->addresses, &given) &&
           expires_of(&form, &t->expires);
    act_form_close(&form);
    return fine;
}

void answer_token_act(struct face *f, struct request *q, struct reply *r)
{
    struct door_ask ask = { .verb = q->method == METHOD_DELETE ? DOOR_TOKEN_REVOKE : DOOR_TOKEN_ADD,
                            .by = q->visitor,
                            .peer = q->peer,
                            .now = q->now };

    if (ask.verb == DOOR_TOKEN_REVOKE)
        (void)snprintf(ask.name, sizeof ask.name, "%s", q->target.segments[3]);
    else if (!token_of(f, q, &ask, r))
        return;
    act_later(f, q, &ask, r, write_done);
}
