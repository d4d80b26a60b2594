/* The one place where acts at the doors are noted: in the log, and in the record of acts.  No secret is ever
 * among the words. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "inner.h"

static const char *const VERBS[DOOR_VERB_COUNT] = {
    [DOOR_SIGN_IN] = "session.open",        [DOOR_CHANGE_PASSWORD] = "password.change",
    [DOOR_ACCOUNT_ADD] = "account.add",     [DOOR_ACCOUNT_CHANGE] = "account.change",
    [DOOR_ACCOUNT_RESET] = "account.reset", [DOOR_ACCOUNT_REMOVE] = "account.remove",
    [DOOR_TOKEN_ADD] = "token.add",         [DOOR_TOKEN_REVOKE] = "token.revoke",
};

enum { WORD_MAX = 64 };

/* A name that somebody made up stays one word of the line: nothing in it passes for another field. */
static const char *word(const char *text, char out[WORD_MAX])
{
    size_t n = 0;

    for (; text[n] != '\0' && n < WORD_MAX - 1; n++) {
        out[n] = text[n];
        if ((unsigned char)text[n] <= ' ' || strchr("=\"", text[n]) != NULL)
            out[n] = '?';
    }
    out[n] = '\0';
    return n == 0 ? "-" : out;
}

static void record(struct doors *d, const struct audit_entry *e)
{
    if (d->audit.note != NULL)
        d->audit.note(d->audit.self, e);
}

/* ---- what was and is ---- */

static void member(struct json_out *j, const char *key, const char *text)
{
    if (text[0] == '\0')
        return;
    json_key(j, key);
    json_string(j, text);
}

static void flag(struct json_out *j, const char *key, bool is)
{
    if (!is)
        return;
    json_key(j, key);
    json_bool(j, true);
}

static void give(struct strbuf *b, char out[AUDIT_STATE_MAX])
{
    (void)snprintf(out, AUDIT_STATE_MAX, "%s", b->failed ? "{\"too_long\":true}" : b->text);
    strbuf_clear(b);
}

/* Neither the hash nor the full name: the name they sign in with says who it is. */
static void account_state(const struct account *a, char out[AUDIT_STATE_MAX])
{
    struct strbuf b;
    struct json_out j;

    if (a->name[0] == '\0')
        return;
    strbuf_init(&b, AUDIT_STATE_MAX - 1);
    json_out_init(&j, &b);
    json_open_object(&j);
    member(&j, "role", role_name(a->role));
    member(&j, "supplier", a->supplier);
    member(&j, "language", a->language);
    flag(&j, "leads", a->leads);
    flag(&j, "disabled", a->disabled);
    flag(&j, "must_change", a->must_change);
    flag(&j, "removed", a->removed);
    json_close_object(&j);
    give(&b, out);
}

static void token_state(const struct api_token *t, char out[AUDIT_STATE_MAX])
{
    struct strbuf b;
    struct json_out j;

    if (t->prefix[0] == '\0')
        return;
    strbuf_init(&b, AUDIT_STATE_MAX - 1);
    json_out_init(&j, &b);
    json_open_object(&j);
    member(&j, "role", role_name(t->role));
    member(&j, "supplier", t->supplier);
    member(&j, "sites", t->sites);
    member(&j, "addresses", t->addresses);
    member(&j, "purpose", t->purpose);
    flag(&j, "revoked", t->revoked);
    json_close_object(&j);
    give(&b, out);
}

/* ---- entries ---- */

static bool is_of_token(enum door_verb v)
{
    return v == DOOR_TOKEN_ADD || v == DOOR_TOKEN_REVOKE;
}

static const char *subject_of(const struct door_ask *ask, const struct door_answer *a)
{
    switch (ask->verb) {
    case DOOR_CHANGE_PASSWORD: return ask->by.name;
    case DOOR_ACCOUNT_ADD: return ask->account.name;
    case DOOR_TOKEN_ADD: return a->token.prefix;
    default: return ask->name;
    }
}

static void actor_of(const struct door_ask *ask, struct actor *out)
{
    const bool signs_in = ask->verb == DOOR_SIGN_IN;

    peer_text(&ask->peer, out->address);
    (void)snprintf(out->name, sizeof out->name, "%s", signs_in ? ask->name : ask->by.name);
    out->kind = signs_in || ask->by.person ? ACTOR_ACCOUNT
                : out->address[0] == '\0'  ? ACTOR_LOCAL
                                           : ACTOR_TOKEN;
}

static void record_act(struct doors *d, const struct door_ask *ask, const struct door_answer *a,
                       const struct account *was)
{
    struct audit_entry e;

    memset(&e, 0, sizeof e);
    actor_of(ask, &e.by);
    (void)snprintf(e.action, sizeof e.action, "%s", VERBS[ask->verb]);
    (void)snprintf(e.subject, sizeof e.subject, "%s:%s", is_of_token(ask->verb) ? "token" : "account",
                   subject_of(ask, a));
    if (is_of_token(ask->verb)) {
        token_state(&a->token, e.after);
    } else if (ask->verb != DOOR_SIGN_IN) {
        account_state(was, e.before);
        account_state(&a->account, e.after);
    }
    record(d, &e);
}

