#include "works.h"

#include <math.h>

#include "physics.h"

#define HOUR_S       3600.0
#define DAY_S        86400.0
#define BAR_PER_M    0.0980665
#define PI           3.14159265358979
#define WASH_AT_M    1.60
#define WASH_S       480.0
#define HYPO_TOP_M   1.2
#define HYPO_AREA_M2 0.8
#define STOPPED_BAR  (-10.0) /* behind standing pumps nothing flows: their check valves are shut */
#define CHLORINE_END 0.0005  /* mg/L: what is less is none */

static const struct works_sizes SIZES[WORKS_COUNT] = {
    [WORKS_BINH_LU] = { .zone = { .mean_m3h = 46, .leak_m3h = 2.4, .far_rise_bar = -0.7, .loss_bar = 0.25 },
                        .tank_area_m2 = 110,
                        .tank_top_m = 3.5,
                        .pumps = 3,
                        .source_m3h = 28,
                        .lift_m = 52,
                        .inlet_bar = 0,
                        .setpoint_bar = 3.8,
                        .treated_share = 0.97,
                        .raw_ntu = 1.6,
                        .rain = 0.15,
                        .dose_mgl = 0.85,
                        .raw_iron_mgl = 1.4,
                        .conductivity_uscm = 385,
                        .ph = 7.1,
                        .temperature_c = 22.5,
                        .well_rest_m = 14.0 },
    [WORKS_NAM_NHUN] = { .zone = { .mean_m3h = 34, .leak_m3h = 1.6, .far_rise_bar = -0.7, .loss_bar = 0.35 },
                         .tank_area_m2 = 95,
                         .tank_top_m = 3.6,
                         .pumps = 2,
                         .source_m3h = 38,
                         .lift_m = 46,
                         .inlet_bar = 0.2,
                         .setpoint_bar = 4.0,
                         .treated_share = 0.95,
                         .raw_ntu = 24,
                         .rain = 0.45,
                         .dose_mgl = 0.95,
                         .raw_iron_mgl = 0.12,
                         .conductivity_uscm = 145,
                         .ph = 7.5,
                         .temperature_c = 23.5 },
    [WORKS_TAN_UYEN] = { .zone = { .mean_m3h = 26, .leak_m3h = 1.5, .far_rise_bar = -0.7, .loss_bar = 0.40 },
                         .tank_area_m2 = 120,
                         .tank_top_m = 3.4,
                         .pumps = 2,
                         .source_m3h = 40,
                         .lift_m = 48,
                         .inlet_bar = 2.4,
                         .static_m = 38,
                         .treated_share = 1.0,
                         .raw_ntu = 0.45,
                         .rain = 0.10,
                         .arriving_mgl = 0.62,
                         .conductivity_uscm = 160,
                         .ph = 7.4,
                         .temperature_c = 22.0 },
    [WORKS_TRUNG_DONG] = { .zone = { .mean_m3h = 11,
                                     .leak_m3h = 0.8,
                                     .far_rise_bar = -0.7,
                                     .loss_bar = 0.30 },
                           .tank_area_m2 = 22,
                           .tank_top_m = 3.2,
                           .pumps = 2,
                           .source_m3h = 19,
                           .lift_m = 42,
                           .inlet_bar = 2.1,
                           .static_m = 36,
                           .treated_share = 1.0,
                           .raw_ntu = 0.50,
                           .rain = 0.10,
                           .arriving_mgl = 0.55,
                           .conductivity_uscm = 160,
                           .ph = 7.4,
                           .temperature_c = 22.0 },
    [WORKS_PHIN_HO] = { .zone = { .mean_m3h = 2.6, .leak_m3h = 0.25, .far_rise_bar = -0.7, .loss_bar = 0.20 },
                        .tank_area_m2 = 14,
                        .tank_top_m = 2.4,
                        .source_m3h = 4.6,
                        .static_m = 32,
                        .treated_share = 1.0,
                        .raw_ntu = 1.3,
                        .rain = 0.35,
                        .dose_mgl = 0.55,
                        .conductivity_uscm = 120,
                        .ph = 7.6,
                        .temperature_c = 16.5 },
    [WORKS_TA_PHIN] = { .zone = { .mean_m3h = 1.9, .leak_m3h = 0.20, .far_rise_bar = -0.7, .loss_bar = 0.20 },
                        .tank_area_m2 = 11,
                        .tank_top_m = 2.2,
                        .source_m3h = 3.6,
                        .static_m = 27,
                        .treated_share = 1.0,
                        .raw_ntu = 1.0,
                        .rain = 0.35,
                        .dose_mgl = 0.50,
                        .conductivity_uscm = 105,
                        .ph = 7.5,
                        .temperature_c = 15.5 },
};

