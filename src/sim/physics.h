/* The water of the town: its plant, its zones, one booster station, stepped by dt.  Pure: no clock, no
 * sockets, no log.
 *
 *   stream -> raw pumps (level-controlled) -> settling -> filters -> clear-water tank -> inverter pumps
 *     (pressure-controlled) -> main -> the zones Doan Ket, Quyet Thang, Dong Phong and the rest of the town
 *                                   -> booster Tan Phong (two pumps, level-controlled) -> tower -> zone
 *
 * Every litre is accounted for: tanks change by what flows in and out and nothing else; what leaves the plant
 * is what the zones and the booster take.  Flows and pressures of a step fit each other: they are solved
 * together.  Sizes and capacities are invented for the demonstration. */
#ifndef SIM_PHYSICS_H
#define SIM_PHYSICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noise.h"
#include "zone.h"

enum { PHYSICS_RAW_PUMPS = 3, PHYSICS_BOOSTERS = 2 };

/* The zones of the town: those on the main, then the one that hangs on the tower. */
enum physics_zone {
    ZONE_DOAN_KET,
    ZONE_QUYET_THANG,
    ZONE_DONG_PHONG,
    ZONE_CENTRE, /* the rest of the town; no meter of its own */
    ZONE_TAN_PHONG,
    ZONE_COUNT
};
enum { PHYSICS_ZONES_ON_MAIN = ZONE_TAN_PHONG };

#define PHYSICS_CLEAR_AREA_M2  300.0
#define PHYSICS_CLEAR_TOP_M    4.0 /* overflow edge */
#define PHYSICS_TOWER_AREA_M2  12.0
#define PHYSICS_TOWER_TOP_M    3.2
#define PHYSICS_TREATED_SHARE  0.96 /* of the raw water; the rest leaves as sludge and filter washing */
#define PHYSICS_LONGEST_STEP_S 1.0
/* Pumps come to their pressure by about a quarter of what is lacking a second: 8 s would swing for ever. */
enum { PHYSICS_LONGEST_STRIDE_S = 5 };

/* Slow swings around the mean, each forgets in its own time. */
enum swing {
    SWING_ZONES, /* one for each zone */
    SWING_SOURCE = SWING_ZONES + ZONE_COUNT,
    SWING_RAIN,
    SWING_PH,
    SWING_WATER_TEMP,
    SWING_DOSE,
    SWING_COUNT
};

struct booster {
    bool on;
    double ramp; /* 0 standing .. 1 full speed */
    double flow_m3h;
    double power_w;
    double energy_kwh; /* totalizer */
};

/* What is wrong, set from outside; all 0 is an ordinary day.  Bursts are set in the zones. */
struct physics_trouble {
    bool raw_tripped[PHYSICS_RAW_PUMPS], booster_tripped[PHYSICS_BOOSTERS];
    bool plant_dark, booster_dark; /* no mains */
    bool dosing_failed;
    double storm_ntu; /* what the stream brings besides */
};

struct physics {
    struct noise chance;
    struct physics_trouble trouble;
    double local_s; /* second of the local day, 0 <= local_s < 86400 */

    /* what it remembers */
    double clear_m3, tower_m3;
    unsigned raw_pumps_on;
    bool raw_on[PHYSICS_RAW_PUMPS]; /* which of them */
    double inverter_hz;
    unsigned duty; /* the booster that starts first; alternates */
    struct booster boosters[PHYSICS_BOOSTERS];
    double head_loss_m, washing_left_s;
    double storm_ntu, raw_ntu, settled_ntu, filtered_ntu;
    double treated_cl_mgl, tower_cl_mgl;
    double swings[SWING_COUNT];

    /* totalizers, m3 since ever */
    double raw_total_m3, treated_total_m3, out_total_m3, spilled_total_m3;
    double zone_total_m3[ZONE_COUNT];

    /* what follows from the last step */
    struct zone zones[ZONE_COUNT];
    double raw_m3h, treated_m3h, out_m3h, booster_m3h;
    double suction_bar, out_bar, booster_in_bar, booster_out_bar;
    double out_kw, dose_mgl, ph, water_c, cabinet_c;
};

/* An ordinary day at local_s, tanks half full. */
void physics_init(struct physics *p, uint64_t seed, double local_s);

/* Goes on by dt_s seconds (at most an hour; cut into steps of a second inside). */
void physics_step(struct physics *p, double dt_s);
/* One step of at most PHYSICS_LONGEST_STRIDE_S, for long spans that nobody watches second by second. */
void physics_stride(struct physics *p, double dt_s);

/* Begins to wash its filter; false: it is being washed. */
bool physics_wash(struct physics *p);

/* Sizes of a zone; rise_bar is above the main's end, for the last one above the tower's bottom. */
const struct zone_sizes *physics_zone_sizes(enum physics_zone zone);

/* Demand at a second of the local day as a multiple of the day's mean; mean 1. */
double physics_demand_share(double local_s);

double physics_clear_level_m(const struct physics *p);
double physics_tower_level_m(const struct physics *p);

#endif
