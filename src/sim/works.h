/* The smaller works of the province: a source, treatment, one tank, and what hangs on it.  A table of sizes
 * times one set of equations; the town's own plant has its own (physics.h).  Sizes are invented.
 *
 *   source -> pumps that follow the tank (wells, raw water, boosters), or a spring with a float valve
 *          -> treatment -> tank -> the network, by inverter pumps or by the tank's height alone
 *
 * Every litre is accounted for: a tank changes by what flows in, out and over its edge.  Pure. */
#ifndef SIM_WORKS_H
#define SIM_WORKS_H

#include <stdbool.h>
#include <stddef.h>

#include "noise.h"
#include "zone.h"

enum works_id {
    WORKS_BINH_LU,    /* three wells, aeration, filters */
    WORKS_NAM_NHUN,   /* stream water, two raw-water pumps */
    WORKS_TAN_UYEN,   /* booster station below a reservoir */
    WORKS_TRUNG_DONG, /* booster station below a tower */
    WORKS_PHIN_HO,    /* village spring */
    WORKS_TA_PHIN,    /* village spring */
    WORKS_COUNT
};

enum { WORKS_PUMPS_MAX = 3, WORKS_FILTERS = 2 };

enum works_swing {
    WORKS_SWING_DEMAND,
    WORKS_SWING_SOURCE,
    WORKS_SWING_RAIN,
    WORKS_SWING_PH,
    WORKS_SWING_TEMP,
    WORKS_SWING_COUNT
};

struct works_sizes {
    struct zone_sizes zone;   /* what hangs on it; pressures above that of the works */
    double tank_area_m2;      /* level = volume / area */
    double tank_top_m;        /* overflow edge */
    unsigned pumps;           /* 0: a spring with a float valve */
    double source_m3h;        /* of one pump, or of the spring */
    double lift_m, inlet_bar; /* of those pumps */
    double setpoint_bar;      /* of the inverter pumps into the network; 0: by the tank's height alone */
    double static_m;          /* tank bottom above the network, when by height alone */
    double treated_share;     /* of the raw water; the rest is washing and sludge */
    double raw_ntu, rain;     /* mean turbidity, how much it wanders with the rain */
    double dose_mgl;          /* chlorine; 0: none is given here, it comes with the water */
    double arriving_mgl;      /* chlorine in the water that comes */
    double raw_iron_mgl, conductivity_uscm, ph;
    double temperature_c; /* of the water, mean */
    double well_rest_m;   /* water table below ground with the pumps standing */
};

/* What is wrong, set from outside; all 0 is an ordinary day.  Bursts are set in the zone. */
struct works_trouble {
    bool tripped[WORKS_PUMPS_MAX];
    bool dark; /* no mains */
    bool dosing_failed;
    double storm_ntu; /* what the source brings besides */
};

struct works_pump {
    bool on;
    double ramp; /* 0 standing .. 1 full speed */
    double flow_m3h, power_w;
    double energy_kwh; /* totalizer */
    double well_m;     /* water below ground */
};

struct works {
    struct works_trouble trouble;
    double tank_m3, hz;
    unsigned duty; /* the pump that has run longest, or starts next */
    struct works_pump pumps[WORKS_PUMPS_MAX];
    double head_loss_m[WORKS_FILTERS], washing_left_s[WORKS_FILTERS];
    double washes; /* counter */
    double storm_ntu, raw_ntu, settled_ntu, filtered_ntu, chlorine_mgl, hypochlorite_m;
    double raw_total_m3, out_total_m3, spilled_total_m3, energy_kwh;
    double swings[WORKS_SWING_COUNT];

    /* what follows from the last step */
    struct zone zone;
    double raw_m3h, treated_m3h, out_kw, dose_mgl;
    double inlet_bar, outlet_bar; /* of the source pumps */
    double out_bar;               /* into the network */
    double ph, water_c, cabinet_c, battery_v, valve_percent;
};

const struct works_sizes *works_sizes(enum works_id id);

/* An ordinary day, tanks two thirds full. */
void works_init(struct works all[WORKS_COUNT]);
/* One step of at most PHYSICS_LONGEST_STRIDE_S, at a second of the local day. */
void works_step(struct works all[WORKS_COUNT], struct noise *chance, double local_s, double dt_s);

/* Begins to wash a filter; false: it is being washed. */
bool works_wash(struct works *w, unsigned filter);

double works_level_m(const struct works *w, enum works_id id);
unsigned works_pumps_on(const struct works *w);

#endif
