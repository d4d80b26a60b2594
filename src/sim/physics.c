#include "physics.h"

#include <math.h>

#define DAY_S     86400.0
#define HOUR_S    3600.0
#define BAR_PER_M 0.0980665 /* of water column */
#define PI        3.14159265358979

#define RAW_PUMP_M3H 82.0
#define SETPOINT_BAR 4.2
#define WASH_S       600.0
#define STOPPED_BAR  (-10.0) /* behind standing pumps nothing flows: their check valves are shut */
#define CHLORINE_END 0.0005  /* mg/L: what is less is none */

static const struct zone_sizes ZONES[ZONE_COUNT] = {
    [ZONE_DOAN_KET] = { .mean_m3h = 32,
                        .leak_m3h = 3.0,
                        .rise_bar = 0.4,
                        .far_rise_bar = -1.6,
                        .loss_bar = 0.144 },
    [ZONE_QUYET_THANG] = { .mean_m3h = 25,
                           .leak_m3h = 1.9,
                           .rise_bar = -0.2,
                           .far_rise_bar = -0.9,
                           .loss_bar = 0.19 },
    [ZONE_DONG_PHONG] = { .mean_m3h = 18,
                          .leak_m3h = 1.7,
                          .rise_bar = 0.6,
                          .far_rise_bar = -0.9,
                          .loss_bar = 0.22 },
    [ZONE_CENTRE] = { .mean_m3h = 19,
                      .leak_m3h = 1.3,
                      .rise_bar = 0.1,
                      .far_rise_bar = -0.8,
                      .loss_bar = 0.20 },
    [ZONE_TAN_PHONG] = { .mean_m3h = 24,
                         .leak_m3h = 1.1,
                         .rise_bar = 2.9,
                         .far_rise_bar = -0.6,
                         .loss_bar = 0.15 },
};

