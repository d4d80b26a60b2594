/* What a meter counted in each local day.
 *
 * The difference between two readings belongs to the time between them.  Within one day it needs no reading
 * in between: a meter counts through silence.  Over midnight it is divided by time; when the silence was
 * longer than `silence_ms`, nobody knows how much fell on which side, and that time is not covered. Time
 * before the first reading, after the last, and around a step that may hide water is not covered either. */
#ifndef JUDGE_VOLUMES_H
#define JUDGE_VOLUMES_H

#include <stddef.h>

#include "judge/totalizer.h"

/* The longest silence over midnight that is divided: a point is stored at least each hour while it is read;
 * by hand a meter is read once a day, at about the same hour, and its days are an estimate from that
 * (`divided`). */
enum { VOLUME_SILENCE_MS = 2 * CLOCK_HOUR_MS, VOLUME_SILENCE_BY_HAND_MS = 36 * CLOCK_HOUR_MS };
enum { VOLUME_DAYS_MAX = 400 };

/* Below it a figure says nothing: domain rule of all reports. */
#define VOLUME_COVERAGE_LEAST 0.9

struct day_volume {
    struct wall begins; /* local midnight */
    double volume;      /* counted in it, divided as above; NaN when coverage is too small */
    double coverage;    /* 0..1 of its 24 hours */
    double divided;     /* the part of volume that comes from dividing a difference over midnight */
};

/* Days to be filled, from the one that holds `from` on; all empty. */
void volumes_init(struct day_volume *days, size_t count, struct wall from);
void volumes_add(struct day_volume *days, size_t count, const struct counted *c, int64_t silence_ms);
/* Last: what is covered too little has no volume. */
void volumes_close(struct day_volume *days, size_t count);

#endif
