#include "latency.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void latency_add(struct latency *l, int64_t us)
{
    l->us[l->next] = us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
    l->next = (l->next + 1) % LATENCY_KEPT;
    if (l->count < LATENCY_KEPT)
        l->count++;
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

double latency_ms(const struct latency *l, double share)
{
    uint32_t sorted[LATENCY_KEPT];

    if (l->count == 0)
        return NAN;
    memcpy(sorted, l->us, l->count * sizeof *sorted);
    qsort(sorted, l->count, sizeof *sorted, by_size);
    return sorted[(size_t)(share * (double)(l->count - 1) + 0.5)] / 1000.0;
}
