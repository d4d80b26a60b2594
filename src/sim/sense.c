#include "sense.h"

#include <math.h>

/* Status bits of the pump module: 8 remote, 9 on, 10 alarm. */
#define PUMP_REMOTE 256.0
#define PUMP_ON     512.0
#define PUMP_ALARM  1024.0

#define CHLORINE_LEAST 0.01 /* mg/L: below, an amperometric cell shows nothing */

static double at_least(double x, double low)
{
    return x < low ? low : x;
}

/* Relative noise, as flow meters have it; a standing meter says 0. */
static double about(struct noise *chance, double x, double share)
{
    return x * (1.0 + share * noise_gauss(chance));
}

/* Absolute noise, as transmitters have it. */
static double near(struct noise *chance, double x, double spread)
{
    return x + spread * noise_gauss(chance);
}

static double chlorine(struct noise *chance, double mgl)
{
    double seen = near(chance, mgl, 0.004);

    return mgl < CHLORINE_LEAST || seen < CHLORINE_LEAST ? 0.0 : seen;
}

static double pump_status(bool on, bool tripped)
{
    return PUMP_REMOTE + (on ? PUMP_ON : 0.0) + (tripped ? PUMP_ALARM : 0.0);
}

/* ---- meters and loggers of an area ---- */

/* High byte: working step 3 (measuring); low byte: signal quality 0..99. */
static void sense_meter(const struct zone *z, struct noise *c, double *out)
{
    out[AREA_FLOW] = about(c, z->flow_m3h, 0.005);
    out[AREA_SIGNAL] = 3 * 256 + 82 + floor(noise_unit(c) * 5.0);
    out[AREA_STRENGTH] = 1770.0 + floor(noise_unit(c) * 30.0);
}

static void sense_loggers(const struct zone *z, double water_c, struct noise *c, double *out)
{
    out[AREA_INLET_PRESSURE] = at_least(near(c, z->in_bar, 0.004), 0.0);
    out[AREA_INLET_TEMP] = near(c, water_c - 0.8, 0.02);
    out[AREA_FAR_PRESSURE] = at_least(near(c, z->far_bar, 0.004), 0.0);
    out[AREA_FAR_TEMP] = near(c, water_c - 0.6, 0.02);
}

/* ---- the town ---- */

static void sense_plant(const struct physics *p, struct noise *c, double *out)
{
    out[SIGNAL_OUT_FLOW] = about(c, p->out_m3h, 0.003);
    out[SIGNAL_RAW_FLOW] = about(c, p->raw_m3h, 0.004);
    out[SIGNAL_OUT_PRESSURE] = at_least(near(c, p->out_bar, 0.006), 0.0);
    out[SIGNAL_CLEAR_LEVEL] = at_least(near(c, physics_clear_level_m(p), 0.0015), 0.0);
    out[SIGNAL_DOSE] = p->dose_mgl;
    out[SIGNAL_HEAD_LOSS] = at_least(near(c, p->head_loss_m, 0.004), 0.0);
    out[SIGNAL_RAW_PUMPS] = p->raw_pumps_on;
    out[SIGNAL_INVERTER_HZ] = p->inverter_hz;
    out[SIGNAL_CABINET] = near(c, p->cabinet_c, 0.05);
    out[SIGNAL_OUT_POWER] = about(c, p->out_kw, 0.004);
}

static void sense_quality(const struct physics *p, struct noise *c, double *out)
{
    out[SIGNAL_CHLORINE] = chlorine(c, p->treated_cl_mgl);
    out[SIGNAL_TURBIDITY] = at_least(near(c, p->filtered_ntu, 0.004), 0.0);
    out[SIGNAL_PH] = near(c, p->ph, 0.004);
    out[SIGNAL_WATER_TEMP] = near(c, p->water_c, 0.02);
    out[SIGNAL_SETTLED_TURBIDITY] = at_least(near(c, p->settled_ntu, 0.02), 0.0);
    out[SIGNAL_RAW_TURBIDITY] = at_least(about(c, p->raw_ntu, 0.015), 0.0);
    out[SIGNAL_RAW_TEMP] = near(c, p->water_c - 0.4, 0.02);
}

