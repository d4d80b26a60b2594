/* The rule of black spots: what is asked of the database, and what follows.  Pure. */
#ifndef RECORDS_SPOTS_H
#define RECORDS_SPOTS_H

#include "model/catalogue.h"
#include "model/spots.h"

/* The pressure below which a point is low, by its rules; NaN: none says so. */
double spots_low(const struct catalogue *c, uint32_t point);
/* Of the critical points of the zones as they are on that day. */
void spots_ask(struct spot_facts_ask *out, const struct catalogue *c, const struct spot_rules *r,
               struct wall now);
/* Takes the facts, also when it fails: ERR_MEMORY.  Give *out to spot_candidates_free.  Repeated incidents
 * first, the most of them at the top, then low pressure likewise, high places, ends of the network. */
MUST_USE enum err spots_judge(struct spot_candidates **out, const struct catalogue *c,
                              const struct spot_rules *r, struct wall now, struct spot_facts *facts);

#endif
