/* The present as text: one point, a list, an event of the stream.  Pure. */
#ifndef SERVE_PICTURE_H
#define SERVE_PICTURE_H

#include <stdint.h>

#include "base/json.h"
#include "model/catalogue.h"
#include "model/snapshot.h"
#include "ports/doors.h"

enum { PICTURE_MAX = 64 * 1024 * 1024 };

/* value, quality, reason, at: a value never travels without them. */
void picture_reading(struct json_out *j, const struct reading *r);
/* The members of a point in a list, inside an object that is open. */
void picture_point(struct json_out *j, const struct catalogue *c, const struct point *p,
                   const struct reading *r);
/* All states a point can have, as an array. */
void picture_states(struct json_out *j, const struct point_states *s);
/* Whose sight it is: NULL for all.  One event: `full` when from is 0, else `change` with the points newer
 * than `from`; of one site or, with UINT32_MAX, of all.  Returns how many points are in it. */
struct picture_of {
    const struct visitor *visitor;
    int64_t epoch;
    uint32_t site;
    uint64_t from;
};
size_t picture_event(struct strbuf *b, const struct snapshot *s, const struct picture_of *of);

#endif
