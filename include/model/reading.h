/* One value of one point at one time. */
#ifndef MODEL_READING_H
#define MODEL_READING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/quality.h"

struct reading {
    uint32_t point;  /* index in the catalogue */
    uint8_t quality; /* enum quality */
    uint8_t reason;  /* enum reason */
    struct wall at;  /* when the answer arrived, or when it was clear that none would */
    double value;    /* in the point's unit; NaN when bad */
};

/* Good readings have a finite number and no reason; bad ones no number and a reason. */
bool reading_is_sound(const struct reading *r);
struct reading reading_good(uint32_t point, struct wall at, double value);
struct reading reading_bad(uint32_t point, struct wall at, enum reason why);
struct reading reading_uncertain(uint32_t point, struct wall at, double value, enum reason why);
/* Same quality, reason and, bit for bit, number (two NaN are the same, 0 and -0 are). */
bool reading_same_value(const struct reading *a, const struct reading *b);

#endif
