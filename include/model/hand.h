/* What people write down by hand: a reading of a point that has no device, the exchange of a meter, a value
 * that stands for what the device says, a service of what a counter counts for.  Told once, kept for ever,
 * and never mixed with what devices say. */
#ifndef MODEL_HAND_H
#define MODEL_HAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/* The numbers are stored. */
enum hand_kind {
    HAND_READING = 1,
    HAND_EXCHANGE = 2,
    HAND_FORCE = 3,
    HAND_RELEASE = 4,
    HAND_SERVICE = 5,
    HAND_END
};

enum { HAND_KEY_MAX = 65, HAND_WHO_MAX = 101, HAND_NOTE_MAX = 241 };

struct hand {
    uint8_t kind;            /* enum hand_kind */
    uint8_t quality, reason; /* of a reading, as judged when it was entered; of others 0 */
    uint64_t point;          /* its key */
    struct wall at;          /* when it was read, exchanged or serviced; the end of a force */
    struct wall entered;     /* when the node took it */
    double value;   /* the reading, the forced value, what the counter showed at the service; where the
                       new meter began; NaN for a release */
    double old_end; /* where the old meter ended; NaN for others */
    char key[HAND_KEY_MAX]; /* the teller's own name for it: told twice is told once */
    char who[HAND_WHO_MAX]; /* who read or exchanged it */
    char note[HAND_NOTE_MAX];
};

const char *hand_kind_name(enum hand_kind k); /* "reading", "exchange", "force", "release", "service" */
/* Says the same thing, whenever it was entered.  A release ends when it is entered. */
bool hand_same(const struct hand *a, const struct hand *b);

#endif
