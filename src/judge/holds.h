/* Which rows of which sets hold for a point on a day. */
#ifndef HOLDS_H
#define HOLDS_H

#include "judge/verdict.h"
#include "model/unit.h"

/* As the table of units knows it. */
const char *holds_unit(const struct point *p);
/* The unit of the row of that parameter; NULL: the set has none. */
const struct unit *holds_term_unit(const struct standard *s, const char *parameter);

#endif
