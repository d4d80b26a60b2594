#include "model/account.h"

#include <string.h>

static struct wall later(struct wall a, struct wall b)
{
    return a.ms > b.ms ? a : b;
}

/* Each of the three parts only ever moves one way, so that nodes agree in whatever order they meet. */
bool account_merge(struct account *mine, const struct account *theirs)
{
    struct account was = *mine;
    bool removed = mine->removed || theirs->removed;
    bool more = mine->changed.ms > theirs->changed.ms || mine->disabled_set.ms > theirs->disabled_set.ms ||
                removed != theirs->removed;

    if (theirs->changed.ms > mine->changed.ms)
        *mine = *theirs;
    mine->disabled = was.disabled_set.ms > theirs->disabled_set.ms ? was.disabled : theirs->disabled;
    mine->disabled_set = later(was.disabled_set, theirs->disabled_set);
    mine->removed = removed;
    if (removed)
        memset(mine->hash, 0, sizeof mine->hash);
    return more;
}

bool api_token_merge(struct api_token *mine, const struct api_token *theirs)
{
    struct wall used = later(mine->used, theirs->used);
    bool revoked = mine->revoked || theirs->revoked;
    bool more =
        mine->changed.ms > theirs->changed.ms || used.ms != theirs->used.ms || revoked != theirs->revoked;

    if (theirs->changed.ms > mine->changed.ms)
        *mine = *theirs;
    mine->used = used;
    mine->revoked = revoked;
    return more;
}

bool account_name_is_fine(const char *name)
{
    size_t n = strlen(name);

    return n >= 2 && n < ACCOUNT_NAME_MAX && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}
