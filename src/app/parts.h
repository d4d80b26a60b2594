/* The parts of a running daemon, as its assembly sees them. */
#ifndef PARTS_H
#define PARTS_H

#include <stdatomic.h>

#include "acquire/wire.h"
#include "config.h"
#include "doors/doors.h"
#include "pipeline.h"

struct parts {
    const struct config *config;
    struct low_descriptors *low;
    struct steady *steady;
    struct clock clock;
    struct now started;
    struct doors *doors;
    struct journal *journal;
    struct pipeline *pipeline;
    struct wire **wires;
    size_t wire_count;
    _Atomic(struct deliverer *) deliverer; /* the committer may poke before it is there */
    struct historian *historian;
    struct serve *serve;
};

#endif
