#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account_text.h"
#include "problem.h"

/* Over TLS the cookie goes back over TLS only. */
static const char *cookie_tail(bool secure)
{
    return secure ? "Secure; HttpOnly; SameSite=Strict; Path=/" : "HttpOnly; SameSite=Strict; Path=/";
}

/* How old what this node knows about accounts may be. */
static void write_grants(struct json_out *j, const struct doors_port *doors, struct now now)
{
    struct door_freshness f = { .alone = true };

    if (doors->freshness != NULL)
        f = doors->freshness(doors->self, now);
    json_key(j, "grants");
    json_open_object(j);
    json_member_time(j, "as_of", f.as_of);
    json_member_bool(j, "stale", f.stale);
    json_close_object(j);
}

void answer_session(struct face *f, struct request *q, struct reply *r)
{
    const struct visitor *v = &q->visitor;
    struct strbuf b;
    struct json_out j;

    strbuf_init(&b, 4096);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_words(&j, "role", role_name(v->role));
    json_member_words(&j, "name", v->name);
    json_member_bool(&j, "person", v->person);
    json_member_bool(&j, "leads", v->leads);
    json_member_bool(&j, "must_change", v->must_change);
    json_member_words(&j, "language", v->language);
    json_member_words(&j, "supplier", v->supplier);
    json_member_words(&j, "sites", v->sites);
    json_member_time(&j, "expires", v->expires);
    write_grants(&j, &f->ports.doors, q->now);
    json_close_object(&j);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}

/* ------------------------------------------------------------------ in */

static void set_cookie(struct reply *r, bool secure, struct wall now, const char *session,
                       const struct visitor *who)
{
    long long left_s = (who->expires.ms - now.ms) / 1000;

    r->status = 204;
    if (who->expires.ms == 0)
        (void)snprintf(r->cookie, sizeof r->cookie, "%s=%s; %s", session_cookie(secure), session,
                       cookie_tail(secure));
    else
        (void)snprintf(r->cookie, sizeof r->cookie, "%s=%s; %s; Max-Age=%lld", session_cookie(secure),
                       session, cookie_tail(secure), left_s < 0 ? 0 : left_s);
}

static void sign_in_with_token(struct face *f, const struct request *q, const char *given, struct reply *r)
{
    const struct doors_port *doors = &f->ports.doors;
    char token[DOORS_SECRET_TEXT], session[DOORS_SECRET_TEXT] = "";
    struct visitor who;
    struct fault why;
    enum err rc;

    (void)snprintf(token, sizeof token, "%s", given); /* one that is too long is cut and therefore wrong */
    rc = doors->sign_in(doors->self, token, q->now, session, &who, &why);
    explicit_bzero(token, sizeof token);
    if (rc == ERR_NONE) {
        set_cookie(r, q->secure, q->now.wall, session, &who);
    } else {
        atomic_fetch_add(&f->tally.wrong_tokens, 1);
        problem(r, q->lang, rc == ERR_FULL ? PROBLEM_TOO_MANY_TRIES : PROBLEM_WRONG_TOKEN, "token", NULL);
        r->retry_after_s = rc == ERR_FULL ? 10 : 0;
    }
    explicit_bzero(session, sizeof session);
}

static void write_signed_in(struct reply *r, enum lang lang, const struct door_ask *ask,
                            const struct door_answer *a)
{
    if (!act_refused(r, lang, ask, a))
        set_cookie(r, ask->secure, ask->now.wall, a->secret, &a->who);
}

/* What is too long is nobody's. */
static void copy_or_none(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", strlen(text) < size ? text : "");
}

static void sign_in_with_password(struct face *f, const struct act_form *form, struct reply *r)
{
    struct door_ask ask = {
        .verb = DOOR_SIGN_IN, .peer = form->q->peer, .now = form->q->now, .secure = form->q->secure
    };
    const char *name = json_in_string(form->doc, "name"), *password = json_in_string(form->doc, "password");

    if (name == NULL || password == NULL) {
        problem(r, form->q->lang, PROBLEM_VALUE_TOLD_TEXT, name == NULL ? "name" : "password", NULL);
        return;
    }
    copy_or_none(ask.name, sizeof ask.name, name);
    copy_or_none(ask.secret, sizeof ask.secret, password);
    act_later(f, form->q, &ask, r, write_signed_in);
    explicit_bzero(&ask, sizeof ask);
}

/* People give a name and a password, programs of this machine a token of the daemon file. */
void answer_sign_in(struct face *f, struct request *q, struct reply *r)
{
    static const char *const TOKEN[] = { "token" }, *const PERSON[] = { "name", "password" };
    static const char *const EITHER[] = { "token", "name", "password" };
    struct act_form form = { .f = f, .q = q, .r = r };
    const char *token, *unknown;

    if (!act_form_open(&form, EITHER, COUNT_OF(EITHER)))
        return;
    token = json_in_string(form.doc, "token");
    unknown = json_in_unknown(form.doc, TOKEN, 1) == NULL ? NULL : json_in_unknown(form.doc, PERSON, 2);
    if (unknown != NULL)
        problem(r, q->lang, PROBLEM_UNKNOWN_FIELD, unknown, NULL);
    else if (json_in_unknown(form.doc, TOKEN, 1) != NULL)
        sign_in_with_password(f, &form, r);
    else if (token == NULL || *token == '\0')
        problem(r, q->lang, PROBLEM_VALUE_TOKEN, "token", NULL);
    else
        sign_in_with_token(f, q, token, r);
    act_form_close(&form);
}

