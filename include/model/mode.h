/* A time in which a place is not as usual, and people have said so: who, why, until when.  It ends by itself.
 */
#ifndef MODEL_MODE_H
#define MODEL_MODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/* The numbers are stored: add at the end, never renumber. */
enum mode_kind {
    MODE_CALIBRATION,    /* the sensor shows a standard, not the water */
    MODE_MAINTENANCE,    /* people work on it */
    MODE_OUT_OF_SERVICE, /* it stands still on purpose */
    MODE_ROTA,           /* water comes by hours: none is no fault */
    MODE_DRILL,          /* an exercise: rules speak as ever */
    MODE_COUNT
};
extern const char *const MODE_KINDS[]; /* NULL-terminated: the words of the API */

/* Several at a time, one bit each. */
typedef uint8_t mode_set;

static inline mode_set mode_bit(enum mode_kind k)
{
    return (mode_set)(1U << k);
}

/* May a rule with that at stake not speak in one of these modes?  The kind that says so, MODE_COUNT: it may.
 */
enum mode_kind mode_silences(mode_set modes, uint8_t stake);

#endif
