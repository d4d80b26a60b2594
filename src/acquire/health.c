#include "health.h"

struct health health_start(void)
{
    return (struct health){ .trust = HEALTH_TRUST_UP - 1, .state = DEVICE_UNKNOWN };
}

void health_answered(struct health *h)
{
    h->silences = 0;
    if (h->trust < HEALTH_TRUST_MAX)
        h->trust++;
    h->state = h->trust >= HEALTH_TRUST_UP ? DEVICE_UP : DEVICE_SUSPECT;
}

int64_t health_gap_ms(unsigned n, int64_t first_ms)
{
    int64_t gap = first_ms < 1 ? 1 : first_ms;

    while (n-- > 0 && gap < HEALTH_GAP_CAP_MS)
        gap *= 2;
    return gap < HEALTH_GAP_CAP_MS ? gap : HEALTH_GAP_CAP_MS;
}

static void lose(struct health *h, struct mono retry)
{
    h->state = DEVICE_DOWN;
    h->trust = HEALTH_TRUST_UP - HEALTH_CYCLES_BACK;
    h->retry = retry;
}

void health_silent(struct health *h, struct mono now, int64_t period_ms)
{
    int64_t gap;

    h->silences++;
    h->trust /= 2;
    h->state = DEVICE_SUSPECT;
    if (h->silences < HEALTH_SILENCES_DOWN)
        return;
    gap = health_gap_ms(h->silences - HEALTH_SILENCES_DOWN, period_ms);
    lose(h, (struct mono){ now.ms + gap });
}

void health_unreachable(struct health *h, unsigned failures, struct mono retry)
{
    h->state = DEVICE_SUSPECT;
    if (failures >= HEALTH_SILENCES_DOWN)
        lose(h, retry);
}

bool health_may_ask(const struct health *h, struct mono now)
{
    return h->state != DEVICE_DOWN || now.ms >= h->retry.ms;
}
