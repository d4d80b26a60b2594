#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "problem.h"
#include "routes.h"

/* Over TLS the cookie goes back over TLS only. */
static const char *cookie_tail(const struct request *q)
{
    return q->secure ? "Secure; HttpOnly; SameSite=Strict; Path=/" : "HttpOnly; SameSite=Strict; Path=/";
}

void answer_session(struct face *f, struct request *q, struct reply *r)
{
    struct strbuf b;
    struct json_out j;

    (void)f;
    strbuf_init(&b, 1024);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "role");
    json_string(&j, role_name(q->visitor.role));
    json_key(&j, "name");
    json_string(&j, q->visitor.name);
    json_key(&j, "expires");
    json_time(&j, q->visitor.expires);
    json_close_object(&j);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}

/* Copies the member "token"; false: *r is the refusal. */
static bool token_of(const struct request *q, char out[DOORS_SECRET_TEXT], struct reply *r)
{
    static const char *const KNOWN[] = { "token" };
    struct json_in *doc;
    struct fault why;
    const char *unknown, *token;
    bool fine = false;

    if (json_parse(q->body, q->body_len, &doc, &why) != ERR_NONE) {
        problem(r, q->lang, PROBLEM_BODY_JSON, NULL, NULL);
        return false;
    }
    unknown = json_in_unknown(doc, KNOWN, 1);
    token = json_in_string(doc, "token");
    if (unknown != NULL) {
        problem(r, q->lang, PROBLEM_UNKNOWN_FIELD, unknown, NULL);
    } else if (token == NULL || *token == '\0') {
        problem(r, q->lang, PROBLEM_VALUE_TOKEN, "token", NULL);
    } else { /* one that is too long is cut and therefore wrong */
        (void)snprintf(out, DOORS_SECRET_TEXT, "%s", token);
        fine = true;
    }
    json_in_free(doc);
    return fine;
}

static void set_cookie(struct reply *r, const struct request *q, const char *session,
                       const struct visitor *who)
{
    long long left_s = (who->expires.ms - q->now.wall.ms) / 1000;

    r->status = 204;
    if (who->expires.ms == 0)
        (void)snprintf(r->cookie, sizeof r->cookie, SESSION_COOKIE "=%s; %s", session, cookie_tail(q));
    else
        (void)snprintf(r->cookie, sizeof r->cookie, SESSION_COOKIE "=%s; %s; Max-Age=%lld", session,
                       cookie_tail(q), left_s < 0 ? 0 : left_s);
}

void answer_sign_in(struct face *f, struct request *q, struct reply *r)
{
    const struct doors_port *doors = &f->ports.doors;
    char token[DOORS_SECRET_TEXT] = "", session[DOORS_SECRET_TEXT] = "";
    struct visitor who;
    struct fault why;
    enum err rc;

    if (!token_of(q, token, r))
        return;
    rc = doors->sign_in(doors->self, token, q->now, session, &who, &why);
    explicit_bzero(token, sizeof token);
    if (rc == ERR_NONE) {
        set_cookie(r, q, session, &who);
    } else {
        atomic_fetch_add(&f->tally.wrong_tokens, 1);
        problem(r, q->lang, rc == ERR_FULL ? PROBLEM_TOO_MANY_TRIES : PROBLEM_WRONG_TOKEN, "token", NULL);
        r->retry_after_s = rc == ERR_FULL ? 10 : 0;
    }
    explicit_bzero(session, sizeof session);
}

void answer_sign_out(struct face *f, struct request *q, struct reply *r)
{
    if (q->session[0] != '\0')
        f->ports.doors.sign_out(f->ports.doors.self, q->session);
    r->status = 204;
    (void)snprintf(r->cookie, sizeof r->cookie, SESSION_COOKIE "=; %s; Max-Age=0", cookie_tail(q));
}
