/* Who may come in: the accounts of people, the tokens of programs.  As nodes and the database keep them. */
#ifndef MODEL_ACCOUNT_H
#define MODEL_ACCOUNT_H

#include <stdbool.h>

#include "base/clock.h"
#include "model/role.h"
#include "model/world.h"

enum {
    ACCOUNT_NAME_MAX = 41, /* what is typed to sign in: a-z 0-9 . _ -, 2 to 40 of them, a letter first */
    ACCOUNT_FULL_MAX = 129,
    ACCOUNT_HASH_MAX = 128, /* argon2id with its parameters */
    ACCOUNTS_MAX = 1000     /* the removed ones are among them: a name is never given twice */
};

struct account {
    char name[ACCOUNT_NAME_MAX];
    char full_name[ACCOUNT_FULL_MAX];
    char hash[ACCOUNT_HASH_MAX]; /* "": no password fits */
    enum role role;              /* ROLE_NOBODY: one this program does not know; it may nothing */
    char supplier[ID_MAX];       /* its rows only; "": all */
    char language[3];            /* "vi", "en" */
    bool leads;                  /* leads the shift */
    bool disabled, must_change, removed;
    struct wall made, password_set;
    struct wall disabled_set; /* when `disabled` became what it is */
    struct wall changed;      /* the later of two versions of the rest is right; never twice the same */
    char changed_by[ACCOUNT_NAME_MAX];
};

enum {
    API_TOKEN_PREFIX_MAX = 12, /* "cn_" and the first 8 characters of the secret: its name to people */
    API_TOKEN_LIST_MAX = 256,
    API_TOKEN_HASH_BYTES = 32,
    API_TOKENS_MAX = 1000
};

struct api_token {
    char prefix[API_TOKEN_PREFIX_MAX];
    unsigned char hash[API_TOKEN_HASH_BYTES]; /* BLAKE2b of the whole */
    char purpose[ACCOUNT_FULL_MAX];
    enum role role;
    char supplier[ID_MAX];
    char sites[API_TOKEN_LIST_MAX];     /* ids with blanks between; "": all of the supplier's */
    char addresses[API_TOKEN_LIST_MAX]; /* ranges with blanks between; "": from anywhere */
    bool revoked;
    struct wall made, expires; /* expires.ms == 0: does not */
    struct wall used;          /* within the hour; .ms == 0: never */
    struct wall changed;
    char changed_by[ACCOUNT_NAME_MAX];
};

/* Two versions of one: *mine becomes what both together say.  True: it is now more than *theirs, or else;
 * tell them. */
bool account_merge(struct account *mine, const struct account *theirs);
bool api_token_merge(struct api_token *mine, const struct api_token *theirs);

bool account_name_is_fine(const char *name);

#endif