static void sense_booster(const struct booster *b, bool tripped, struct noise *c, double *out)
{
    /* status, flow, speed, current, power, energy: in the order of the signals */
    out[0] = pump_status(b->on, tripped);
    out[1] = about(c, b->flow_m3h, 0.004);
    out[2] = b->ramp * 2900.0;
    out[3] = b->power_w / (sqrt(3.0) * 400.0 * 0.86);
    out[4] = about(c, b->power_w, 0.003);
    out[5] = b->energy_kwh;
}

static void sense_network(const struct physics *p, struct noise *c, double *out)
{
    out[SIGNAL_BOOSTER_INLET] = near(c, p->booster_in_bar, 0.005);
    out[SIGNAL_TOWER_LEVEL] = at_least(near(c, physics_tower_level_m(p), 0.002), 0.0);
    out[SIGNAL_BOOSTER_OUTLET] = at_least(near(c, p->booster_out_bar, 0.006), 0.0);
    out[SIGNAL_TOWER_CHLORINE] = chlorine(c, p->tower_cl_mgl);
    sense_meter(&p->zones[ZONE_DOAN_KET], c, &out[SIGNAL_DMA_FLOW]);
    sense_loggers(&p->zones[ZONE_DOAN_KET], p->water_c, c, &out[SIGNAL_DMA_FLOW]);
}

void sense_town(const struct physics *p, struct noise *chance, double out[SIGNAL_COUNT])
{
    sense_plant(p, chance, out);
    sense_quality(p, chance, out);
    sense_network(p, chance, out);
    sense_booster(&p->boosters[0], p->trouble.booster_tripped[0], chance, &out[SIGNAL_PUMP1_STATUS]);
    sense_booster(&p->boosters[1], p->trouble.booster_tripped[1], chance, &out[SIGNAL_PUMP2_STATUS]);
}

/* ---- the town's treatment chain ---- */

static void sense_intake(const struct city *c, struct noise *n, double *out)
{
    out[CHAIN_STREAM] = near(n, c->stream_m, 0.003);
    out[CHAIN_SCREEN] = at_least(near(n, c->screen_m, 0.002), 0.0);
    out[CHAIN_RAW_PRESSURE] = near(n, c->raw_main_bar, 0.006);
    for (unsigned i = 0; i < PHYSICS_RAW_PUMPS; i++) {
        out[CHAIN_PUMP1_KW + i] = about(n, c->raw_pump_kw[i], 0.004);
        out[CHAIN_PUMP1_KWH + i] = c->raw_pump_kwh[i];
    }
}

static void sense_settling(const struct city *c, const struct physics *p, struct noise *n, double *out)
{
    double load = p->raw_m3h / 160.0;

    out[CHAIN_PRESETTLED] = at_least(about(n, c->presettled_ntu, 0.012), 0.0);
    out[CHAIN_PRESLUDGE] = at_least(near(n, c->presludge_m, 0.004), 0.0);
    out[CHAIN_PAC] = c->pac_mgl;
    out[CHAIN_PAC_LEVEL] = near(n, c->pac_level_m, 0.002);
    out[CHAIN_SODA] = c->soda_mgl;
    out[CHAIN_SODA_LEVEL] = near(n, c->soda_level_m, 0.002);
    out[CHAIN_MIXED_PH] = near(n, c->mixed_ph, 0.006);
    out[CHAIN_MIXER] = load > 0 ? near(n, 180.0 + 30.0 * load, 0.6) : 0.0;
    for (unsigned i = 0; i < 3; i++)
        out[CHAIN_FLOC1 + i] = p->trouble.plant_dark ? 0.0 : near(n, 5.2 - 1.3 * i, 0.03);
    for (unsigned i = 0; i < CITY_TANKS; i++) {
        out[CHAIN_BLANKET1 + i] = at_least(near(n, c->blanket_m[i], 0.006), 0.0);
        out[CHAIN_SETTLED1 + i] = at_least(near(n, c->settled_ntu[i], 0.02), 0.0);
    }
    out[CHAIN_WASH_TANK] = at_least(near(n, c->wash_tank_m, 0.002), 0.0);
    out[CHAIN_SLUDGE_TOTAL] = c->sludge_total_m3;
}

