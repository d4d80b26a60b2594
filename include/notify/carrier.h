/* What takes a letter to its reader: a mail server, a modem's spool, a gateway.  A sender stands on one and
 * knows no more of it. */
#ifndef NOTIFY_CARRIER_H
#define NOTIFY_CARRIER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/clock.h"
#include "model/letter.h"

enum carried {
    CARRIED_TAKEN,
    CARRIED_LATER,   /* not this one now */
    CARRIED_WAIT,    /* likewise, and it says for how long: too many to this reader, or too many at all */
    CARRIED_REFUSED, /* never this one */
    CARRIED_DOWN,    /* it was not reached, or takes nothing from us */
    CARRIED_LIES,    /* handed over, not known yet what becomes of it: look again */
    CARRIED_UNKNOWN  /* of a look: it was never handed over */
};

/* All borrowed, UTF-8. */
struct parcel {
    const char *to;      /* the address in this channel */
    const char *to_name; /* "": none */
    const char *subject; /* one line */
    const char *text;    /* lines end in \n */
    const char *brief;   /* all of it in few words, one line */
    const char *id;      /* of the letter, the same for ever: letters, digits and /._- */
    const char *language;
    bool urgent;
    struct wall at;
};

struct carrier {
    void *self;
    /* What became of one that may lie there; NULL: nothing ever does. */
    enum carried (*look)(void *self, const char *id, struct wall now, char why[LETTER_WHY_MAX]);
    /* Within a time of its own; leaves soon after *stop turns true.  why: its words, one line, without the
     * address.  *wait_ms, 0 before: of CARRIED_WAIT, when it says so. */
    enum carried (*send)(void *self, const struct parcel *p, const atomic_bool *stop,
                         char why[LETTER_WHY_MAX], int64_t *wait_ms);
    /* Now and then, whether or not there is a letter; NULL: nothing to do. */
    void (*idle)(void *self, struct now now, const atomic_bool *stop);
};

#endif
