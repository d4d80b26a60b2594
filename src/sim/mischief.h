/* Faults, inserted per device between its answer and the wire.  One table: a fault has a name, may take
 * an argument, and changes a reply that was right. */
#ifndef SIM_MISCHIEF_H
#define SIM_MISCHIEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "frame.h"

enum mischief_kind {
    MISCHIEF_NONE,
    MISCHIEF_SILENCE,     /* no reply */
    MISCHIEF_LATE,        /* reply after ARG ms */
    MISCHIEF_EXCEPTION,   /* exception ARG instead of the answer */
    MISCHIEF_UNIT,        /* unit of the reply + ARG */
    MISCHIEF_TRANSACTION, /* transaction of the reply + ARG */
    MISCHIEF_FUNCTION,    /* function code of the reply + ARG */
    MISCHIEF_PROTOCOL,    /* protocol id ARG */
    MISCHIEF_SHORT,       /* ARG registers fewer than asked, in a frame that is right in itself */
    MISCHIEF_LONG,        /* ARG registers more than asked, likewise */
    MISCHIEF_BYTE_COUNT,  /* byte count + ARG, the frame as before */
    MISCHIEF_TRUNCATED,   /* the last ARG bytes never come, the connection stays open */
    MISCHIEF_PIECES,      /* ARG bytes every 5 ms */
    MISCHIEF_TWICE,       /* the reply, and once more */
    MISCHIEF_GARBAGE,     /* ARG bytes of nonsense instead of the reply */
    MISCHIEF_CLOSE,       /* the connection ends instead of a reply */
    MISCHIEF_COUNT
};

struct mischief {
    enum mischief_kind kind;
    uint32_t arg;
    uint32_t left; /* replies still to be spoiled; 0: until cleared */
};

/* What the server does with it. */
enum { MISCHIEF_REPLY_MAX = 2 * FRAME_MAX };
struct reply {
    uint8_t bytes[MISCHIEF_REPLY_MAX];
    size_t len;        /* 0: nothing is sent */
    uint32_t delay_ms; /* before the first byte */
    size_t piece;      /* bytes at a time, every MISCHIEF_PIECE_MS; 0: all at once */
    bool close;        /* the connection ends after what was sent */
};
enum { MISCHIEF_PIECE_MS = 5 };

/* "KIND[:ARG[:COUNT]]", for example "late:1500:1".  ERR_RANGE with a sentence that lists the kinds. */
MUST_USE enum err mischief_parse(const char *text, struct mischief *out, struct fault *why);
/* Name of the kind, as mischief_parse reads it. */
const char *mischief_name(enum mischief_kind kind);
/* All names with their default argument, for --help.  Borrows nothing; static text. */
const char *mischief_list(void);

/* Spoils a right reply, and counts `left` down.  Leaves it alone for MISCHIEF_NONE. */
void mischief_apply(struct mischief *m, struct reply *r);

#endif
