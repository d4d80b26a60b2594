/* A question about the past of one point, and its answer: stored samples, or buckets of the step function
 * that they describe. */
#ifndef MODEL_SERIES_H
#define MODEL_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum { SERIES_BUCKETS_MAX = 2000, SERIES_PAGE_MAX = 5000 };

struct series_ask {
    uint64_t key;
    struct wall from, to; /* half-open */
    unsigned buckets;     /* 1..SERIES_BUCKETS_MAX */
    bool page; /* every reading, from `from` on, SERIES_PAGE_MAX at a time: `buckets` is not used */
};

struct series_sample {
    struct wall at;
    double value; /* NaN: none */
    uint8_t quality, reason;
};

struct series_bucket {
    struct wall at;        /* its start */
    double min, max, mean; /* NaN: nothing known; mean weighted by time on the held value */
    double good_share;     /* 0..1 of the bucket's time */
    uint32_t rows;         /* stored readings that begin in it */
};

/* What an answer was made of: the stored readings themselves, or their roll-ups. */
enum series_resolution { SERIES_RAW, SERIES_MINUTE, SERIES_HOUR, SERIES_DAY };

struct series {
    bool raw; /* samples, else buckets */
    enum series_resolution resolution;
    int64_t width_ms;
    struct wall until; /* of a page: where the next begins; the span's end when it was the last */
    size_t count;
    union {
        struct series_sample *samples; /* the first may lie before `from`: the value held there */
        struct series_bucket *buckets;
    };
};

/* "raw", "minute", "hour", "day" */
const char *series_resolution_name(enum series_resolution r);
void series_clear(struct series *s); /* frees what it holds */

#endif
