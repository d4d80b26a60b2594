/* What a point's numbers mean and where they come from, as one number: readings that were made under another
 * meaning must never be taken for this one's. */
#ifndef REVISION_H
#define REVISION_H

#include "acquire/field.h"

/* Changes with the unit, the scale, the place or the kind of the registers and the states; not with the name,
 * the deadband or the id of a renamed point.  Never 0. */
uint64_t revision_of(const struct point *p, const struct device *d, const struct tag *t);
/* Of a point that is counted: who puts the condition right does not lose what was counted. */
uint64_t revision_counted(const struct point *p);
/* Of a point that people read. */
uint64_t revision_by_hand(const struct point *p);

#endif
