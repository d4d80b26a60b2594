#include "model/day_figure.h"

int64_t day_figure_elapsed_ms(const struct day_figure *d)
{
    int64_t begins = (int64_t)d->day * CLOCK_DAY_MS - CLOCK_LOCAL_OFFSET_MS;

    return d->until.ms > begins ? d->until.ms - begins : 0;
}
