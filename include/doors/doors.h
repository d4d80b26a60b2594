/* Who may see and do what: accounts of people, tokens of programs, sessions, and how long wrong tries wait.
 *
 * All is kept on this node, in a file of its own that is written as a whole before a change is answered; the
 * database carries it between nodes (ports/grants.h) and may be away for as long as it likes.  One thread,
 * the clerk, hashes passwords and writes; it takes what is asked in turn and refuses what it cannot take
 * soon. */
#ifndef DOORS_DOORS_H
#define DOORS_DOORS_H

#include <stdint.h>

#include "base/err.h"
#include "ports/audit.h"
#include "ports/doors.h"
#include "ports/grants.h"
#include "seal/seal.h"

enum {
    DOORS_TOKEN_LEAST = 32,              /* characters; 128 bits even in hexadecimal */
    DOORS_SESSION_MS = 12 * 3600 * 1000, /* a shift */
    DOORS_WRONG_BURST = 20,              /* wrong file tokens answered as such at once ... */
    DOORS_WRONG_EVERY_MS = 1000,         /* ... then one each second; a right token is never delayed */
    DOORS_PLACES = 8,                    /* asks that wait for the clerk; half of them for strangers */
    DOORS_PASSWORD_LEAST = 10,           /* characters */
    DOORS_KNOWN_EACH = 8,                /* addresses per account that signed in before */
    DOORS_USED_EVERY_MS = 3600 * 1000,   /* how finely a token's last use is noted */
    DOORS_MEMORY = 8 << 20,    /* accounts, tokens and sessions, and their copy while it is written */
    DOORS_STALE_MS = 60 * 1000 /* without having compared with the database */
};

struct doors_settings {
    const char *viewer_token_file, *operator_token_file; /* NULL or "": none */
    const char *folder; /* of this node's data; NULL: nothing is kept (tests) */
    struct seal_cost cost;
    struct clock clock;
    bool alone; /* no database: nothing to be stale against */
};

struct doors;

/* Reads what was kept; what cannot be read is put aside, said in the log, and the database brings it back.
 * File tokens are DOORS_TOKEN_LEAST to DOORS_SECRET_TEXT - 1 of A-Z a-z 0-9 - _ in files only their owner can
 * read. ERR_RANGE when one is not such a token, or both are the same; the errors of file_read_secret. */
MUST_USE enum err doors_open(struct doors **out, const struct doors_settings *s, struct fault *why);
/* Where there is no administrator, makes the account "admin"; its one-time password lies in the file
 * first-password beside the rest until it is changed.  Anything newer that the database has wins over it. */
MUST_USE enum err doors_first_start(struct doors *d, struct fault *why);
MUST_USE enum err doors_start(struct doors *d, struct fault *why); /* the clerk; before the port's act */
/* What waits is done, the clerk leaves; what is asked from now on is refused.  NULL is fine. */
void doors_stop(struct doors *d);
/* Something was changed here; before doors_start. */
void doors_on_change(struct doors *d, void (*changed)(void *self), void *self);
/* Where acts are recorded, before doors_first_start. */
void doors_record(struct doors *d, struct audit_port audit);
/* What waits is done, the clerk leaves, sessions end.  NULL is fine. */
void doors_close(struct doors *d);
/* Any thread may use the ports; they live as long as d. */
struct doors_port doors_port(struct doors *d);
struct grants_port doors_grants(struct doors *d);

struct doors_stats {
    uint64_t wrong_tokens, wrong_passwords, delayed, refused; /* refused: the clerk had no place */
    size_t accounts, tokens, sessions;
};
void doors_stats(struct doors *d, struct doors_stats *out);

/* ---- words of people ---- */

#endif