const struct zone_sizes *physics_zone_sizes(enum physics_zone zone)
{
    return &ZONES[zone];
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

/* First-order lag towards a target. */
static double approach(double was, double target, double tau_s, double dt_s)
{
    return was + (target - was) * (1.0 - exp(-dt_s / tau_s));
}

double physics_clear_level_m(const struct physics *p)
{
    return p->clear_m3 / PHYSICS_CLEAR_AREA_M2;
}

double physics_tower_level_m(const struct physics *p)
{
    return p->tower_m3 / PHYSICS_TOWER_AREA_M2;
}

/* A small town's day: nothing at 2, cooking and washing at 6-7, noon, the evening at 18. */
double physics_demand_share(double local_s)
{
    static const double HOURLY[24] = {
        0.35, 0.30, 0.28, 0.30, 0.45, 0.90, 1.50, 1.60, 1.30, 1.20, 1.25, 1.30,
        1.10, 0.90, 0.90, 1.07, 1.15, 1.50, 1.75, 1.60, 1.25, 0.95, 0.65, 0.45
    };
    double hours = local_s / HOUR_S;
    unsigned hour = (unsigned)hours % 24u;
    double share = hours - floor(hours);

    return HOURLY[hour] * (1.0 - share) + HOURLY[(hour + 1u) % 24u] * share;
}

static void wander_all(struct physics *p, double dt_s)
{
    static const struct {
        double spread, tau_s;
    } SWINGS[SWING_COUNT] = {
        [SWING_ZONES + ZONE_DOAN_KET] = { 0.06, 60 },
        [SWING_ZONES + ZONE_QUYET_THANG] = { 0.05, 60 },
        [SWING_ZONES + ZONE_DONG_PHONG] = { 0.05, 60 },
        [SWING_ZONES + ZONE_CENTRE] = { 0.05, 90 },
        [SWING_ZONES + ZONE_TAN_PHONG] = { 0.08, 60 },
        [SWING_SOURCE] = { 0.015, 120 },
        [SWING_RAIN] = { 0.35, 2400 },
        [SWING_PH] = { 0.05, 900 },
        [SWING_WATER_TEMP] = { 0.3, 3600 },
        [SWING_DOSE] = { 0.03, 600 },
    };

    for (unsigned i = 0; i < SWING_COUNT; i++)
        p->swings[i] = noise_wander(&p->chance, p->swings[i], SWINGS[i].spread, SWINGS[i].tau_s, dt_s);
}

/* Pump k starts below START[k] and stops above STOP[k]; in between it stays as it is. */
static unsigned staged(unsigned on, double level_m, const double *start_m, const double *stop_m,
                       unsigned pumps)
{
    while (on < pumps && level_m < start_m[on])
        on++;
    while (on > 0 && level_m > stop_m[on - 1])
        on--;
    return on;
}

static void run_raw_pumps(struct physics *p)
{
    static const double START_M[PHYSICS_RAW_PUMPS] = { 3.30, 2.90, 2.30 };
    static const double STOP_M[PHYSICS_RAW_PUMPS] = { 3.80, 3.50, 3.00 };

    unsigned left = staged(p->raw_pumps_on, physics_clear_level_m(p), START_M, STOP_M, PHYSICS_RAW_PUMPS);

    p->raw_pumps_on = 0;
    for (unsigned i = 0; i < PHYSICS_RAW_PUMPS; i++) {
        p->raw_on[i] = left > 0 && !p->trouble.raw_tripped[i] && !p->trouble.plant_dark;
        left -= p->raw_on[i];
        p->raw_pumps_on += p->raw_on[i];
    }
    p->raw_m3h = p->raw_pumps_on * RAW_PUMP_M3H * (1.0 - 0.03 * (double)p->raw_pumps_on) *
                 (1.0 + p->swings[SWING_SOURCE]);
    p->treated_m3h = p->raw_m3h * PHYSICS_TREATED_SHARE;
}

static unsigned boosters_on(const struct physics *p)
{
    unsigned on = 0;

    for (unsigned i = 0; i < PHYSICS_BOOSTERS; i++)
        on += p->boosters[i].on;
    return on;
}

/* One pump does the work, the other helps below the second level; whoever rested longer starts first. */
static void switch_boosters(struct physics *p)
{
    static const double START_M[PHYSICS_BOOSTERS] = { 1.90, 1.20 };
    static const double STOP_M[PHYSICS_BOOSTERS] = { 2.60, 2.20 };
    unsigned was = boosters_on(p);
    unsigned left = staged(was, physics_tower_level_m(p), START_M, STOP_M, PHYSICS_BOOSTERS);

    if (left == 0 && was > 0)
        p->duty = (p->duty + 1) % PHYSICS_BOOSTERS;
    for (unsigned i = 0; i < PHYSICS_BOOSTERS; i++) {
        unsigned k = (p->duty + i) % PHYSICS_BOOSTERS;
        p->boosters[k].on = left > 0 && !p->trouble.booster_tripped[k] && !p->trouble.booster_dark;
        left -= p->boosters[k].on;
    }
}

/* Hydraulic power over an efficiency, plus what the motor takes for itself. */
static void run_booster(struct booster *b, double level_m, double in_bar, double head_bar, double dt_s)
{
    double head_m;

    b->ramp = approach(b->ramp, b->on ? 1.0 : 0.0, 4.0, dt_s);
    if (!b->on && b->ramp < 0.02)
        b->ramp = 0.0;
    b->flow_m3h = b->ramp * clamp(52.0 - 2.0 * level_m + 3.0 * (in_bar - 2.6), 20.0, 60.0) *
                  clamp(in_bar + 0.5, 0.0, 1.0); /* without water before it a pump spins dry */
    head_m = clamp(head_bar / BAR_PER_M, 5.0, 80.0);
    b->power_w = b->ramp > 0 ? 350.0 * b->ramp + 2.725 * b->flow_m3h * head_m / 0.62 : 0.0;
    b->energy_kwh += b->power_w * dt_s / HOUR_S / 1000.0;
}

static void run_boosters(struct physics *p, double dt_s)
{
    double head_bar = p->booster_out_bar - p->booster_in_bar;

    switch_boosters(p);
    p->booster_m3h = 0.0;
    for (unsigned i = 0; i < PHYSICS_BOOSTERS; i++) {
        run_booster(&p->boosters[i], physics_tower_level_m(p), p->booster_in_bar, head_bar, dt_s);
        p->booster_m3h += p->boosters[i].flow_m3h;
    }
}

static double wanted_m3h(const struct physics *p, enum physics_zone zone)
{
    return ZONES[zone].mean_m3h * physics_demand_share(p->local_s) * (1.0 + p->swings[SWING_ZONES + zone]);
}

/* Inverter pumps: head falls with the square of the flow, rises with the square of the speed. */
static double pumped_bar(const struct physics *p, double out_m3h)
{
    double speed = p->inverter_hz / 50.0;

    return speed > 0 ? 6.5 * speed * speed - 2.0e-5 * out_m3h * out_m3h + p->suction_bar : STOPPED_BAR;
}

/* At the end of the main, after its loss with the square of the flow. */
static double main_bar(const struct physics *p, double out_m3h)
{
    return pumped_bar(p, out_m3h) - 0.5 * (out_m3h / 250.0) * (out_m3h / 250.0);
}

struct main_question {
    const struct physics *p;
    double wanted_m3h[PHYSICS_ZONES_ON_MAIN];
};

/* What is drawn at the pressure this outflow leaves, above the outflow itself. */
static double surplus(const void *of, double out_m3h)
{
    const struct main_question *q = of;
    double drawn = q->p->booster_m3h, bar = main_bar(q->p, out_m3h);

    for (unsigned i = 0; i < PHYSICS_ZONES_ON_MAIN; i++)
        drawn += zone_draw(&q->p->zones[i], &ZONES[i], q->wanted_m3h[i], bar);
    return drawn - out_m3h;
}

/* The zones on the main take what the pressure gives them, and the pressure is what they leave. */
static void supply_main(struct physics *p)
{
    struct main_question q = { .p = p };
    double bar;

    p->suction_bar = physics_clear_level_m(p) * BAR_PER_M;
    for (unsigned i = 0; i < PHYSICS_ZONES_ON_MAIN; i++)
        q.wanted_m3h[i] = wanted_m3h(p, i);
    bar = main_bar(p, zone_root(surplus, &q, p->out_m3h));
    for (unsigned i = 0; i < PHYSICS_ZONES_ON_MAIN; i++)
        zone_settle(&p->zones[i], &ZONES[i], q.wanted_m3h[i], bar);
}

static double drawn_from_main(const struct physics *p)
{
    double sum = p->booster_m3h;

    for (unsigned i = 0; i < PHYSICS_ZONES_ON_MAIN; i++)
        sum += p->zones[i].flow_m3h;
    return sum;
}

/* A clear-water tank that runs dry gives less to everyone, in proportion. */
static void share_shortage(struct physics *p, double dt_s)
{
    double wanted = drawn_from_main(p);
    double there = p->treated_m3h + p->clear_m3 * HOUR_S / dt_s;
    double share = wanted > there ? there / wanted : 1.0;

    if (share < 1.0) {
        for (unsigned i = 0; i < PHYSICS_ZONES_ON_MAIN; i++)
            zone_ration(&p->zones[i], &ZONES[i], share);
        p->booster_m3h = 0.0;
        for (unsigned i = 0; i < PHYSICS_BOOSTERS; i++) {
            p->boosters[i].flow_m3h *= share;
            p->booster_m3h += p->boosters[i].flow_m3h;
        }
    }
    p->out_m3h = drawn_from_main(p);
}

/* The zone below the tower lives by its level; an empty tower gives what the pumps bring. */
static void supply_tower_zone(struct physics *p, double dt_s)
{
    struct zone *z = &p->zones[ZONE_TAN_PHONG];
    double there = p->booster_m3h + p->tower_m3 * HOUR_S / dt_s;

    zone_settle(z, &ZONES[ZONE_TAN_PHONG], wanted_m3h(p, ZONE_TAN_PHONG),
                physics_tower_level_m(p) * BAR_PER_M);
    if (z->flow_m3h > there)
        zone_ration(z, &ZONES[ZONE_TAN_PHONG], there / z->flow_m3h);
}

static void balance_tanks(struct physics *p, double dt_s)
{
    double hours = dt_s / HOUR_S;
    double clear_top = PHYSICS_CLEAR_AREA_M2 * PHYSICS_CLEAR_TOP_M;
    double tower_top = PHYSICS_TOWER_AREA_M2 * PHYSICS_TOWER_TOP_M;

    p->clear_m3 += (p->treated_m3h - p->out_m3h) * hours;
    p->tower_m3 += (p->booster_m3h - p->zones[ZONE_TAN_PHONG].flow_m3h) * hours;
    if (p->clear_m3 > clear_top) {
        p->spilled_total_m3 += p->clear_m3 - clear_top;
        p->clear_m3 = clear_top;
    }
    if (p->tower_m3 > tower_top) {
        p->spilled_total_m3 += p->tower_m3 - tower_top;
        p->tower_m3 = tower_top;
    }
    p->clear_m3 = clamp(p->clear_m3, 0.0, clear_top); /* only rounding is left to cut off at the bottom */
    p->tower_m3 = clamp(p->tower_m3, 0.0, tower_top);
    p->raw_total_m3 += p->raw_m3h * hours;
    p->treated_total_m3 += p->treated_m3h * hours;
    p->out_total_m3 += p->out_m3h * hours;
    for (unsigned i = 0; i < ZONE_COUNT; i++)
        p->zone_total_m3[i] += p->zones[i].flow_m3h * hours;
}

/* An integrating controller moves the speed until the pressure is right. */
static void hold_pressure(struct physics *p, double dt_s)
{
    double speed = p->inverter_hz / 50.0;

    p->out_bar = clamp(pumped_bar(p, p->out_m3h), 0.0, 10.0);
    p->out_kw = speed > 0 ? 1.5 * speed + p->out_m3h * (p->out_bar - p->suction_bar) / 36.0 / 0.68 : 0.0;
    if (p->trouble.plant_dark)
        p->inverter_hz = clamp(p->inverter_hz - 10.0 * dt_s, 0.0, 50.0); /* runs out */
    else if (p->inverter_hz < 20.0)
        p->inverter_hz += 2.0 * dt_s;
    else
        p->inverter_hz = clamp(p->inverter_hz + 1.2 * (SETPOINT_BAR - p->out_bar) * dt_s, 20.0, 50.0);
}

/* Around the booster station: behind it the height of the tower and the loss of the rising main. */
static void spread_pressure(struct physics *p)
{
    double rise_loss = 0.8 * (p->booster_m3h / 50.0) * (p->booster_m3h / 50.0);

    p->booster_in_bar = clamp(main_bar(p, p->out_m3h) - 1.2, -0.5, 10.0);
    p->booster_out_bar = physics_tower_level_m(p) * BAR_PER_M + 4.6 + rise_loss;
}

/* Raw turbidity wanders like rain in the valley; settling and filtering follow late and much weaker.  A
 * filter clogs with what it keeps, is washed, and lets a little through while it ripens. */
static void clarify(struct physics *p, double dt_s)
{
    double flow_share = p->raw_m3h / (2.0 * RAW_PUMP_M3H);
    double ripening = p->washing_left_s > 0 ? 0.25 : 0.0;

    p->storm_ntu = approach(p->storm_ntu, p->trouble.storm_ntu, 900.0, dt_s);
    p->raw_ntu = 18.0 * exp(p->swings[SWING_RAIN]) + p->storm_ntu;
    p->settled_ntu = approach(p->settled_ntu, 0.8 + 0.075 * p->raw_ntu + 0.3 * flow_share, 1500.0, dt_s);
    p->filtered_ntu = approach(p->filtered_ntu,
                               0.05 + 0.10 * p->settled_ntu + 0.05 * p->head_loss_m + ripening, 400.0, dt_s);
    if (p->washing_left_s > 0) {
        p->washing_left_s -= dt_s;
        p->head_loss_m = approach(p->head_loss_m, 0.40, 60.0, dt_s);
    } else {
        p->head_loss_m += 0.065 * flow_share * (0.5 + 0.25 * p->settled_ntu) * dt_s / HOUR_S;
        if (p->head_loss_m > 1.80)
            p->washing_left_s = WASH_S;
    }
}

bool physics_wash(struct physics *p)
{
    if (p->washing_left_s > 0)
        return false;
    p->washing_left_s = WASH_S;
    return true;
}

/* Free chlorine decays with what is there, and a little more is eaten whatever is there: without a dose it
 * ends at nothing. */
static double decayed(double mgl, double per_s, double eaten_per_s, double dt_s)
{
    mgl = mgl * exp(-per_s * dt_s) - eaten_per_s * dt_s;
    return mgl < CHLORINE_END ? 0.0 : mgl;
}

/* It decays with the time the water stays, faster in the pipe than in the tank (wall), and faster when warm.
 * Tanks are stirred. */
static void disinfect(struct physics *p, double dt_s)
{
    double warm = exp(0.06 * (p->water_c - 20.0));
    double tank_per_s = 0.028 / HOUR_S * warm, eaten_per_s = 0.008 / HOUR_S, pipe_per_h = 0.16 * warm;
    double pipe_h = 90.0 / clamp(p->out_m3h, 10.0, 1000.0); /* 90 m3 of main to the booster */
    double arriving = p->treated_cl_mgl * exp(-pipe_per_h * pipe_h);
    double fresh = p->treated_m3h * dt_s / HOUR_S / clamp(p->clear_m3, 1.0, 1.0e6);
    double pumped = p->booster_m3h * dt_s / HOUR_S / clamp(p->tower_m3, 1.0, 1.0e6);

    p->dose_mgl = p->trouble.dosing_failed || p->trouble.plant_dark
                      ? 0.0
                      : clamp(0.92 + p->swings[SWING_DOSE], 0.0, 3.0);
    p->treated_cl_mgl += clamp(fresh, 0.0, 1.0) * (p->dose_mgl - p->treated_cl_mgl);
    p->treated_cl_mgl = decayed(p->treated_cl_mgl, tank_per_s, eaten_per_s, dt_s);
    p->tower_cl_mgl += clamp(pumped, 0.0, 1.0) * (arriving - p->tower_cl_mgl);
    p->tower_cl_mgl = decayed(p->tower_cl_mgl, tank_per_s, eaten_per_s, dt_s);
}

static void warm(struct physics *p, double dt_s)
{
    double day = sin((p->local_s / DAY_S - 0.375) * 2.0 * PI); /* coolest at 3, warmest at 15 */

    p->water_c = 20.5 + 0.8 * day + p->swings[SWING_WATER_TEMP];
    p->cabinet_c = approach(p->cabinet_c, 24.0 + 5.0 * day + 0.25 * p->out_kw, 600.0, dt_s);
    p->ph = 7.35 + p->swings[SWING_PH];
}

void physics_stride(struct physics *p, double dt_s)
{
    p->local_s = fmod(p->local_s + dt_s, DAY_S);
    wander_all(p, dt_s);
    warm(p, dt_s);
    run_raw_pumps(p);
    run_boosters(p, dt_s);
    supply_main(p);
    share_shortage(p, dt_s);
    supply_tower_zone(p, dt_s);
    balance_tanks(p, dt_s);
    hold_pressure(p, dt_s);
    spread_pressure(p);
    clarify(p, dt_s);
    disinfect(p, dt_s);
}

void physics_step(struct physics *p, double dt_s)
{
    dt_s = clamp(dt_s, 0.0, HOUR_S);
    while (dt_s > 1.0e-9) {
        double part = least(dt_s, PHYSICS_LONGEST_STEP_S);
        physics_stride(p, part);
        dt_s -= part;
    }
}

void physics_init(struct physics *p, uint64_t seed, double local_s)
{
    *p = (struct physics){
        .chance = noise_seeded(seed),
        .local_s = fmod(local_s, DAY_S),
        .clear_m3 = 2.9 * PHYSICS_CLEAR_AREA_M2,
        .tower_m3 = 1.85 * PHYSICS_TOWER_AREA_M2,
        .raw_pumps_on = 1,
        .inverter_hz = 42.0,
        .boosters = { { .energy_kwh = 41250.0 }, { .energy_kwh = 39810.0 } },
        .head_loss_m = 0.9,
        .raw_ntu = 18.0,
        .settled_ntu = 2.3,
        .filtered_ntu = 0.32,
        .treated_cl_mgl = 0.78,
        .tower_cl_mgl = 0.68,
        .raw_total_m3 = 2610400.0,
        .treated_total_m3 = 2505984.0,
        .out_total_m3 = 2504730.0,
        .zone_total_m3 = { 611200.0, 388100.0, 274900.0, 218400.0, 402300.0 },
        .out_bar = SETPOINT_BAR,
        .booster_in_bar = 2.8,
        .booster_out_bar = 4.8,
        .cabinet_c = 30.0,
        .water_c = 20.5,
    };
}
