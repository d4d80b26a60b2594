#include "city.h"

#include <math.h>

#include "base/attr.h"

#define HOUR_S         3600.0
#define SUCTION_BAR    0.2 /* from the stream up to the pump */
#define WASH_AT_M      1.80
#define WASH_S         600.0
#define CYLINDER_KG    50.0
#define PAC_AREA_M2    2.2
#define SODA_AREA_M2   1.4
#define RESERVE_M      0.40 /* a vessel is refilled from here */
#define FILLED_M       1.80
#define WASH_TANK_M2   36.0
#define WASH_TANK_TOP  3.0
#define FILTER_WASH_M3 55.0

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

static double approach(double was, double target, double tau_s, double dt_s)
{
    return was + (target - was) * (1.0 - exp(-dt_s / tau_s));
}

static void wander(struct city *c, double dt_s)
{
    static const struct {
        double spread, tau_s;
    } SWINGS[] = { { 0.05, 1800 }, { 2.5, 120 }, { 0.01, 300 }, { 0.03, 900 } };

    for (unsigned i = 0; i < COUNT_OF(SWINGS); i++)
        c->swings[i] = noise_wander(&c->chance, c->swings[i], SWINGS[i].spread, SWINGS[i].tau_s, dt_s);
}

/* The stream rises with what makes it turbid; the screen catches leaves until it is raked. */
static void take_in(struct city *c, const struct physics *p, double dt_s)
{
    c->stream_m = clamp(1.1 + 0.35 * log(p->raw_ntu / 18.0) + c->swings[0], 0.3, 4.0);
    c->screen_m += 0.004 * (p->raw_m3h / 160.0) * dt_s / HOUR_S;
    if (c->screen_m > 0.15)
        c->screen_m = 0.03;
    c->raw_main_bar = 1.9 + 0.8 * (p->raw_m3h / 160.0) * (p->raw_m3h / 160.0);
    for (unsigned i = 0; i < PHYSICS_RAW_PUMPS; i++) {
        double bar = c->raw_main_bar + SUCTION_BAR;
        c->raw_pump_kw[i] = p->raw_on[i] ? 0.3 + p->raw_m3h / p->raw_pumps_on * bar / 36.0 / 0.64 : 0.0;
        c->raw_pump_kwh[i] += c->raw_pump_kw[i] * dt_s / HOUR_S;
    }
}

/* A vessel falls with what is dosed and is filled again by hand. */
static double used(double level_m, double litres_h, double area_m2, double dt_s)
{
    level_m -= litres_h / 1000.0 / area_m2 * dt_s / HOUR_S;
    return level_m < RESERVE_M ? FILLED_M : level_m;
}

static void settle(struct city *c, const struct physics *p, double dt_s)
{
    c->presettled_ntu = approach(c->presettled_ntu, 0.62 * p->raw_ntu + 0.5, 1200.0, dt_s);
    c->presludge_m += 0.0016 * p->raw_ntu * p->raw_m3h / 160.0 * dt_s / HOUR_S;
    if (c->presludge_m > 0.9) {
        c->presludge_m = 0.2;
        c->sludge_total_m3 += 24.0;
    }
    c->pac_mgl = 6.0 + 0.55 * sqrt(clamp(c->presettled_ntu, 0.0, 4000.0)) * 2.2 + 10.0 * c->swings[3];
    c->pac_mgl = clamp(c->pac_mgl, 3.0, 60.0);
    c->soda_mgl = clamp(1.5 + 0.12 * c->pac_mgl, 0.0, 10.0);
    c->mixed_ph = p->ph - 0.012 * c->pac_mgl + 0.05 * c->soda_mgl;
    c->pac_level_m = used(c->pac_level_m, c->pac_mgl * p->raw_m3h / 100.0, PAC_AREA_M2, dt_s);
    c->soda_level_m = used(c->soda_level_m, c->soda_mgl * p->raw_m3h / 80.0, SODA_AREA_M2, dt_s);
    for (unsigned i = 0; i < CITY_TANKS; i++) {
        c->settled_ntu[i] = approach(c->settled_ntu[i], p->settled_ntu * (i == 0 ? 0.96 : 1.04), 300.0, dt_s);
        c->blanket_m[i] += 0.040 * c->presettled_ntu / 12.0 * p->raw_m3h / 160.0 * dt_s / HOUR_S;
        if (c->blanket_m[i] > 1.1) {
            c->blanket_m[i] = 0.35;
            c->sludge_total_m3 += 18.0;
        }
    }
}

/* Filters wash one at a time, and never while the first, which keeps its own time, is washing. */
static bool may_wash(const struct city *c)
{
    for (unsigned i = 0; i < CITY_FILTERS; i++)
        if (c->filters[i].washing_left_s > 0)
            return false;
    return c->wash_tank_m * WASH_TANK_M2 > FILTER_WASH_M3;
}

bool city_wash(struct city *c, unsigned filter)
{
    if (!may_wash(c))
        return false;
    c->filters[filter].washing_left_s = WASH_S;
    return true;
}

