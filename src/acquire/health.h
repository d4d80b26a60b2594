/* Trust in a device: pure.  It rises by one per answered cycle and halves per silence; after three
 * silences in a row the device is down and is only probed, with a gap that doubles up to a cap.  A device
 * that comes back must answer twice before it is up again. */
#ifndef HEALTH_H
#define HEALTH_H

#include "base/clock.h"
#include "ports/present.h"

enum { HEALTH_TRUST_MAX = 10, HEALTH_TRUST_UP = 2, HEALTH_SILENCES_DOWN = 3, HEALTH_GAP_CAP_MS = 30000 };

struct health {
    unsigned trust, silences;
    struct mono retry; /* while down: not before */
    enum device_state state;
};

struct health health_start(void);
void health_answered(struct health *h);
void health_silent(struct health *h, struct mono now, int64_t period_ms);
/* False while a device that is down need not be asked yet. */
bool health_may_ask(const struct health *h, struct mono now);
/* The n-th gap (from 0) between tries of something that does not answer: doubles from first_ms to the cap. */
int64_t health_gap_ms(unsigned n, int64_t first_ms);

#endif
