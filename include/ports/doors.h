/* Who may see what: the face asks, doors decides. */
#ifndef PORTS_DOORS_H
#define PORTS_DOORS_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/role.h"
#include "model/world.h"

struct visitor {
    enum role role;
    char name[64];         /* of the account or token, for the record of acts */
    bool leads;            /* leads the shift: may shelve what concerns health and safety */
    char supplier[ID_MAX]; /* sees and touches this supplier's rows only; "": all */
    struct wall expires;   /* .ms == 0: does not */
};

enum { DOORS_SECRET_TEXT = 64 };

struct doors_port {
    void *self;
    /* A bearer token or a session id (either may be NULL).  False: nobody. */
    bool (*admit)(void *self, const char *token, const char *session, struct now now, struct visitor *out);
    /* Signs in with a token: gives a new session id.  ERR_DENIED: wrong token; ERR_FULL: too many sessions or
     * too many wrong tries in a short time. */
    enum err (*sign_in)(void *self, const char *token, struct now now, char session[DOORS_SECRET_TEXT],
                        struct visitor *out, struct fault *why);
    void (*sign_out)(void *self, const char *session);
};

#endif
