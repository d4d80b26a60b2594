/* Totalizers: each counts what its own flow meter shows, second by second, as a real one does, so that the
 * two never disagree.  What really flowed is in physics.h and works.h.  Pure. */
#ifndef SIM_METERS_H
#define SIM_METERS_H

#include <stdbool.h>

#include "sense.h"

enum { METERS_COUNT = 3 + SENSE_AREAS + 3 * WORKS_COUNT };

/* As if every meter had been there since ever. */
void meters_init(double totals_m3[METERS_COUNT], const struct physics *p,
                 const struct works works[WORKS_COUNT]);
/* Counts so many seconds of the flows in `signals` and fills in the totals. */
void meters_run(double totals_m3[METERS_COUNT], double signals[SIGNAL_COUNT], unsigned seconds);
/* The meter that shows its total in this signal, or -1. */
int meters_showing(unsigned signal);

#endif
