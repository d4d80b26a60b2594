/* The rule of the delivery cursor, pure: what PostgreSQL says, what the journal is, what follows. */
#ifndef STORE_CURSOR_H
#define STORE_CURSOR_H

#include <stdint.h>

struct cursor {
    int64_t epoch; /* identity of the journal: later ones are larger */
    uint64_t seq;  /* last entry delivered */
};

enum cursor_verdict {
    CURSOR_HERE,     /* continue after seq */
    CURSOR_NEW_BOOK, /* the row is an older journal's: adopt our epoch, from 0 */
    CURSOR_FENCED,   /* a later journal delivers under this name: write nothing */
    CURSOR_BEYOND,   /* more was delivered than our journal ever held: it is an older copy */
};

/* `last`: newest sequence that the journal of `epoch` has given out. */
enum cursor_verdict cursor_judge(struct cursor row, int64_t epoch, uint64_t last);

#endif
