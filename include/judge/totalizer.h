/* What a counting meter counted, made of what it shows: through the end of its scale, resets, nonsense, gaps
 * and the exchange of the meter itself.  Pure; the same readings and exchanges give the same total, so an
 * exchange that is told later is counted by counting again.
 *
 * A step up that its largest flow explains is counted.  A step that nothing explains is doubted: nothing is
 * counted until the next reading either returns to where the counter stood (then it was nonsense, a single 0
 * say), or goes on from the new place (then the counter was set: to 0, or to something else; the step itself
 * is not water). */
#ifndef JUDGE_TOTALIZER_H
#define JUDGE_TOTALIZER_H

#include "base/clock.h"

struct totalizer_rule {
    double max_flow; /* most it can count in an hour, > 0 */
    double wraps_at; /* the number at which it begins again from 0; 0: it does not */
    double step;     /* smallest difference it shows */
};

enum correction {
    CORRECTION_NONE,      /* counted as it stands */
    CORRECTION_FIRST,     /* nothing before it: the total begins here */
    CORRECTION_WRAP,      /* counted over the end of the scale */
    CORRECTION_DOUBTED,   /* nothing explains it; not counted, the next reading tells */
    CORRECTION_RESET,     /* it began again from 0 */
    CORRECTION_SET,       /* it was set to another number, up or down; the step was not counted */
    CORRECTION_EXCHANGED, /* another meter, as a person said */
    CORRECTION_COUNT
};

const char *correction_name(enum correction c); /* "none", "first", ... */

struct totalizer {
    double raw;         /* where it stands; NaN: nothing is known yet */
    struct wall raw_at; /* since when it shows that */
    struct wall seen;   /* when it was last seen standing there */
    double offset;      /* total = offset + raw */
    double doubted;     /* where it may stand instead; NaN: nowhere */
    struct wall doubted_at;
};

struct counted {
    enum correction what;
    struct wall from, to; /* the time it was counted in */
    double volume;        /* >= 0 */
    double before, after; /* what it showed */
    bool whole;           /* false: it may have counted more that nobody saw */
};

void totalizer_init(struct totalizer *t);
/* The next reading; times never go back: one that does is doubted and changes nothing. */
struct counted totalizer_read(const struct totalizer_rule *rule, struct totalizer *t, struct wall at,
                              double raw);
/* A person says: at that time the old meter showed old_end, and the new one began at new_start. */
struct counted totalizer_exchange(const struct totalizer_rule *rule, struct totalizer *t, struct wall at,
                                  double old_end, double new_start);
/* Never falls; NaN before the first reading. */
double totalizer_total(const struct totalizer *t);

#endif
