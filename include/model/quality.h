/* How far a value may be trusted, and why not further.  OPC-style: a quality and a reason, from the
 * wire to the report.  No value is not zero: bad readings have no number at all. */
#ifndef MODEL_QUALITY_H
#define MODEL_QUALITY_H

#include <stdbool.h>

enum quality {
    QUALITY_BAD,       /* no number */
    QUALITY_UNCERTAIN, /* a number that must not be relied on; it stays visible */
    QUALITY_GOOD,
    QUALITY_COUNT
};

/* The numbers are stored: add at the end, never renumber. */
enum reason {
    REASON_NONE,          /* good */
    REASON_NEVER_READ,    /* since the point exists */
    REASON_NO_ANSWER,     /* the device was silent for its whole time-out */
    REASON_NO_CONNECTION, /* the wire to it is not there */
    REASON_EXCEPTION,     /* it answered with a Modbus exception */
    REASON_BAD_ANSWER,    /* it answered something that is not the answer: unit, function, length */
    REASON_SENTINEL,      /* the register holds the value that means "no value" */
    REASON_NOT_FINITE,    /* NaN or infinity in a float */
    REASON_IMPLAUSIBLE,   /* outside the range or rate that the quantity can have; uncertain, keeps its number
                           */
    REASON_STALE,         /* nobody has heard of it for too long; uncertain, keeps its number */
    REASON_TIME_UNCERTAIN, /* the node's clock is not synchronised */
    REASON_STOPPED,        /* the daemon was not running */
    REASON_BAD_DIGIT,      /* a packed decimal digit above 9 */
    REASON_INEXACT,        /* an integer with more digits than a number keeps; uncertain, nearest number */
    REASON_UNKNOWN_STATE,  /* none of the states that the point can have; uncertain, keeps its number */
    REASON_BUSY,           /* it answered that it is busy, as often as it was asked */
    REASON_NOT_VALID,      /* a register of the device says that its values do not count */
    REASON_WIRE_FAULT,     /* a current that says that the sensor or its wire has failed */
    REASON_CLIPPED, /* at the end of what the sensor can measure: "at least"; uncertain, keeps its number */
    REASON_FROZEN,  /* the same number for too long; uncertain, keeps its number */
    REASON_FORCED,  /* a person has set it; uncertain, the number that was set */
    REASON_COUNT
};

/* The words of the API: "good", "no_answer", ...; "unknown" outside the enums. */
const char *quality_name(enum quality q);
const char *reason_name(enum reason r);
/* False when the word is not one of them. */
bool quality_parse(const char *word, enum quality *out);

#endif
