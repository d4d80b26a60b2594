/* Something that happened once and is kept for ever: a wire lost or back, a clock step, a gap in what
 * was recorded.  Events travel in their own lane, before readings. */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "base/clock.h"
#include "model/catalogue.h"

/* The numbers are stored: add at the end, never renumber. */
enum event_kind {
    EVENT_NODE_START,
    EVENT_NODE_STOP,
    EVENT_WIRE_DOWN,
    EVENT_WIRE_UP,
    EVENT_DEVICE_DOWN,
    EVENT_DEVICE_UP,
    EVENT_CLOCK_STEP,
    EVENT_GAP,         /* readings were lost: how many and why */
    EVENT_CONFIG,      /* another configuration was applied: its version; the subject is who did it */
    EVENT_WIRE_FAULT,  /* a current says that a sensor or its wire has failed: the raw number; the subject is
                          the device */
    EVENT_NODE_SILENT, /* another node, the subject, was not heard of: for how many ms */
    EVENT_NODE_HEARD,  /* it is heard again */
    EVENT_NODE_CLOCK,  /* its clock is ahead of ours by so many ms, or right again: 0 */
    EVENT_DEVICE_EXCHANGED, /* a device says another text of itself than it did: both texts */
    EVENT_FORCE, /* a value was set by hand, or is no longer: the value; the subject is the point */
    EVENT_MODE,  /* a mode began or ended, also by itself; the subject is its place */
    EVENT_COUNT
};

struct event {
    uint8_t kind; /* enum event_kind */
    struct wall at;
    char subject[ID_MAX]; /* wire, device, node or point */
    double number;        /* kind's figure: readings lost, ms of the step; NaN when it has none */
    char text[200];       /* one English sentence */
};

const char *event_kind_name(enum event_kind k);
/* Fills an event; the text is cut to fit. */
struct event event_make(enum event_kind kind, struct wall at, const char *subject, double number,
                        const char *fmt, ...) PRINTF_LIKE(5, 6);

#endif
