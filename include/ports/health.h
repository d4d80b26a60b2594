/* How the daemon is: for /readyz and /metrics. */
#ifndef PORTS_HEALTH_H
#define PORTS_HEALTH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

enum part_state { PART_OK, PART_DEGRADED, PART_DOWN, PART_STATE_COUNT };

struct part {
    const char *name; /* "journal", "database", "maintenance", "wires", "clock", "channels" ... */
    enum part_state state;
    char text[256];
};

enum { HEALTH_PARTS_MAX = 12 };

/* One Prometheus sample; help and type are given once per name, by the first sample of that name. */
struct metric {
    const char *name, *help, *type; /* "counter" or "gauge" */
    char labels[200];               /* `wire="plc-1"` or "", already escaped */
    double value;
};

struct health_port {
    void *self;
    /* Fills at most HEALTH_PARTS_MAX parts, returns how many.  Ready: no part is down. */
    size_t (*parts)(void *self, struct part *out);
    /* Calls `sample` for each metric, those of one name together. */
    void (*metrics)(void *self, void (*sample)(void *ctx, const struct metric *m), void *ctx);
};

#endif