static void sense_supplies(const struct city *c, const struct physics *p, struct noise *n, double *out)
{
    bool dark = p->trouble.plant_dark;

    out[CHAIN_CHLORINE_RATE] = about(n, c->chlorine_gh, 0.01);
    for (unsigned i = 0; i < CITY_CYLINDERS; i++)
        out[CHAIN_CYLINDER1 + i] = at_least(near(n, c->cylinder_kg[i], 0.02), 0.0);
    out[CHAIN_VACUUM] = near(n, c->chlorine_gh > 0 ? -22.0 - 0.05 * c->chlorine_gh : -2.0, 0.2);
    out[CHAIN_GAS] = at_least(near(n, c->gas_ppm, 0.004), 0.0);
    out[CHAIN_CYLINDER_IN_USE] = c->cylinder + 1.0;
    for (unsigned i = 0; i < 3; i++)
        out[CHAIN_VOLTS1 + i] = dark ? 0.0 : near(n, c->volts + 1.2 * i - 1.2, 0.3);
    out[CHAIN_FACTOR] = dark ? 0.0 : near(n, 0.90 - 0.05 * (p->raw_pumps_on == 0), 0.002);
    out[CHAIN_AMPS] = dark ? 0.0 : c->power_kw * 1000.0 / (3.0 * c->volts * 0.90);
    out[CHAIN_KW] = about(n, c->power_kw, 0.003);
    out[CHAIN_HERTZ] = dark ? 0.0 : near(n, 50.0, 0.015);
    out[CHAIN_KWH] = c->energy_kwh;
}

static void sense_filter(const struct city_filter *f, struct noise *n, double *out)
{
    out[FILTER_STATE] = f->washing_left_s > 0 ? 2.0 : 1.0;
    out[FILTER_HEAD_LOSS] = at_least(near(n, f->head_loss_m, 0.004), 0.0);
    out[FILTER_LEVEL] = at_least(near(n, f->level_m, 0.003), 0.0);
    out[FILTER_RUN] = f->run_h;
    out[FILTER_WASHES] = f->washes;
    out[FILTER_FLOW] = about(n, f->flow_m3h, 0.006);
    out[FILTER_TURBIDITY] = at_least(near(n, f->out_ntu, 0.004), 0.0);
}

void sense_city(const struct city *c, const struct physics *p, struct noise *chance, double out[SIGNAL_COUNT])
{
    double *chain = &out[SIGNAL_CHAIN];
    bool washing = false;

    sense_intake(c, chance, chain);
    sense_settling(c, p, chance, chain);
    sense_supplies(c, p, chance, chain);
    for (unsigned i = 0; i < CITY_FILTERS; i++) {
        sense_filter(&c->filters[i], chance, &out[SIGNAL_FILTERS + i * FILTER_SIGNALS]);
        washing = washing || c->filters[i].washing_left_s > 0;
    }
    chain[CHAIN_BLOWER] = washing;
    for (unsigned i = 0; i < SENSE_AREAS; i++) {
        const struct zone *z = &p->zones[ZONE_QUYET_THANG + i];
        sense_meter(z, chance, &out[SIGNAL_AREAS + i * AREA_SIGNALS]);
        sense_loggers(z, p->water_c, chance, &out[SIGNAL_AREAS + i * AREA_SIGNALS]);
    }
}

/* ---- the smaller works ---- */

static void sense_works_pump(const struct works *w, unsigned i, struct noise *c, double *out)
{
    const struct works_pump *p = &w->pumps[i];

    out[PUMP_STATUS] = pump_status(p->on, w->trouble.tripped[i]);
    out[PUMP_FLOW] = about(c, p->flow_m3h, 0.004);
    out[PUMP_SPEED] = p->ramp * 2900.0;
    out[PUMP_CURRENT] = p->power_w / (sqrt(3.0) * 400.0 * 0.86);
    out[PUMP_POWER] = about(c, p->power_w, 0.003);
    out[PUMP_INLET] = near(c, w->inlet_bar, 0.005);
    out[PUMP_ENERGY] = p->energy_kwh;
    out[PUMP_WELL] = near(c, p->well_m, 0.01);
}

