/* How much of the last minute a wire was busy: pure. */
#ifndef BUSY_H
#define BUSY_H

#include "base/clock.h"

enum { BUSY_SECONDS = 60 };

struct busy {
    struct mono began;            /* nothing is known of the time before */
    int64_t second[BUSY_SECONDS]; /* which one the place holds */
    int32_t ms[BUSY_SECONDS];
};

struct busy busy_start(struct mono now);
/* Spans of one wire do not overlap. */
void busy_add(struct busy *b, struct mono from, struct mono to);
/* 0..1 of the minute that ends now, or of the time since the start. */
double busy_share(const struct busy *b, struct mono now);

#endif
