/* Can what the registers of a point hold be what is measured there?  And read in which other way could it?
 * Pure. */
#ifndef CTL_VERDICT_H
#define CTL_VERDICT_H

#include "acquire/meaning.h"

/* Those up to VERDICT_NO_RANGE are right. */
enum verdict {
    VERDICT_RIGHT,
    VERDICT_NO_RANGE,    /* a number, and nothing to compare it with */
    VERDICT_IMPLAUSIBLE, /* outside `plausible` */
    VERDICT_CLIPPED,     /* at an end of `span`, or beyond it */
    VERDICT_NOT_MEANT,   /* a float that no meter means, whatever the range says */
    VERDICT_UNKNOWN_STATE,
    VERDICT_INEXACT,
    VERDICT_SENTINEL,
    VERDICT_WIRE_FAULT,
    VERDICT_BAD_DIGIT,
    VERDICT_NOT_FINITE,
    VERDICT_NOT_READ, /* never given here: nobody answered */
    VERDICT_COUNT
};

static inline bool verdict_is_right(enum verdict v)
{
    return v <= VERDICT_NO_RANGE;
}

/* *value: NaN when there is none. */
enum verdict verdict_of(const struct point *p, const struct tag *t, const uint16_t *words, double *value);

enum { OTHERS_MAX = 16 };

struct other {
    uint8_t kind, order;
    double value;
};

/* The other types and orders in which the same registers, or the first of them, are right: only of a point
 * that says what is plausible, as anything is right elsewhere.  One of each number.  Returns how many. */
size_t verdict_others(const struct point *p, const struct tag *t, const uint16_t *words,
                      struct other out[OTHERS_MAX]);

#endif