static void clog_up(struct city *c, struct city_filter *f, const struct physics *p, double dt_s)
{
    if (f->washing_left_s > 0) {
        f->washing_left_s -= dt_s;
        f->head_loss_m = approach(f->head_loss_m, 0.40, 60.0, dt_s);
    } else {
        f->head_loss_m += 0.060 * f->flow_m3h / 40.0 * (0.5 + 0.25 * p->settled_ntu) * dt_s / HOUR_S;
        if (f->head_loss_m > WASH_AT_M && may_wash(c))
            f->washing_left_s = WASH_S;
    }
}

static void filter(struct city *c, const struct physics *p, double dt_s)
{
    unsigned working = 0;
    bool was[CITY_FILTERS];

    for (unsigned i = 0; i < CITY_FILTERS; i++) {
        was[i] = c->filters[i].washing_left_s > 0;
        if (i == 0) {
            c->filters[0].head_loss_m = p->head_loss_m;
            c->filters[0].washing_left_s = p->washing_left_s > 0 ? p->washing_left_s : 0.0;
        } else {
            clog_up(c, &c->filters[i], p, dt_s);
        }
        working += !(c->filters[i].washing_left_s > 0);
    }
    for (unsigned i = 0; i < CITY_FILTERS; i++) {
        struct city_filter *f = &c->filters[i];
        bool washing = f->washing_left_s > 0;

        f->flow_m3h = washing || working == 0 ? 0.0 : p->raw_m3h * 0.98 / working;
        f->level_m = approach(f->level_m, washing ? 0.9 : 1.6 + 0.15 * f->head_loss_m, 90.0, dt_s);
        f->run_h = washing ? 0.0 : f->run_h + dt_s / HOUR_S;
        f->out_ntu =
            approach(f->out_ntu, p->filtered_ntu * (0.92 + 0.05 * i) + (washing ? 0.1 : 0.0), 200.0, dt_s);
        if (washing)
            c->wash_tank_m -= FILTER_WASH_M3 / WASH_TANK_M2 / WASH_S * dt_s;
        f->washes += washing && !was[i];
    }
    c->wash_tank_m = clamp(c->wash_tank_m + 12.0 / WASH_TANK_M2 * dt_s / HOUR_S, 0.0, 0.95 * WASH_TANK_TOP);
}

/* One cylinder gives until it is empty, then the other; the empty one is changed. */
static void chlorinate(struct city *c, const struct physics *p, double dt_s)
{
    c->chlorine_gh = p->dose_mgl * p->treated_m3h;
    c->cylinder_kg[c->cylinder] -= c->chlorine_gh / 1000.0 * dt_s / HOUR_S;
    if (c->cylinder_kg[c->cylinder] < 1.0) {
        c->cylinder_kg[c->cylinder] = CYLINDER_KG;
        c->cylinder = (c->cylinder + 1) % CITY_CYLINDERS;
    }
    c->gas_ppm = clamp(0.03 + c->swings[2], 0.0, 1.0);
}

static void power(struct city *c, const struct physics *p, double dt_s)
{
    bool dark = p->trouble.plant_dark;

    c->power_kw = dark ? 0.0 : 3.5 + p->out_kw;
    for (unsigned i = 0; i < PHYSICS_RAW_PUMPS; i++)
        c->power_kw += c->raw_pump_kw[i];
    for (unsigned i = 0; i < CITY_FILTERS; i++)
        c->power_kw += c->filters[i].washing_left_s > 0 && !dark ? 15.0 : 0.0;
    c->energy_kwh += c->power_kw * dt_s / HOUR_S;
    c->volts = dark ? 0.0 : 229.0 + c->swings[1] - 0.08 * c->power_kw;
}

void city_step(struct city *c, const struct physics *p, double dt_s)
{
    wander(c, dt_s);
    take_in(c, p, dt_s);
    settle(c, p, dt_s);
    filter(c, p, dt_s);
    chlorinate(c, p, dt_s);
    power(c, p, dt_s);
}

void city_init(struct city *c, uint64_t seed, const struct physics *p)
{
    *c = (struct city){
        .chance = noise_seeded(seed ^ 0xC17Au),
        .filters = { { .head_loss_m = p->head_loss_m },
                     { .head_loss_m = 0.55 },
                     { .head_loss_m = 1.20 },
                     { .head_loss_m = 1.55 } },
        .presettled_ntu = 11.0,
        .presludge_m = 0.4,
        .blanket_m = { 0.5, 0.7 },
        .settled_ntu = { 2.2, 2.4 },
        .pac_level_m = 1.4,
        .soda_level_m = 1.2,
        .wash_tank_m = 2.6,
        .cylinder_kg = { 31.0, CYLINDER_KG },
        .screen_m = 0.05,
        .raw_pump_kwh = { 60200.0, 55100.0, 18400.0 },
        .energy_kwh = 402100.0,
        .sludge_total_m3 = 3120.0,
    };
    for (unsigned i = 0; i < CITY_FILTERS; i++) {
        c->filters[i].level_m = 1.75;
        c->filters[i].out_ntu = 0.3;
        c->filters[i].run_h = 18.0 * (c->filters[i].head_loss_m - 0.4) / 1.4 + 1.0;
        c->filters[i].washes = 700.0 + 3.0 * i;
    }
}
