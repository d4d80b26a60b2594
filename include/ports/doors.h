/* Who may see and do what: the face asks, doors decides. */
#ifndef PORTS_DOORS_H
#define PORTS_DOORS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/peer.h"
#include "model/account.h"
#include "model/audit.h"
#include "model/role.h"
#include "model/world.h"

struct visitor {
    enum role role;
    char name[64];                  /* of the account, or the token's prefix: for the record of acts */
    bool person;                    /* signed in with an account of their own */
    bool leads;                     /* leads the shift: may shelve what concerns health and safety */
    bool must_change;               /* may change the password and nothing else */
    char language[3];               /* "vi", "en"; "": not told */
    char supplier[ID_MAX];          /* sees and touches this supplier's rows only; "": all */
    char sites[API_TOKEN_LIST_MAX]; /* and of these sites only: ids with blanks between; "": all */
    struct wall expires;            /* .ms == 0: does not */
};

enum { DOORS_SECRET_TEXT = 64, DOORS_PASSWORD_MAX = 129, DOORS_KEY_MAX = 65 };

/* What somebody shows at the door; token and session may be NULL. */
struct knock {
    const char *token, *session;
    struct peer peer;
};

/* ---- acts that take long: a password is hashed, something is written down.  One clerk does them in turn
 * ---- */
enum door_verb {
    DOOR_SIGN_IN,         /* name, secret: gives a session */
    DOOR_CHANGE_PASSWORD, /* of `by`: secret, fresh; their other sessions end */
    DOOR_ACCOUNT_ADD,     /* account: gives a one-time password */
    DOOR_ACCOUNT_CHANGE,  /* name; of account, what `set` says */
    DOOR_ACCOUNT_RESET,   /* name: gives a one-time password; their sessions end */
    DOOR_ACCOUNT_REMOVE,  /* name */
    DOOR_TOKEN_ADD,       /* token: gives the secret */
    DOOR_TOKEN_REVOKE,    /* name: the prefix */
    DOOR_VERB_COUNT
};

enum door_set {
    DOOR_SET_ROLE = 1,
    DOOR_SET_FULL_NAME = 2,
    DOOR_SET_SUPPLIER = 4,
    DOOR_SET_LANGUAGE = 8,
    DOOR_SET_LEADS = 16,
    DOOR_SET_DISABLED = 32
};

struct door_ask {
    enum door_verb verb;
    struct visitor by; /* the face has made sure that they may */
    struct peer peer;
    struct now now;
    bool secure;                     /* it came encrypted: so does its cookie */
    char session[DOORS_SECRET_TEXT]; /* the one they came with */
    char name[ACCOUNT_NAME_MAX];
    char secret[DOORS_PASSWORD_MAX], fresh[DOORS_PASSWORD_MAX];
    char key[DOORS_KEY_MAX]; /* the same of the same person is the same act, for ten minutes; "": none */
    unsigned set;            /* enum door_set */
    struct account account;
    struct api_token token;
};

/* `code`: ERR_DENIED (name or password wrong; not told which), ERR_TIMEOUT (too many wrong tries: again after
 * retry_after_s), ERR_MISSING (no such account or token), ERR_STATE (there is one of that name; the last
 * administrator), ERR_RANGE (the text says what a value must be), ERR_FULL (no room for more), ERR_IO (could
 * not be kept, so it was not done), ERR_CONFIG (something else was told under this key). */
struct door_answer {
    enum err code;
    struct fault why;
    unsigned retry_after_s;
    char secret[DOORS_SECRET_TEXT]; /* session, one-time password or token: shown once */
    struct visitor who;             /* who signed in */
    struct account account;         /* as it is now; without its hash */
    struct api_token token;         /* the same */
};

struct session_info {
    char id[17];                 /* its name to people; signs nobody in */
    char name[ACCOUNT_NAME_MAX]; /* of the account */
    struct peer peer;            /* where it was made */
    struct wall made, seen, expires;
};

enum { DOORS_SESSIONS_MAX = 1000, DOORS_SESSIONS_EACH = 16 };

/* How far what is known here may be from what the other nodes know. */
struct door_freshness {
    bool alone;        /* there is no database to compare with */
    struct wall as_of; /* last compared with the database; .ms == 0: not since the start */
    bool stale;        /* longer ago than it should be */
    bool unwritten;    /* a change is in force and could not be written to the disk yet */
};

struct doors_port {
    void *self;
    /* False: nobody. */
    bool (*admit)(void *self, const struct knock *k, struct now now, struct visitor *out);
    /* Signs in with one of the tokens of the daemon file: gives a new session id.  ERR_DENIED: wrong token;
     * ERR_FULL: too many wrong tries in a short time. */
    enum err (*sign_in)(void *self, const char *token, struct now now, char session[DOORS_SECRET_TEXT],
                        struct visitor *out, struct fault *why);
    void (*sign_out)(void *self, const char *session);
    /* Copies the ask.  done is called exactly once unless this is refused (ERR_FULL: too many wait already;
     * ERR_STATE: stopping), from the clerk or before this returns.  The answer is borrowed. */
    enum err (*act)(void *self, const struct door_ask *ask,
                    void (*done)(void *ticket, const struct door_answer *a), void *ticket, struct fault *why);
    /* Copies at most max, without hashes; returns how many there are. */
    size_t (*accounts)(void *self, struct account *out, size_t max);
    /* The account of that name, also one that was removed: old papers name it.  Without its hash.  NULL:
     * nobody has one. */
    bool (*person)(void *self, const char *name, struct account *out);
    size_t (*tokens)(void *self, struct api_token *out, size_t max);
    /* Those of one account; NULL: of all. */
    size_t (*sessions)(void *self, const char *account, struct now now, struct session_info *out, size_t max);
    /* Ends one (id) or all (NULL) of an account (NULL: whosever it is); returns how many. */
    size_t (*end_sessions)(void *self, const char *account, const char *id, const struct actor *by);
    /* Moves whenever somebody may less than before: what goes on for long asks again then. */
    unsigned (*turn)(void *self);
    struct door_freshness (*freshness)(void *self, struct now now);
};

#endif