const struct works_sizes *works_sizes(enum works_id id)
{
    return &SIZES[id];
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

static double approach(double was, double target, double tau_s, double dt_s)
{
    return was + (target - was) * (1.0 - exp(-dt_s / tau_s));
}

double works_level_m(const struct works *w, enum works_id id)
{
    return w->tank_m3 / SIZES[id].tank_area_m2;
}

unsigned works_pumps_on(const struct works *w)
{
    unsigned on = 0;

    for (unsigned i = 0; i < WORKS_PUMPS_MAX; i++)
        on += w->pumps[i].on;
    return on;
}

static void wander(struct works *w, struct noise *chance, double dt_s)
{
    static const struct {
        double spread, tau_s;
    } SWINGS[WORKS_SWING_COUNT] = {
        [WORKS_SWING_DEMAND] = { 0.07, 75 }, [WORKS_SWING_SOURCE] = { 0.02, 300 },
        [WORKS_SWING_RAIN] = { 1.0, 3000 },  [WORKS_SWING_PH] = { 0.05, 1200 },
        [WORKS_SWING_TEMP] = { 0.3, 3600 },
    };

    for (unsigned i = 0; i < WORKS_SWING_COUNT; i++)
        w->swings[i] = noise_wander(chance, w->swings[i], SWINGS[i].spread, SWINGS[i].tau_s, dt_s);
}

/* Pump k starts below START[k] of the tank's height and stops above STOP[k]; in between it stays.  Whoever
 * rested longest starts, whoever ran longest stops: the pumps that run are `on` in a row from `duty`. */
static void switch_pumps(struct works *w, unsigned pumps, double full)
{
    static const double START[WORKS_PUMPS_MAX] = { 0.76, 0.60, 0.46 };
    static const double STOP[WORKS_PUMPS_MAX] = { 0.92, 0.84, 0.72 };
    unsigned was = works_pumps_on(w), on = was, left;

    while (on < pumps && full < START[on])
        on++;
    while (on > 0 && full > STOP[on - 1])
        on--;
    if (on < was)
        w->duty = (w->duty + was - on) % pumps;
    left = on;
    for (unsigned i = 0; i < pumps; i++) {
        unsigned k = (w->duty + i) % pumps;
        w->pumps[k].on = left > 0 && !w->trouble.tripped[k] && !w->trouble.dark;
        left -= w->pumps[k].on;
    }
}

static void run_pump(struct works_pump *p, const struct works *w, const struct works_sizes *s, double dt_s)
{
    double head_m = clamp((w->outlet_bar - w->inlet_bar) / BAR_PER_M, 5.0, 120.0);

    p->ramp = approach(p->ramp, p->on ? 1.0 : 0.0, 4.0, dt_s);
    if (!p->on && p->ramp < 0.02)
        p->ramp = 0.0;
    p->flow_m3h = p->ramp * s->source_m3h * (1.0 + w->swings[WORKS_SWING_SOURCE]) *
                  clamp(1.0 - 0.004 * (head_m - s->lift_m), 0.7, 1.2);
    p->power_w = p->ramp > 0 ? 280.0 * p->ramp + 2.725 * p->flow_m3h * head_m / 0.60 : 0.0;
    p->energy_kwh += p->power_w * dt_s / HOUR_S / 1000.0;
    p->well_m = approach(p->well_m, s->well_rest_m + 0.22 * p->flow_m3h, 400.0, dt_s);
}

/* A spring gives what it has; the float valve closes over the last tenth of the tank. */
static void run_spring(struct works *w, const struct works_sizes *s, double full)
{
    double open = clamp((0.97 - full) / 0.10, 0.0, 1.0);

    w->valve_percent = 100.0 * open;
    w->raw_m3h = s->source_m3h * open * (1.0 + 2.0 * w->swings[WORKS_SWING_SOURCE]);
}

static void run_source(struct works *w, const struct works_sizes *s, double full, double dt_s)
{
    double strain;

    if (s->pumps == 0) {
        run_spring(w, s, full);
    } else {
        switch_pumps(w, s->pumps, full);
        w->raw_m3h = 0.0;
        for (unsigned i = 0; i < s->pumps; i++) {
            run_pump(&w->pumps[i], w, s, dt_s);
            w->raw_m3h += w->pumps[i].flow_m3h;
        }
        w->valve_percent = 100.0;
    }
    strain = w->raw_m3h / s->source_m3h;
    w->treated_m3h = w->raw_m3h * s->treated_share;
    w->inlet_bar = clamp(s->inlet_bar * (1.0 + 0.3 * w->swings[WORKS_SWING_DEMAND]) - 0.12 * strain * strain,
                         -0.5, 10.0);
    w->outlet_bar = s->lift_m * BAR_PER_M + full * s->tank_top_m * BAR_PER_M + 0.3 * strain * strain;
}

/* Into the network: inverter pumps, whose head falls with the square of the flow, or the tank's height. */
static double supplied_bar(const struct works *w, const struct works_sizes *s, double out_m3h)
{
    double share = out_m3h / s->zone.mean_m3h, speed = w->hz / 50.0;
    double level_bar = w->tank_m3 / s->tank_area_m2 * BAR_PER_M;

    if (s->setpoint_bar <= 0)
        return s->static_m * BAR_PER_M + level_bar - 0.15 * share * share;
    return speed > 0 ? 6.2 * speed * speed - 0.25 * share * share + level_bar : STOPPED_BAR;
}

struct draw_question {
    const struct works *w;
    const struct works_sizes *s;
    double wanted_m3h;
};

/* What is drawn at the pressure this outflow leaves, above the outflow itself. */
static double surplus(const void *of, double out_m3h)
{
    const struct draw_question *q = of;

    return zone_draw(&q->w->zone, &q->s->zone, q->wanted_m3h, supplied_bar(q->w, q->s, out_m3h)) - out_m3h;
}

/* What people and leaks take at the pressure they leave, as far as there is water. */
static void draw(struct works *w, const struct works_sizes *s, double local_s, double dt_s)
{
    double there = w->treated_m3h + w->tank_m3 * HOUR_S / dt_s;
    struct draw_question q = {
        w, s, s->zone.mean_m3h * physics_demand_share(local_s) * (1.0 + w->swings[WORKS_SWING_DEMAND])
    };
    double out_m3h = zone_root(surplus, &q, w->zone.flow_m3h);

    zone_settle(&w->zone, &s->zone, q.wanted_m3h, supplied_bar(w, s, out_m3h));
    if (w->zone.flow_m3h > there)
        zone_ration(&w->zone, &s->zone, there / w->zone.flow_m3h);
    w->out_bar = clamp(supplied_bar(w, s, w->zone.flow_m3h), 0.0, 16.0);
}

static void balance(struct works *w, const struct works_sizes *s, double dt_s)
{
    double hours = dt_s / HOUR_S, top = s->tank_area_m2 * s->tank_top_m;

    w->tank_m3 += (w->treated_m3h - w->zone.flow_m3h) * hours;
    if (w->tank_m3 > top) {
        w->spilled_total_m3 += w->tank_m3 - top;
        w->tank_m3 = top;
    }
    w->tank_m3 = clamp(w->tank_m3, 0.0, top); /* only rounding is left to cut off at the bottom */
    w->raw_total_m3 += w->raw_m3h * hours;
    w->out_total_m3 += w->zone.flow_m3h * hours;
}

/* The inverter moves the speed until the pressure is right. */
static void hold_pressure(struct works *w, const struct works_sizes *s, double dt_s)
{
    if (s->setpoint_bar <= 0)
        w->hz = 0.0;
    else if (w->trouble.dark)
        w->hz = clamp(w->hz - 10.0 * dt_s, 0.0, 50.0); /* runs out */
    else if (w->hz < 20.0)
        w->hz += 2.0 * dt_s;
    else
        w->hz = clamp(w->hz + 1.2 * (s->setpoint_bar - w->out_bar) * dt_s, 20.0, 50.0);
}

static void take_power(struct works *w, const struct works_sizes *s, double dt_s)
{
    double level_bar = w->tank_m3 / s->tank_area_m2 * BAR_PER_M, watts = 400.0;

    for (unsigned i = 0; i < WORKS_PUMPS_MAX; i++)
        watts += w->pumps[i].power_w;
    w->out_kw = watts / 1000.0;
    if (w->hz > 0)
        w->out_kw += 0.8 * w->hz / 50.0 + w->zone.flow_m3h * (w->out_bar - level_bar) / 36.0 / 0.66;
    if (w->trouble.dark)
        w->out_kw = 0.0;
    w->energy_kwh += w->out_kw * dt_s / HOUR_S;
}

bool works_wash(struct works *w, unsigned filter)
{
    if (w->washing_left_s[filter] > 0)
        return false;
    w->washing_left_s[filter] = WASH_S;
    w->washes += 1.0;
    return true;
}

static void wash_or_clog(struct works *w, double load, unsigned i, double dt_s)
{
    if (w->washing_left_s[i] > 0) {
        w->washing_left_s[i] -= dt_s;
        w->head_loss_m[i] = approach(w->head_loss_m[i], 0.35, 60.0, dt_s);
        return;
    }
    w->head_loss_m[i] += 0.055 * load * (0.5 + 0.25 * w->settled_ntu) * dt_s / HOUR_S;
    if (w->head_loss_m[i] > WASH_AT_M)
        (void)works_wash(w, i);
}

static void clarify(struct works *w, const struct works_sizes *s, double dt_s)
{
    double load = w->raw_m3h / s->source_m3h, ripening = 0.0;

    w->storm_ntu = approach(w->storm_ntu, w->trouble.storm_ntu, 900.0, dt_s);
    w->raw_ntu = s->raw_ntu * exp(s->rain * w->swings[WORKS_SWING_RAIN]) + w->storm_ntu;
    w->settled_ntu = approach(w->settled_ntu, 0.30 + 0.08 * w->raw_ntu, 1500.0, dt_s);
    for (unsigned i = 0; i < WORKS_FILTERS; i++) {
        wash_or_clog(w, load, i, dt_s);
        ripening += w->washing_left_s[i] > 0 ? 0.12 : 0.0;
    }
    /* springs and boosters have no filter: what comes is what goes */
    w->filtered_ntu =
        approach(w->filtered_ntu,
                 s->treated_share < 1.0 ? 0.06 + 0.11 * w->settled_ntu + ripening : w->raw_ntu, 400.0, dt_s);
}

/* The tank is stirred; chlorine decays in it, faster when warm, and a little is eaten whatever is there.
 * Hypochlorite is used up and refilled. */
static void disinfect(struct works *w, const struct works_sizes *s, double dt_s)
{
    double decay_per_s = 0.025 / HOUR_S * exp(0.06 * (w->water_c - 20.0)), eaten_per_s = 0.005 / HOUR_S;
    double fresh = w->treated_m3h * dt_s / HOUR_S / clamp(w->tank_m3, 1.0, 1.0e6);

    w->dose_mgl = w->trouble.dosing_failed || w->trouble.dark ? 0.0 : s->dose_mgl;
    w->chlorine_mgl += clamp(fresh, 0.0, 1.0) * (w->dose_mgl + s->arriving_mgl - w->chlorine_mgl);
    w->chlorine_mgl = w->chlorine_mgl * exp(-decay_per_s * dt_s) - eaten_per_s * dt_s;
    if (w->chlorine_mgl < CHLORINE_END)
        w->chlorine_mgl = 0.0;
    /* g/h of chlorine from a solution of 10 g/L, out of a square vessel */
    w->hypochlorite_m -= w->dose_mgl * w->treated_m3h / 10.0 / 1000.0 / HYPO_AREA_M2 * dt_s / HOUR_S;
    if (w->hypochlorite_m < 0.25)
        w->hypochlorite_m = HYPO_TOP_M * 0.95;
}

static void warm(struct works *w, const struct works_sizes *s, double local_s, double dt_s)
{
    double day = sin((local_s / DAY_S - 0.375) * 2.0 * PI); /* coolest at 3, warmest at 15 */

    w->water_c = s->temperature_c + 0.7 * day + w->swings[WORKS_SWING_TEMP];
    w->cabinet_c = approach(w->cabinet_c, 23.0 + 5.0 * day + 0.2 * w->out_kw, 600.0, dt_s);
    w->battery_v = 12.7 + 0.9 * clamp(day, -0.3, 1.0); /* from the sun */
    w->ph = s->ph + w->swings[WORKS_SWING_PH];
}

void works_step(struct works all[WORKS_COUNT], struct noise *chance, double local_s, double dt_s)
{
    for (unsigned id = 0; id < WORKS_COUNT; id++) {
        struct works *w = &all[id];
        const struct works_sizes *s = &SIZES[id];
        double full = works_level_m(w, id) / s->tank_top_m;

        wander(w, chance, dt_s);
        warm(w, s, local_s, dt_s);
        run_source(w, s, full, dt_s);
        draw(w, s, local_s, dt_s);
        balance(w, s, dt_s);
        hold_pressure(w, s, dt_s);
        take_power(w, s, dt_s);
        clarify(w, s, dt_s);
        disinfect(w, s, dt_s);
    }
}

void works_init(struct works all[WORKS_COUNT])
{
    for (unsigned id = 0; id < WORKS_COUNT; id++) {
        const struct works_sizes *s = &SIZES[id];
        struct works *w = &all[id];

        *w = (struct works){
            .tank_m3 = 0.68 * s->tank_top_m * s->tank_area_m2,
            .hz = s->setpoint_bar > 0 ? 39.0 : 0.0,
            .head_loss_m = { 0.55, 1.05 },
            .raw_ntu = s->raw_ntu,
            .settled_ntu = 0.3 + 0.08 * s->raw_ntu,
            .filtered_ntu = s->treated_share < 1.0 ? 0.06 + 0.11 * (0.3 + 0.08 * s->raw_ntu) : s->raw_ntu,
            .chlorine_mgl = 0.88 * (s->dose_mgl + s->arriving_mgl),
            .hypochlorite_m = 0.9,
            .raw_total_m3 = 4100.0 * s->zone.mean_m3h,
            .out_total_m3 = 3900.0 * s->zone.mean_m3h,
            .energy_kwh = 2200.0 * s->zone.mean_m3h,
            .out_bar = s->setpoint_bar > 0 ? s->setpoint_bar : s->static_m * BAR_PER_M,
            .cabinet_c = 26.0,
        };
        for (unsigned i = 0; i < s->pumps; i++)
            w->pumps[i] = (struct works_pump){ .energy_kwh = 9000.0 + 410.0 * i + 100.0 * id,
                                               .well_m = s->well_rest_m };
    }
}
