/* A line that answers from memory on a virtual clock: no socket, no time.  And a clock that stands still
 * until told. */
#ifndef FAKE_LINE_H
#define FAKE_LINE_H

#include "acquire/line.h"

struct fake_clock {
    struct now now;
};

struct clock fake_clock(struct fake_clock *c);
void fake_clock_advance(struct fake_clock *c, int64_t ms);

/* How the next answers come. */
enum fake_answer {
    FAKE_RIGHT,
    FAKE_SILENT, /* the whole time-out passes */
    FAKE_LATE,   /* as silent, but the answer comes on the same connection with the next one */
    FAKE_OTHER_UNIT,
    FAKE_OTHER_FUNCTION,
    FAKE_SHORT,           /* one register too few, byte count honest */
    FAKE_OLD_TRANSACTION, /* an answer to an earlier question, then silence */
    FAKE_CLOSES,          /* the connection ends instead */
    FAKE_EXCEPTION,
    FAKE_AS_UNIT /* right, but the frame names as_unit */
};

struct fake_line {
    struct line line; /* first */
    struct fake_clock *clock;
    uint16_t registers[65536]; /* all tables, all units; a bit is whether there is any */
    enum fake_answer answer;
    unsigned answer_times; /* the first so many requests get `answer`, then all is right; 0: always */
    uint8_t exception;
    uint16_t missing_from,
        missing_to; /* a block that touches these is refused with exception 2; 0, 0: none */
    uint16_t most;  /* longer reads are refused with exception 3; 0: none */
    uint8_t as_unit;
    bool refuse_connect;
    int64_t answer_ms;    /* how long a right answer takes */
    int64_t slow_ms[256]; /* by unit: how much longer, up to silence */
    int64_t connect_ms;

    /* what was seen */
    struct request asked, late;
    bool has_late;
    unsigned requests, connects, closes;
    unsigned of_unit[256];   /* requests to it */
    int64_t sent, least_gap; /* when the last was sent; the least time between two */
    bool connected;
};

void fake_line_init(struct fake_line *l, struct fake_clock *c);

#endif
