/* One error type that cannot be ignored, and the sentence that goes with it.
 *
 * Whoever knows the facts fills the fault; those above pass it on unchanged. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/attr.h"

enum err {
    ERR_NONE = 0,
    ERR_RANGE,   /* a number or text outside what is allowed */
    ERR_SHORT,   /* fewer bytes than the format needs */
    ERR_TIMEOUT, /* no answer within the time allowed */
    ERR_PEER,    /* a device, server or client misbehaved or is not there */
    ERR_FULL,    /* a ceiling was reached: queue, journal, disk */
    ERR_MEMORY,  /* no memory */
    ERR_CONFIG,  /* a mistake in a configuration file */
    ERR_IO,      /* a file or the disk failed */
    ERR_STATE,   /* asked at the wrong moment, or data of another version */
    ERR_DENIED,  /* not allowed */
    ERR_MISSING, /* there is no such thing */
    ERR_COUNT
};

struct fault {
    enum err code;
    char text[256]; /* one line: fit for a log and for an API reply */
    const char *vi; /* the same in Vietnamese, a literal, where it is told to people; NULL: it is not */
};

/* Fills *f (which may be NULL) with one line and returns `code`, so that a branch that reports can
 * also return.  Control characters in the result are replaced by '?'; a text that does not fit ends
 * in "...", never inside a UTF-8 sequence. */
MUST_USE enum err fault_set(struct fault *f, enum err code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Of what people may have done wrong: in Vietnamese as well. */
MUST_USE enum err fault_say(struct fault *f, enum err code, const char *vi, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* A short English name of the code ("timeout"), for logs and metrics. */
const char *err_name(enum err code);

#endif
