/* What we tell other nodes: that we live, and the pages of our present that changed. */
#ifndef STORE_TELLER_H
#define STORE_TELLER_H

#include "base/strbuf.h"
#include "model/snapshot.h"
#include "pg.h"

struct teller {
    char node[ID_MAX];
    int64_t epoch;
    uint64_t written; /* generation of the newest snapshot that is there; 0: nothing is */
    size_t pages;     /* of it */
    struct strbuf body;
};

void teller_init(struct teller *t, const char *node, int64_t epoch);
void teller_clear(struct teller *t);
/* Of a new connection: what is there is not known. */
void teller_forget(struct teller *t);

struct beat {
    int64_t number;
    int schema;
    int64_t ahead_ms; /* our clock before the server's */
};

/* One transaction: a beat, and with it, unless `own` is NULL, its pages.  ERR_STATE: a later journal has our
 * name, or the schema is another: nothing but the beat was written. */
MUST_USE enum err teller_beat(struct teller *t, struct pg *p, const struct snapshot *own, struct wall now,
                              struct beat *out, struct fault *why);

#endif
