/* Points that are made of what another shows: for how long a condition has held, or how often it began to. */
#ifndef COUNTERS_H
#define COUNTERS_H

#include "model/catalogue.h"
#include "model/reading.h"

struct counters; /* one owner */

/* Borrows the catalogue.  NULL: no memory. */
struct counters *counters_new(const struct catalogue *c);
void counters_free(struct counters *s); /* NULL is fine */

/* A point shows that now; before it, it has shown its last number for lasted_ms, 0: nobody knows.  Time
 * nobody knows of is not counted; a state that is another one after it began once. */
void counters_see(struct counters *s, const struct reading *shown, int64_t lasted_ms);
/* What was counted goes on from there. */
void counters_set(struct counters *s, uint32_t point, double count);
/* False: that point is not counted, or nothing was heard since this was last asked. */
bool counters_ask(struct counters *s, uint32_t point, struct wall at, struct reading *out);
double counters_count(const struct counters *s, uint32_t point); /* NaN: it is not counted */

#endif
