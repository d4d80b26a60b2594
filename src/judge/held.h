/* The verdicts on many points: which limits hold is looked up once a day for each. */
#ifndef HELD_H
#define HELD_H

#include "judge/verdict.h"

struct held_points; /* one owner */

/* Borrows the catalogue for its life.  False: no memory. */
MUST_USE bool held_points_new(struct held_points **out, const struct catalogue *c);
void held_points_free(struct held_points *h); /* NULL is fine */

/* enum verdict_word. */
uint8_t held_points_verdict(struct held_points *h, const struct reading *r,
                            const struct verdict_seen *others);

#endif
