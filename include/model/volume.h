/* What a counting meter counted day by day: the question, and its answer. */
#ifndef MODEL_VOLUME_H
#define MODEL_VOLUME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum { VOLUME_ASK_DAYS_MAX = 400, VOLUME_CORRECTIONS_MAX = 1000 };

struct volume_ask {
    uint64_t key;
    int32_t first;                   /* local day (model/world.h) */
    unsigned days;                   /* 1..VOLUME_ASK_DAYS_MAX */
    double max_flow, wraps_at, step; /* as the point says now: total_* of struct point */
    bool by_hand;                    /* people read it, once a day perhaps */
};

struct volume_day {
    int32_t day;
    double volume;   /* NaN: too little of the day is covered */
    double divided;  /* of it: from dividing a difference over midnight by time; NaN with it */
    double coverage; /* 0..1 */
};

/* Where the count is not the plain difference of two readings. */
struct volume_correction {
    struct wall at;
    const char *kind;     /* "wrap", "exchanged", ... ; a constant */
    double before, after; /* what the meter showed */
    double volume;        /* what was counted over it */
};

struct volume_answer {
    const struct volume_day *days;
    size_t day_count;
    const struct volume_correction *corrections; /* in order of time, the first VOLUME_CORRECTIONS_MAX */
    size_t correction_count;
    uint64_t corrections_left_out;
};

#endif
