/* Verdicts: is a value within the limits that hold for its water on its day?  Pure.
 *
 * A verdict names the set, its row, its dates and its layer.  No value is not within limits: it is unknown.
 * A doubted number is judged like any other: zero chlorine is a failed pump until shown otherwise, and a
 * sensor at its end says "at least so much".  But one that is silent says nothing of the water now: unknown.
 */
#ifndef JUDGE_VERDICT_H
#define JUDGE_VERDICT_H

#include "model/catalogue.h"
#include "model/reading.h"

/* The numbers are stored: add at the end, never renumber. */
enum verdict_word { VERDICT_UNKNOWN, VERDICT_NOT_JUDGED, VERDICT_WITHIN, VERDICT_OUTSIDE, VERDICT_COUNT };

/* Why a reading is not judged. */
enum unjudged {
    UNJUDGED_NONE,
    UNJUDGED_NO_PARAMETER,  /* none that a set has a row for */
    UNJUDGED_NOT_SUPPLIED,  /* no compliance point: nobody drinks this water */
    UNJUDGED_OTHER_WATER,   /* its row is for other water: groundwater, coast, chlorine */
    UNJUDGED_UNIT,          /* its unit does not convert to the row's */
    UNJUDGED_NO_NUMBER,     /* the row asks for no number: taste and odour */
    UNJUDGED_NO_SET,        /* no set holds on this day */
    UNJUDGED_COMMISSIONING, /* its numbers do not count yet */
    UNJUDGED_FORCED,        /* a person set it */
    UNJUDGED_COUNT
};
extern const char *const VERDICTS[], *const UNJUDGED[]; /* NULL-terminated: the words of the API */

/* One row as it holds for one point; what points to the catalogue lives as long as that. */
struct held {
    const struct standard *set;
    const struct limit *row;       /* NULL: a sum */
    const struct limit_sum *sum;   /* NULL: a row */
    const struct unit *from, *to;  /* value is converted from the point's unit to the row's */
    uint32_t other[SUM_TERMS_MAX]; /* of a sum: the points of its terms, in their order */
    bool expired;                  /* the set's last day is over, and nothing took its place */
};

enum { HELD_MAX = 8 };

/* All rows that hold for one point on one local day.  why: when there is none that decides. */
struct holding {
    int32_t day;
    uint32_t point;
    uint8_t why; /* enum unjudged */
    uint8_t count;
    struct held list[HELD_MAX]; /* those that decide first, national before local before operator's */
};

/* For a day: as costly as the sets are long, so keep it until the next day. */
void verdict_holding(const struct catalogue *c, uint32_t point, int32_t day, struct holding *out);

struct verdict {
    uint8_t word, why;     /* enum verdict_word, enum unjudged */
    bool at_least;         /* the sensor is at its end: the value is this or beyond */
    const struct held *by; /* what decided: that which is outside, else the first; NULL: none */
    double value;          /* in the row's unit, a sum as it adds up; NaN: none */
    double limit;          /* the bound that it is outside of, in the row's unit; NaN: within */
};

/* values: of the other points of a sum, NULL: none is known. */
struct verdict_seen {
    const struct reading *(*of)(void *self, uint32_t point);
    void *self;
};

/* Of the rows that decide, the worst.  Borrows h: the verdict points into it. */
struct verdict verdict_of(const struct catalogue *c, const struct holding *h, const struct reading *r,
                          const struct verdict_seen *others);
/* By the i-th row alone: advisory sets, shown beside. */
struct verdict verdict_by(const struct catalogue *c, const struct holding *h, size_t i,
                          const struct reading *r, const struct verdict_seen *others);

/* "quy chuẩn đã hết hiệu lực 01/07/2025": of a set that has expired; "" else.  Returns out. */
enum { VERDICT_NOTE_MAX = 64 };
const char *verdict_expired(const struct held *h, char out[VERDICT_NOTE_MAX]);

#endif
