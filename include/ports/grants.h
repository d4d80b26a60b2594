/* Accounts and tokens as nodes exchange them through the database: doors keeps them, store carries them. */
#ifndef PORTS_GRANTS_H
#define PORTS_GRANTS_H

#include "model/account.h"

struct grants_port {
    void *self;
    /* Copies of all, hashes too; gives arrays (free() them).  ERR_MEMORY. */
    enum err (*accounts)(void *self, struct account **out, size_t *count);
    enum err (*tokens)(void *self, struct api_token **out, size_t *count);
    /* What the database has of one; ERR_FULL: no room for it. */
    enum err (*hear_account)(void *self, const struct account *theirs);
    enum err (*hear_token)(void *self, const struct api_token *theirs);
    /* Ours and the database's are the same at that instant. */
    void (*agreed)(void *self, struct wall at);
};

#endif
