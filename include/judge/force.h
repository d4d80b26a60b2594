/* A value that a person set, in the place of what the device says, until an end: pure. */
#ifndef JUDGE_FORCE_H
#define JUDGE_FORCE_H

#include <stdbool.h>

#include "model/catalogue.h"
#include "model/event.h"
#include "model/hand.h"
#include "model/reading.h"

struct force {
    double value;
    struct wall until; /* 0: none */
    char who[HAND_WHO_MAX];
};

struct force force_by(const struct hand *h); /* of a HAND_FORCE */
bool force_is_on(const struct force *f);
/* What the point shows meanwhile. */
struct reading force_reading(const struct force *f, uint32_t point, struct wall at);

/* What is told for ever: who, the value, until when. */
struct event force_begins(const struct force *f, const struct point *p, const struct hand *h);
/* why: "released by ...", "its time is over". */
struct event force_ends(const struct force *f, const struct point *p, struct wall at, const char *why);

#endif
