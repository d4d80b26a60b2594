/* Faults, inserted per device between its answer and the wire.  One table: a fault has a name, may take
 * an argument, belongs to a stage, and changes a reply that was right. */
#ifndef SIM_MISCHIEF_H
#define SIM_MISCHIEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "frame.h"
#include "noise.h"

enum mischief_kind {
    MISCHIEF_NONE,
    /* what the device says */
    MISCHIEF_SILENCE,     /* no reply */
    MISCHIEF_LATE,        /* reply after ARG ms */
    MISCHIEF_EXCEPTION,   /* exception ARG instead of the answer */
    MISCHIEF_UNIT,        /* unit of the reply + ARG */
    MISCHIEF_UNIT_FIXED,  /* unit ARG */
    MISCHIEF_UNIT_RANDOM, /* any other unit */
    MISCHIEF_FUNCTION,    /* function code of the reply + ARG */
    MISCHIEF_SHORT,       /* ARG registers fewer than asked, in a frame that is right in itself */
    MISCHIEF_LONG,        /* ARG registers more than asked, likewise */
    MISCHIEF_BYTE_COUNT,  /* byte count + ARG, the frame as before */
    /* the head of TCP; nothing on RTU */
    MISCHIEF_TRANSACTION,         /* transaction of the reply + ARG */
    MISCHIEF_TRANSACTION_FIXED,   /* transaction ARG */
    MISCHIEF_TRANSACTION_RANDOM,  /* any other */
    MISCHIEF_TRANSACTION_SWAPPED, /* its bytes exchanged */
    MISCHIEF_PROTOCOL,            /* protocol id ARG */
    MISCHIEF_LENGTH,              /* length field ARG, the frame as before */
    /* the bytes as they travel */
    MISCHIEF_TRUNCATED,      /* the last ARG bytes never come, the connection stays open */
    MISCHIEF_EXTRA,          /* ARG bytes more behind the frame */
    MISCHIEF_PIECES,         /* ARG bytes every 5 ms */
    MISCHIEF_DRIP,           /* one byte every ARG ms */
    MISCHIEF_TWICE,          /* the reply, and once more */
    MISCHIEF_GARBAGE,        /* ARG bytes of nonsense instead of the reply */
    MISCHIEF_CLOSE,          /* the connection ends instead of a reply */
    MISCHIEF_CUT,            /* it ends (FIN) after ARG bytes of it */
    MISCHIEF_RESET,          /* it breaks (RST) after ARG bytes of it */
    MISCHIEF_UNSOLICITED,    /* an answer nobody asked for goes ahead of the right one */
    MISCHIEF_PREVIOUS,       /* the reply to the question before, instead */
    MISCHIEF_PREVIOUS_FIRST, /* it, and the right one, in one piece */
    MISCHIEF_CRC,            /* checksum wrong; nothing on TCP */
    MISCHIEF_PARITY,       /* ARG bytes come as 0, as a UART gives those of a wrong parity; nothing on TCP */
    MISCHIEF_ECHO,         /* the question comes back ahead of the reply, as two-wire adapters do */
    MISCHIEF_NOISE_BEFORE, /* ARG bytes of noise */
    MISCHIEF_NOISE_AFTER,
    MISCHIEF_GAP,       /* a pause of ARG ms inside the frame */
    MISCHIEF_COLLISION, /* two devices speak at once: bits of both */
    /* the wire the device hangs on, whoever is asked; RTU over a terminal: only unplug */
    MISCHIEF_DEAF,        /* connections are taken, nothing is answered */
    MISCHIEF_REFUSE,      /* connections break and are refused */
    MISCHIEF_BLACK_HOLE,  /* they break, and others neither come about nor are refused */
    MISCHIEF_DROP_AFTER,  /* a connection ends after ARG replies */
    MISCHIEF_CONNECTIONS, /* at most ARG connections, others are refused */
    MISCHIEF_HALF_OPEN,   /* connections open now are never answered again, as after a power loss */
    MISCHIEF_UNPLUG,      /* the terminal is gone; it comes back under another name */
    /* what the device shows */
    MISCHIEF_FROZEN, /* registers do not change */
    MISCHIEF_FILLED, /* every register shows ARG */
    MISCHIEF_COUNT
};

enum mischief_stage { MISCHIEF_ON_REPLY, MISCHIEF_ON_WIRE, MISCHIEF_ON_VALUES };

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
    size_t piece;      /* bytes at a time, every piece_ms; 0: all at once */
    uint32_t piece_ms;
    bool close; /* the connection ends after what was sent */
    bool reset; /* and breaks */
};
enum { MISCHIEF_PIECE_MS = 5 };

/* A frame a device has sent; len 0: none yet. */
struct sent {
    uint8_t bytes[FRAME_MAX];
    size_t len;
};

/* One reply on its way: a right one in TCP's form goes in, what travels comes out. */
struct exchange {
    struct reply *reply;
    const struct frame_request *ask;
    bool rtu;
    struct noise *chance;
    struct sent *before; /* of this device; the right frame is remembered there */
};

/* "KIND[:ARG[:COUNT]]", for example "late:1500:1".  ERR_RANGE with a sentence. */
MUST_USE enum err mischief_parse(const char *text, struct mischief *out, struct fault *why);
/* Name of the kind, as mischief_parse reads it. */
const char *mischief_name(enum mischief_kind kind);
/* All names with what their argument is, for --help.  Borrows nothing; static text. */
const char *mischief_list(void);
enum mischief_stage mischief_stage(enum mischief_kind kind);

/* Frames a right reply, spoils it when m says so, and counts `left` down. */
void mischief_apply(struct mischief *m, struct exchange *x);

#endif