static void sense_works_water(const struct works *w, enum works_id id, struct noise *c, double *out)
{
    out[WORKS_RAW_FLOW] = about(c, w->raw_m3h, 0.004);
    out[WORKS_OUT_FLOW] = about(c, w->zone.flow_m3h, 0.004);
    out[WORKS_OUT_PRESSURE] = at_least(near(c, w->out_bar, 0.006), 0.0);
    out[WORKS_FAR_PRESSURE] = at_least(near(c, w->zone.far_bar, 0.006), 0.0);
    out[WORKS_INLET_PRESSURE] = near(c, w->inlet_bar, 0.006);
    out[WORKS_OUTLET_PRESSURE] = near(c, w->outlet_bar, 0.006);
    out[WORKS_LEVEL] = at_least(near(c, works_level_m(w, id), 0.002), 0.0);
    out[WORKS_VOLUME] = w->tank_m3;
    out[WORKS_PUMPS_ON] = works_pumps_on(w);
    out[WORKS_HZ] = w->hz;
    out[WORKS_HEAD_LOSS1] = at_least(near(c, w->head_loss_m[0], 0.004), 0.0);
    out[WORKS_HEAD_LOSS2] = at_least(near(c, w->head_loss_m[1], 0.004), 0.0);
    out[WORKS_WASHES] = w->washes;
    out[WORKS_VALVE] = w->valve_percent;
}

static void sense_works_supplies(const struct works *w, struct noise *c, double *out)
{
    out[WORKS_KW] = about(c, w->out_kw, 0.004);
    out[WORKS_ENERGY] = w->energy_kwh;
    out[WORKS_VOLTS] = w->trouble.dark ? 0.0 : near(c, 228.0 - 0.1 * w->out_kw, 0.5);
    out[WORKS_CABINET] = near(c, w->cabinet_c, 0.05);
    out[WORKS_DOSE] = w->dose_mgl > 0 ? at_least(near(c, w->dose_mgl, 0.006), 0.0) : 0.0;
    out[WORKS_HYPOCHLORITE] = at_least(near(c, w->hypochlorite_m, 0.002), 0.0);
    out[WORKS_BATTERY] = near(c, w->battery_v, 0.01);
    out[WORKS_GSM] = floor(near(c, -88.0, 1.6));
}

static void sense_works_quality(const struct works *w, enum works_id id, struct noise *c, double *out)
{
    const struct works_sizes *s = works_sizes(id);

    out[WORKS_RAW_TURBIDITY] = at_least(about(c, w->raw_ntu, 0.015), 0.0);
    out[WORKS_RAW_TEMP] = near(c, w->water_c - 0.4, 0.02);
    out[WORKS_SETTLED_TURBIDITY] = at_least(near(c, w->settled_ntu, 0.02), 0.0);
    out[WORKS_TURBIDITY] = at_least(near(c, w->filtered_ntu, 0.004), 0.0);
    out[WORKS_PH] = near(c, w->ph, 0.004);
    out[WORKS_TEMP] = near(c, w->water_c, 0.02);
    out[WORKS_CHLORINE] = chlorine(c, w->chlorine_mgl);
    out[WORKS_CONDUCTIVITY] = about(c, s->conductivity_uscm, 0.004);
    out[WORKS_RAW_IRON] = at_least(about(c, s->raw_iron_mgl, 0.02), 0.0);
    /* aeration and filters leave a twentieth, more behind a clogged filter */
    out[WORKS_IRON] = at_least(near(c, s->raw_iron_mgl * 0.05 * (1.0 + w->head_loss_m[0]), 0.003), 0.0);
}

void sense_works(const struct works all[WORKS_COUNT], struct noise *chance, double out[SIGNAL_COUNT])
{
    for (unsigned id = 0; id < WORKS_COUNT; id++) {
        const struct works *w = &all[id];
        double *block = &out[SIGNAL_WORKS + id * WORKS_SIGNALS];

        sense_meter(&w->zone, chance, &block[WORKS_AREA]);
        sense_loggers(&w->zone, w->water_c, chance, &block[WORKS_AREA]);
        for (unsigned i = 0; i < WORKS_PUMPS_MAX; i++)
            sense_works_pump(w, i, chance, &block[WORKS_PUMP + i * PUMP_SIGNALS]);
        sense_works_water(w, id, chance, block);
        sense_works_supplies(w, chance, block);
        sense_works_quality(w, id, chance, block);
    }
}
