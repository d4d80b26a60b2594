#include "model/series.h"

#include <stdlib.h>

const char *series_resolution_name(enum series_resolution r)
{
    static const char *const NAMES[] = { "raw", "minute", "hour", "day" };

    return (unsigned)r < COUNT_OF(NAMES) ? NAMES[r] : "unknown";
}

void series_clear(struct series *s)
{
    if (s->raw)
        free(s->samples);
    else
        free(s->buckets);
    *s = (struct series){ 0 };
}
