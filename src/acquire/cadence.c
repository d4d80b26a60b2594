#include "cadence.h"

struct cadence cadence_start(struct mono now, int64_t period_ms, size_t i, size_t n)
{
    int64_t window = period_ms < CADENCE_FIRST_MS ? period_ms : CADENCE_FIRST_MS;

    return (struct cadence){ .next = { now.ms + window * (int64_t)i / (int64_t)n }, .period_ms = period_ms };
}

void cadence_advance(struct cadence *c, struct mono now)
{
    c->next.ms += c->period_ms;
    if (c->next.ms <= now.ms) {
        int64_t missed = (now.ms - c->next.ms) / c->period_ms + 1;
        c->overruns += (uint64_t)missed;
        c->next.ms += missed * c->period_ms;
    }
}
