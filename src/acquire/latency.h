/* Response times of the last answers: a plain ring, so that p50 and p99 speak of now. */
#ifndef LATENCY_H
#define LATENCY_H

#include <stddef.h>
#include <stdint.h>

enum { LATENCY_KEPT = 256 };

struct latency {
    uint32_t us[LATENCY_KEPT];
    size_t count, next;
};

void latency_add(struct latency *l, int64_t us);
/* In ms; NaN before the first.  share 0..1. */
double latency_ms(const struct latency *l, double share);

#endif
