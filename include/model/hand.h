/* What people write down by hand: a reading of a point that has no device, the exchange of a meter.  Told
 * once, kept for ever, and never mixed with what devices say. */
#ifndef MODEL_HAND_H
#define MODEL_HAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/* The numbers are stored. */
enum hand_kind { HAND_READING = 1, HAND_EXCHANGE = 2, HAND_END };

enum { HAND_KEY_MAX = 65, HAND_WHO_MAX = 101, HAND_NOTE_MAX = 241 };

struct hand {
    uint8_t kind;            /* enum hand_kind */
    uint8_t quality, reason; /* of a reading, as judged when it was entered; of an exchange 0 */
    uint64_t point;          /* its key */
    struct wall at;          /* when it was read, when the meter was exchanged */
    struct wall entered;     /* when the node took it */
    double value;            /* the reading; where the new meter began */
    double old_end;          /* where the old meter ended; NaN for a reading */
    char key[HAND_KEY_MAX];  /* the teller's own name for it: told twice is told once */
    char who[HAND_WHO_MAX];  /* who read or exchanged it */
    char note[HAND_NOTE_MAX];
};

const char *hand_kind_name(enum hand_kind k); /* "reading", "exchange" */
/* Says the same thing, whenever it was entered. */
bool hand_same(const struct hand *a, const struct hand *b);

#endif
