/* Where the record of acts stands, signed: once a local day and at the stop, one line in a file that is meant
 * to lie, or be copied, where the owner of the database cannot write. */
#ifndef HEADS_H
#define HEADS_H

#include "model/audit.h"

struct heads;

struct heads_settings {
    char folder[4096 - 64]; /* has the key: audit.key, made when missing, mode 0600 */
    char file[4096];        /* "": audit-heads.jsonl in the folder */
    char node[ID_MAX];
    struct clock clock;
    /* Where the durable record ends now; any thread. */
    struct audit_head (*head)(void *self);
    void *self;
};

/* Reads or makes the key; *person_key is the one for words that name people.  ERR_IO, ERR_RANGE: a key file
 * that is none. */
MUST_USE enum err heads_open(struct heads **out, const struct heads_settings *s, struct seal_hash *person_key,
                             struct fault *why);
/* The thread that signs. */
MUST_USE enum err heads_start(struct heads *h, struct fault *why);
/* Signs what is new since the last line, ends.  NULL is fine. */
void heads_close(struct heads *h);

/* One turn of the thread: a line, when the local day of `now` is another than that of the last line, or
 * `at_once`, and there is something new.  ERR_IO: it could not be written, and is tried again. */
MUST_USE enum err heads_turn(struct heads *h, struct wall now, bool at_once, struct fault *why);

#endif