/* ------------------------------------------------------------------ password */

static void write_changed(struct reply *r, enum lang lang, const struct door_ask *ask,
                          const struct door_answer *a)
{
    if (act_refused(r, lang, ask, a)) {
        /* the session is good: a 401 would make the page believe that it is not */
        r->status = a->code == ERR_DENIED ? 403 : r->status;
        r->challenge = false;
        return;
    }
    r->status = 204;
}

void answer_password(struct face *f, struct request *q, struct reply *r)
{
    static const char *const FIELDS[] = { "password", "new_password" };
    struct act_form form = { .f = f, .q = q, .r = r };
    struct door_ask ask = { .verb = DOOR_CHANGE_PASSWORD, .by = q->visitor, .peer = q->peer, .now = q->now };

    if (!q->visitor.person) {
        problem(r, q->lang, PROBLEM_PEOPLE_ONLY, NULL, NULL);
        return;
    }
    if (!act_form_open(&form, FIELDS, COUNT_OF(FIELDS)))
        return;
    (void)snprintf(ask.session, sizeof ask.session, "%s", q->session);
    if (act_text(&form, "password", ask.secret, sizeof ask.secret, NULL) &&
        act_text(&form, "new_password", ask.fresh, sizeof ask.fresh, NULL))
        act_later(f, q, &ask, r, write_changed);
    explicit_bzero(&ask, sizeof ask);
    act_form_close(&form);
}

/* ------------------------------------------------------------------ sessions */

/* Whose are meant: one's own; an administrator may name another's.  False: refused. */
static bool whose(const struct request *q, const char **account, struct reply *r)
{
    const char *asked = target_value(&q->target, "account");

    *account = asked == NULL ? q->visitor.name : asked;
    if (q->visitor.role == ROLE_ADMINISTRATOR)
        return true;
    if (!q->visitor.person) {
        problem(r, q->lang, PROBLEM_PEOPLE_ONLY, NULL, NULL);
        return false;
    }
    if (strcmp(*account, q->visitor.name) == 0)
        return true;
    problem(r, q->lang, PROBLEM_NO_SUCH_PLACE, "account", asked);
    return false;
}

static void write_session(struct json_out *j, const struct session_info *s)
{
    char from[PEER_TEXT_MAX];

    peer_text(&s->peer, from);
    json_open_object(j);
    json_member_words(j, "id", s->id);
    json_member_words(j, "account", s->name);
    json_member_words(j, "from", from);
    json_member_time(j, "made", s->made);
    json_member_time(j, "seen", s->seen);
    json_member_time(j, "expires", s->expires);
    json_close_object(j);
}

void answer_sessions(struct face *f, struct request *q, struct reply *r)
{
    const struct doors_port *doors = &f->ports.doors;
    struct session_info *list;
    const char *account;
    struct strbuf b;
    struct json_out j;
    size_t n;

    if (!whose(q, &account, r))
        return;
    list = doors->sessions == NULL ? NULL : calloc(DOORS_SESSIONS_MAX, sizeof *list);
    if (list == NULL) {
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
        return;
    }
    n = doors->sessions(doors->self, account, q->now, list, DOORS_SESSIONS_MAX);
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "sessions");
    json_open_array(&j);
    for (size_t i = 0; i < n; i++)
        write_session(&j, &list[i]);
    json_close_array(&j);
    json_close_object(&j);
    free(list);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}

void answer_end_sessions(struct face *f, struct request *q, struct reply *r)
{
    const struct doors_port *doors = &f->ports.doors;
    const char *id = q->target.segment_count > 3 ? q->target.segments[3] : NULL, *account;
    struct actor by;

    if (!whose(q, &account, r))
        return;
    /* an administrator need not know whose it is */
    if (id != NULL && q->visitor.role == ROLE_ADMINISTRATOR && target_value(&q->target, "account") == NULL)
        account = NULL;
    request_actor(q, &by);
    if (doors->end_sessions == NULL ||
        (doors->end_sessions(doors->self, account, id, &by) == 0 && id != NULL)) {
        problem(r, q->lang, PROBLEM_NO_SUCH_PLACE, NULL, id);
        return;
    }
    r->status = 204;
}

void answer_sign_out(struct face *f, struct request *q, struct reply *r)
{
    if (q->session[0] != '\0')
        f->ports.doors.sign_out(f->ports.doors.self, q->session);
    r->status = 204;
    (void)snprintf(r->cookie, sizeof r->cookie, "%s=; %s; Max-Age=0", session_cookie(q->secure),
                   cookie_tail(q->secure));
}
