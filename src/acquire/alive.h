/* Does a value that should move still move?  Pure.  A gateway that answers from its memory looks healthy on
 * the wire; only a value that never stands still, say a counter of seconds, tells it from the device. */
#ifndef ALIVE_H
#define ALIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/reading.h"

struct alive {
    bool seen;
    uint64_t raw;
    struct mono changed; /* before it was seen: the start */
};

struct alive alive_start(struct mono now);
void alive_saw(struct alive *a, uint64_t raw, struct mono now);
bool alive_stands_still(const struct alive *a, int64_t within_ms, struct mono now);
/* What a value behind something that stands still is: stale, if nothing worse. */
struct reading alive_doubt(struct reading r);

#endif
