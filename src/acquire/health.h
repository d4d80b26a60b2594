/* Trust in a device: pure.  Slow up, fast down: it rises by one per answered cycle and halves per silence, so
 * that a device that answers every other time is never up.  After three silences in a row it is down and is
 * only probed, with a gap that doubles up to a cap; then it must answer three whole cycles before it is up
 * again.  Its values count from the first one on. */
#ifndef HEALTH_H
#define HEALTH_H

#include "base/clock.h"
#include "ports/present.h"

enum {
    HEALTH_TRUST_MAX = 10,
    HEALTH_TRUST_UP = 5,
    HEALTH_CYCLES_BACK = 3, /* answered by one that was down, before it is up */
    HEALTH_SILENCES_DOWN = 3,
    HEALTH_GAP_CAP_MS = 30000
};

struct health {
    unsigned trust, silences;
    struct mono retry; /* while down: not before */
    enum device_state state;
};

struct health health_start(void); /* its first answer brings it up */
void health_answered(struct health *h);
void health_silent(struct health *h, struct mono now, int64_t period_ms);
/* No connection to it, for the so many-th time in a row; the next is tried at `retry`. */
void health_unreachable(struct health *h, unsigned failures, struct mono retry);
/* False while a device that is down need not be asked yet. */
bool health_may_ask(const struct health *h, struct mono now);
/* The n-th gap (from 0) between tries of something that does not answer: doubles from first_ms to the cap. */
int64_t health_gap_ms(unsigned n, int64_t first_ms);

#endif
