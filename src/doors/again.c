/* An act that is sent again under its key is answered as it was, and not done again.  Only in memory and not
 * for long: an answer may hold a password or a token, which nothing else keeps. */
#include <string.h>

#include "inner.h"

enum { REMEMBERED_MS = 10 * CLOCK_MINUTE_MS };

static bool same_account(const struct account *a, const struct account *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->full_name, b->full_name) == 0 && a->role == b->role &&
           strcmp(a->supplier, b->supplier) == 0 && strcmp(a->language, b->language) == 0 &&
           a->leads == b->leads && a->disabled == b->disabled;
}

static bool same_token(const struct api_token *a, const struct api_token *b)
{
    return strcmp(a->purpose, b->purpose) == 0 && a->role == b->role &&
           strcmp(a->supplier, b->supplier) == 0 && strcmp(a->sites, b->sites) == 0 &&
           strcmp(a->addresses, b->addresses) == 0 && a->expires.ms == b->expires.ms;
}

static bool same_act(const struct door_ask *a, const struct door_ask *b)
{
    return a->verb == b->verb && strcmp(a->name, b->name) == 0 && a->set == b->set &&
           same_account(&a->account, &b->account) && same_token(&a->token, &b->token);
}

static struct done_act *found(struct doors *d, const struct door_ask *ask)
{
    for (size_t i = 0; i < AGAIN_MAX; i++) {
        struct done_act *done = &d->again[i];
        if (done->ask.key[0] != '\0' && strcmp(done->ask.key, ask->key) == 0 &&
            strcmp(done->ask.by.name, ask->by.name) == 0)
            return done;
    }
    return NULL;
}

void again_forget(struct doors *d, struct mono now)
{
    for (size_t i = 0; i < AGAIN_MAX; i++)
        if (d->again[i].ask.key[0] != '\0' && now.ms - d->again[i].at.ms >= REMEMBERED_MS)
            explicit_bzero(&d->again[i], sizeof d->again[i]);
}

bool again_answers(struct doors *d, const struct door_ask *ask, struct mono now, struct door_answer *a)
{
    const struct done_act *done;

    again_forget(d, now);
    if (ask->key[0] == '\0' || (done = found(d, ask)) == NULL)
        return false;
    if (same_act(&done->ask, ask))
        *a = done->answer;
    else
        a->code = ERR_CONFIG;
    return true;
}

/* In the place of the oldest. */
void again_keep(struct doors *d, const struct door_ask *ask, struct mono now, const struct door_answer *a)
{
    struct done_act *done = &d->again[d->again_next];

    if (ask->key[0] == '\0' || a->code != ERR_NONE)
        return;
    d->again_next = (d->again_next + 1) % AGAIN_MAX;
    *done = (struct done_act){ .ask = *ask, .answer = *a, .at = now };
    explicit_bzero(done->ask.secret, sizeof done->ask.secret);
    explicit_bzero(done->ask.fresh, sizeof done->ask.fresh);
}
