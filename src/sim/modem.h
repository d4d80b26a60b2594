/* A slow modem on a wire: every answer is late, and now and then the carrier is gone for a while.
 * By seed; pure: the caller says what time it is. */
#ifndef SIM_MODEM_H
#define SIM_MODEM_H

#include <stdbool.h>
#include <stdint.h>

#include "noise.h"

enum {
    MODEM_LATE_LEAST_MS = 400,
    MODEM_LATE_MOST_MS = 900,
    MODEM_GOOD_LEAST_MS = 240000, /* from one loss of carrier to the next, and before the first */
    MODEM_GOOD_MOST_MS = 900000,
    MODEM_LOST_LEAST_MS = 10000,
    MODEM_LOST_MOST_MS = 35000
};

struct modem {
    struct noise chance;
    int64_t lost_from_ms, lost_until_ms; /* the next loss of carrier */
};

struct modem modem_dialled(uint64_t seed, int64_t now_ms);

/* True: the answer goes through, *late_ms later, or as late as that said already.  False: no carrier, it is
 * lost. */
bool modem_carries(struct modem *m, int64_t now_ms, uint32_t *late_ms);

#endif
