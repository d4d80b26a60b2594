#include "model/series.h"

#include <stdlib.h>

void series_clear(struct series *s)
{
    if (s->raw)
        free(s->samples);
    else
        free(s->buckets);
    *s = (struct series){ 0 };
}
