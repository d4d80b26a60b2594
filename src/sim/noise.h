/* A seeded source of chance: the same seed gives the same run, on any machine. */
#ifndef SIM_NOISE_H
#define SIM_NOISE_H

#include <stdint.h>

struct noise {
    uint64_t state;
};

struct noise noise_seeded(uint64_t seed);
uint64_t noise_next(struct noise *n);
double noise_unit(struct noise *n);  /* 0 <= x < 1 */
double noise_gauss(struct noise *n); /* mean 0, variance 1, never beyond 6 */

/* One step of a quantity that wanders around 0 with standard deviation `spread` and forgets in tau_s. */
double noise_wander(struct noise *n, double was, double spread, double tau_s, double dt_s);

#endif
