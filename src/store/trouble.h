/* Trouble of one thing: said once and damped, tried again ever more slowly. */
#ifndef STORE_TROUBLE_H
#define STORE_TROUBLE_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"

struct trouble {
    char text[256]; /* "": none */
    struct mono next_try;
    int64_t gap_ms;
    struct damper damper;
};

/* `what` completes "delivery ... waits". */
void trouble_complain(struct trouble *t, const char *what, const struct fault *why);
void trouble_relieve(struct trouble *t, const char *what);
bool trouble_is_due(const struct trouble *t);

#endif
