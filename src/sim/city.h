/* The rest of the town: the treatment chain of its plant step by step, and the
 * plant's energy.  It follows the water of physics.h and gives nothing back.  Pure; sizes are invented. */
#ifndef SIM_CITY_H
#define SIM_CITY_H

#include <stdint.h>

#include "noise.h"
#include "physics.h"

enum { CITY_FILTERS = 4, CITY_TANKS = 2, CITY_CYLINDERS = 2 };

struct city_filter {
    double head_loss_m, washing_left_s, run_h, washes;
    double flow_m3h, level_m, out_ntu;
};

struct city {
    struct noise chance;
    struct city_filter filters[CITY_FILTERS]; /* the first one's head loss is the one of physics.h */
    double presettled_ntu, presludge_m;
    double blanket_m[CITY_TANKS], settled_ntu[CITY_TANKS];
    double pac_level_m, soda_level_m, wash_tank_m;
    double cylinder_kg[CITY_CYLINDERS]; /* chlorine left */
    unsigned cylinder;                  /* the one in use */
    double raw_pump_kwh[PHYSICS_RAW_PUMPS], energy_kwh, sludge_total_m3;
    double swings[4]; /* stream, mains voltage, gas, dose */

    double stream_m, screen_m, raw_main_bar, pac_mgl, soda_mgl, mixed_ph;
    double raw_pump_kw[PHYSICS_RAW_PUMPS], power_kw, volts, gas_ppm, chlorine_gh;
};

void city_init(struct city *c, uint64_t seed, const struct physics *p);
/* Follows one step of the water, at most PHYSICS_LONGEST_STRIDE_S long. */
void city_step(struct city *c, const struct physics *p, double dt_s);

/* Begins to wash a filter other than the first, which is in physics.h; false: another is being washed, or the
 * wash water is short. */
bool city_wash(struct city *c, unsigned filter);

#endif
