/* A supplied zone: what people, leaks and bursts take at a pressure, and the pressure at its two ends.  Its
 * inlet is the sum of the three and nothing else.  Pure. */
#ifndef SIM_ZONE_H
#define SIM_ZONE_H

#include <stdbool.h>
#include <stddef.h>

enum { ZONE_BURSTS = 4 };

struct zone_sizes {
    double mean_m3h;     /* what people take, mean over the day */
    double leak_m3h;     /* at one bar; grows with the root of the pressure */
    double rise_bar;     /* inlet above the point that feeds it; below zero: higher ground */
    double far_rise_bar; /* critical point above the inlet, likewise */
    double loss_bar;     /* from the inlet to the critical point at the mean flow */
};

/* A hole: a leak like any other, at a place on the way from the inlet (0) to the critical point (1). */
struct burst {
    double m3h; /* at one bar; 0: none */
    double place;
};

struct zone {
    struct burst bursts[ZONE_BURSTS];
    double more; /* of what people want: 0.4 is 40 % above their ordinary day, -1 nothing at all */
    bool shut;   /* the valve before its inlet meter is closed: nothing gets in, and no pressure either */
    double demand_m3h, leak_m3h, burst_m3h;
    double flow_m3h; /* inlet: the sum of the three */
    double in_bar, far_bar;
};

/* What the zone takes when people want `wanted_m3h` and the feeding point has `bar`.  Below one bar people
 * get less than they want, with the root of the pressure. */
double zone_draw(const struct zone *z, const struct zone_sizes *s, double wanted_m3h, double bar);
/* Fills the zone's flows and pressures for that. */
void zone_settle(struct zone *z, const struct zone_sizes *s, double wanted_m3h, double bar);
/* There is less than they take: everyone gets `share` of it. */
void zone_ration(struct zone *z, const struct zone_sizes *s, double share);

/* Where f crosses 0, to ZONE_TOLERANCE_M3H: the flow at which what is drawn at a pressure is what makes that
 * pressure.  f is what is drawn above the flow x; it falls, and its slope is at most -1.  `guess` is near. */
#define ZONE_TOLERANCE_M3H 1.0e-7
double zone_root(double (*f)(const void *of, double x), const void *of, double guess);

#endif
