/* Accounts and tokens in memory. */
#include <stdio.h>
#include <string.h>

#include "inner.h"

struct account *book_any_account(struct doors *d, const char *name)
{
    for (size_t i = 0; i < d->account_count; i++)
        if (strcmp(d->accounts[i].name, name) == 0)
            return &d->accounts[i];
    return NULL;
}

struct account *book_account(struct doors *d, const char *name)
{
    struct account *a = book_any_account(d, name);

    return a == NULL || a->removed ? NULL : a;
}

struct api_token *book_token(struct doors *d, const char *prefix)
{
    for (size_t i = 0; i < d->token_count; i++)
        if (strcmp(d->tokens[i].prefix, prefix) == 0)
            return &d->tokens[i];
    return NULL;
}

/* Its first characters are no secret and find it; the hash decides. */
struct api_token *book_token_of(struct doors *d, const char *secret)
{
    char prefix[API_TOKEN_PREFIX_MAX];
    struct seal_hash h = seal_hash(secret, strlen(secret)), is;
    struct api_token *t;

    (void)snprintf(prefix, sizeof prefix, "%s", secret);
    t = book_token(d, prefix);
    if (t == NULL)
        return NULL;
    memcpy(is.bytes, t->hash, sizeof is.bytes);
    return seal_hash_equal(&is, &h) ? t : NULL;
}

static struct known *known_of(struct doors *d, const char *name)
{
    const struct account *a = book_account(d, name);

    return a == NULL ? NULL : &d->known[a - d->accounts];
}

bool book_knows(struct doors *d, const char *name, const struct peer *peer)
{
    const struct known *k = known_of(d, name);
    uint64_t at = tries_address(peer);

    for (size_t i = 0; k != NULL && i < DOORS_KNOWN_EACH; i++)
        if (k->at[i] == at)
            return true;
    return false;
}

bool book_learn(struct doors *d, const char *name, const struct peer *peer)
{
    struct known *k = known_of(d, name);

    if (k == NULL || book_knows(d, name, peer))
        return false;
    memmove(&k->at[1], &k->at[0], sizeof k->at - sizeof k->at[0]);
    k->at[0] = tries_address(peer);
    return true;
}

bool account_may_enter(const struct account *a)
{
    return !a->removed && !a->disabled && a->role != ROLE_NOBODY && a->hash[0] != '\0';
}

bool book_has_administrator(const struct doors *d, const char *but)
{
    for (size_t i = 0; i < d->account_count; i++) {
        const struct account *a = &d->accounts[i];
        if (a->role == ROLE_ADMINISTRATOR && account_may_enter(a) &&
            (but == NULL || strcmp(a->name, but) != 0))
            return true;
    }
    return false;
}

enum err book_put_account(struct doors *d, const struct account *a)
{
    struct account *is = book_any_account(d, a->name);

    if (is == NULL && d->account_count == ACCOUNTS_MAX)
        return ERR_FULL;
    if (is == NULL)
        is = &d->accounts[d->account_count++];
    *is = *a;
    return ERR_NONE;
}

enum err book_put_token(struct doors *d, const struct api_token *t)
{
    struct api_token *is = book_token(d, t->prefix);

    if (is == NULL && d->token_count == API_TOKENS_MAX)
        return ERR_FULL;
    if (is == NULL)
        is = &d->tokens[d->token_count++];
    *is = *t;
    return ERR_NONE;
}

void book_drop_account(struct doors *d, const char *name)
{
    struct account *is = book_any_account(d, name);
    size_t last = d->account_count - 1;

    if (is == NULL)
        return;
    d->known[is - d->accounts] = d->known[last];
    *is = d->accounts[last];
    d->known[last] = (struct known){ { 0 } };
    d->account_count = last;
}

void book_drop_token(struct doors *d, const char *prefix)
{
    struct api_token *is = book_token(d, prefix);

    if (is != NULL)
        *is = d->tokens[--d->token_count];
}

void visitor_of(const struct account *a, struct wall expires, struct visitor *out)
{
    *out = (struct visitor){
        .role = a->role, .person = true, .leads = a->leads, .must_change = a->must_change, .expires = expires
    };
    (void)snprintf(out->name, sizeof out->name, "%s", a->name);
    memcpy(out->language, a->language, sizeof out->language);
    if (a->role != ROLE_AUTHORITY && a->role != ROLE_ADMINISTRATOR)
        memcpy(out->supplier, a->supplier, sizeof out->supplier);
}
