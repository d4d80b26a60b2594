/* The one place where acts at the doors are noted.  No secret is ever among the words. */
#include "base/log.h"
#include "inner.h"

static const char *const VERBS[DOOR_VERB_COUNT] = {
    [DOOR_SIGN_IN] = "sign_in",
    [DOOR_CHANGE_PASSWORD] = "change_password",
    [DOOR_ACCOUNT_ADD] = "account_add",
    [DOOR_ACCOUNT_CHANGE] = "account_change",
    [DOOR_ACCOUNT_RESET] = "account_reset",
    [DOOR_ACCOUNT_REMOVE] = "account_remove",
    [DOOR_TOKEN_ADD] = "token_add",
    [DOOR_TOKEN_REVOKE] = "token_revoke",
};

static const char *subject_of(const struct door_ask *ask, const struct door_answer *a)
{
    switch (ask->verb) {
    case DOOR_CHANGE_PASSWORD: return ask->by.name;
    case DOOR_ACCOUNT_ADD: return ask->account.name;
    case DOOR_TOKEN_ADD: return a->token.prefix;
    default: return ask->name;
    }
}

void note_act(struct doors *d, const struct door_ask *ask, const struct door_answer *a)
{
    char from[PEER_TEXT_MAX];

    (void)d;
    /* What was typed for a name may be a password in the wrong field: only a name that is one is written. */
    if (ask->verb == DOOR_SIGN_IN && a->code != ERR_NONE)
        return; /* counted; strangers do not fill the log */
    peer_text(&ask->peer, from);
    log_info("doors act=%s on=%s by=%s from=%s outcome=%s", VERBS[ask->verb], subject_of(ask, a),
             ask->verb == DOOR_SIGN_IN ? ask->name : ask->by.name, from[0] == '\0' ? "-" : from,
             err_name(a->code));
}

void note_sign_in_by_token(struct doors *d, const struct visitor *who, enum err code)
{
    (void)d;
    if (code == ERR_NONE)
        log_debug("doors act=sign_in by=%s with=token", who->name);
}

void note_sessions_ended(struct doors *d, const char *account, const char *id, size_t ended)
{
    (void)d;
    log_info("doors act=end_sessions of=%s session=%s ended=%zu", account == NULL ? "-" : account,
             id == NULL ? "all" : id, ended);
}
