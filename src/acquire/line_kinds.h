/* The framings, over whichever way leads to the devices. */
#ifndef LINE_KINDS_H
#define LINE_KINDS_H

#include "acquire/line.h"
#include "way.h"

/* Frames of Modbus TCP, by libmodbus.  Takes way unless it fails. */
MUST_USE enum err line_mbap_new(struct line **out, struct way *way, struct low_descriptors *pool,
                                struct fault *why);

struct rtu_pace {
    int64_t baud; /* 0: somebody else's matter, a converter's at the far end */
    int64_t late_ms;
    bool echo;
};

/* Frames of Modbus RTU.  Takes way unless it fails. */
MUST_USE enum err line_rtu_new(struct line **out, struct way *way, struct rtu_pace pace, struct fault *why);

#endif
