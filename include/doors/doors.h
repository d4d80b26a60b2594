/* Who may see what, in its smallest form: one viewer token for everybody on this machine, and the sessions
 * made with it.  Accounts come behind the same port. */
#ifndef DOORS_DOORS_H
#define DOORS_DOORS_H

#include <stdint.h>

#include "base/err.h"
#include "ports/doors.h"

enum {
    DOORS_TOKEN_LEAST = 32,              /* characters; 128 bits even in hexadecimal */
    DOORS_SESSIONS_MAX = 256,            /* the oldest goes when one more is made */
    DOORS_SESSION_MS = 12 * 3600 * 1000, /* a shift */
    DOORS_WRONG_BURST = 20,              /* wrong tries answered as such at once ... */
    DOORS_WRONG_EVERY_MS = 1000          /* ... then one each second; a right token is never delayed */
};

struct doors;

/* Reads the viewer token, DOORS_TOKEN_LEAST to DOORS_SECRET_TEXT - 1 of A-Z a-z 0-9 - _ in a file only its
 * owner can read, and keeps its hash, not the token.  ERR_RANGE when it is not such a token; the errors of
 * file_read_secret. */
MUST_USE enum err doors_open(struct doors **out, const char *token_file, struct fault *why);
/* A second token, for those who may also tell something; before the port is used.  As doors_open; ERR_RANGE,
 * too, when it is the viewer's. */
MUST_USE enum err doors_operator(struct doors *d, const char *token_file, struct fault *why);
/* Sessions end.  NULL is fine. */
void doors_close(struct doors *d);
/* Any thread may use the port; it lives as long as d. */
struct doors_port doors_port(struct doors *d);
/* Wrong tokens at sign-in so far. */
uint64_t doors_wrong_tries(struct doors *d);

#endif
