/* What a local day has been for a point so far, added up of its minutes (model/minute.h). */
#ifndef MODEL_DAY_FIGURE_H
#define MODEL_DAY_FIGURE_H

#include <stdint.h>

#include "base/clock.h"

struct day_figure {
    int32_t day;        /* local (model/world.h) */
    struct wall until;  /* end of the last minute that was counted */
    uint64_t turn;      /* rises whenever any point's figures change */
    double sum;         /* of value x ms, while a number was held */
    double least, most; /* NaN: no number was held */
    int64_t good_ms, uncertain_ms;
    int64_t within_ms, outside_ms, unjudged_ms; /* the rest of the day is unknown */
    /* Of points that show a pressure: whole minutes with water, without, and without on purpose. */
    int64_t supplied_ms, off_ms, planned_ms;
};

/* From the day's begin until then; 0 where nothing was counted. */
int64_t day_figure_elapsed_ms(const struct day_figure *d);

#endif
