/* Units of measure, and which of them convert into each other.
 *
 * A conversion is exact but for the rounding of the last digit, or there is none: NTU and FNU, mg/L and ppm
 * are not the same thing, however near their numbers lie. */
#ifndef MODEL_UNIT_H
#define MODEL_UNIT_H

#include <stdbool.h>

struct unit {
    const char *symbol;
    const char *base;    /* symbol of the unit its kind is counted in: its own for that one */
    double shift;        /* in base units: (value + shift) * times / by */
    double times, by;    /* whole numbers, each exact in a double */
    const char *also[4]; /* other spellings, NULL-terminated */
};

/* The unit written so, by symbol or other spelling; NULL when there is none.  "-" is no unit: a plain number.
 */
const struct unit *unit_find(const char *text);
/* The known spelling nearest to the text, NULL when none is near. */
const char *unit_nearest(const char *text);

bool unit_converts(const struct unit *from, const struct unit *to);
/* The value in the other unit; NaN when they do not convert. */
double unit_convert(const struct unit *from, const struct unit *to, double value);

#endif