/* The place of the address, or of the one that was said longest ago. */
static struct wrong_note *wrong_of(struct doors *d, const struct peer *peer)
{
    struct wrong_note *oldest = &d->wrong[0];

    for (size_t i = 0; i < WRONG_NOTES_MAX; i++) {
        if (d->wrong[i].said.ms != 0 && memcmp(&d->wrong[i].peer, peer, sizeof *peer) == 0)
            return &d->wrong[i];
        if (d->wrong[i].said.ms < oldest->said.ms)
            oldest = &d->wrong[i];
    }
    *oldest = (struct wrong_note){ .peer = *peer };
    return oldest;
}

/* What was typed for a name may be a password in the wrong field: it is not written. */
static void record_wrong(struct doors *d, const struct door_ask *ask)
{
    struct wrong_note *w = wrong_of(d, &ask->peer);
    struct audit_entry e;

    w->since++;
    if (w->said.ms != 0 && ask->now.mono.ms - w->said.ms < WRONG_NOTE_MS)
        return;
    memset(&e, 0, sizeof e);
    e.by.kind = ACTOR_NOBODY;
    peer_text(&ask->peer, e.by.address);
    (void)snprintf(e.action, sizeof e.action, "session.refused");
    (void)snprintf(e.subject, sizeof e.subject, "address:%s", e.by.address);
    (void)snprintf(e.after, sizeof e.after, "{\"tries\":%u}", w->since);
    w->since = 0;
    w->said = ask->now.mono;
    record(d, &e);
}

void note_act(struct doors *d, const struct door_ask *ask, const struct door_answer *a,
              const struct account *was)
{
    char from[PEER_TEXT_MAX], on[WORD_MAX], by[WORD_MAX];

    if (ask->verb == DOOR_SIGN_IN && a->code != ERR_NONE) {
        record_wrong(d, ask);
        return;
    }
    if (a->code == ERR_NONE)
        record_act(d, ask, a, was);
    peer_text(&ask->peer, from);
    log_info("doors act=%s on=%s by=%s from=%s outcome=%s", VERBS[ask->verb], word(subject_of(ask, a), on),
             word(ask->verb == DOOR_SIGN_IN ? ask->name : ask->by.name, by), from[0] == '\0' ? "-" : from,
             err_name(a->code));
}

void note_sign_in_by_token(struct doors *d, const struct visitor *who, enum err code)
{
    struct audit_entry e;

    if (code != ERR_NONE)
        return;
    memset(&e, 0, sizeof e);
    e.by.kind = ACTOR_TOKEN;
    (void)snprintf(e.by.name, sizeof e.by.name, "%s", who->name);
    (void)snprintf(e.action, sizeof e.action, "session.open");
    (void)snprintf(e.subject, sizeof e.subject, "token:%s", who->name);
    record(d, &e);
}

void note_sessions_ended(struct doors *d, const char *account, const char *id, const struct actor *by,
                         size_t ended)
{
    struct audit_entry e;
    char of[WORD_MAX], session[WORD_MAX];

    log_info("doors act=end_sessions of=%s session=%s ended=%zu", word(account == NULL ? "" : account, of),
             word(id == NULL ? "all" : id, session), ended);
    if (ended == 0)
        return;
    memset(&e, 0, sizeof e);
    e.by = *by;
    (void)snprintf(e.action, sizeof e.action, "session.end");
    (void)snprintf(e.subject, sizeof e.subject, "%s:%s", id != NULL ? "session" : "account",
                   id != NULL        ? id
                   : account == NULL ? ""
                                     : account);
    (void)snprintf(e.after, sizeof e.after, "{\"ended\":%zu}", ended);
    record(d, &e);
}

void note_signed_out(struct doors *d, const char *name)
{
    struct audit_entry e;

    memset(&e, 0, sizeof e);
    e.by.kind = ACTOR_ACCOUNT;
    (void)snprintf(e.by.name, sizeof e.by.name, "%s", name);
    (void)snprintf(e.action, sizeof e.action, "session.close");
    (void)snprintf(e.subject, sizeof e.subject, "account:%s", name);
    record(d, &e);
}

void note_first(struct doors *d)
{
    struct audit_entry e;

    memset(&e, 0, sizeof e);
    e.by.kind = ACTOR_SYSTEM;
    (void)snprintf(e.action, sizeof e.action, "account.first");
    (void)snprintf(e.subject, sizeof e.subject, "account:admin");
    (void)snprintf(e.after, sizeof e.after, "{\"role\":\"administrator\",\"must_change\":true}");
    record(d, &e);
}
