#include "sense.h"

#include <math.h>

/* Status bits of the pump module: 8 remote, 9 on. */
#define PUMP_REMOTE 256.0
#define PUMP_ON     512.0

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

static void sense_plant(const struct physics *p, struct noise *c, double *out)
{
    out[SIGNAL_OUT_FLOW] = about(c, p->out_m3h, 0.003);
    out[SIGNAL_RAW_FLOW] = about(c, p->raw_m3h, 0.004);
    out[SIGNAL_OUT_PRESSURE] = near(c, p->out_bar, 0.006);
    out[SIGNAL_CLEAR_LEVEL] = at_least(near(c, physics_clear_level_m(p), 0.0015), 0.0);
    out[SIGNAL_OUT_TOTAL] = p->out_total_m3;
    out[SIGNAL_RAW_TOTAL] = p->raw_total_m3;
    out[SIGNAL_DOSE] = p->dose_mgl;
    out[SIGNAL_HEAD_LOSS] = at_least(near(c, p->head_loss_m, 0.004), 0.0);
    out[SIGNAL_RAW_PUMPS] = p->raw_pumps_on;
    out[SIGNAL_INVERTER_HZ] = p->inverter_hz;
    out[SIGNAL_CABINET] = near(c, p->cabinet_c, 0.05);
    out[SIGNAL_OUT_POWER] = about(c, p->out_kw, 0.004);
}

static void sense_quality(const struct physics *p, struct noise *c, double *out)
{
    out[SIGNAL_CHLORINE] = at_least(near(c, p->treated_cl_mgl, 0.004), 0.0);
    out[SIGNAL_TURBIDITY] = at_least(near(c, p->filtered_ntu, 0.004), 0.0);
    out[SIGNAL_PH] = near(c, p->ph, 0.004);
    out[SIGNAL_WATER_TEMP] = near(c, p->water_c, 0.02);
    out[SIGNAL_SETTLED_TURBIDITY] = at_least(near(c, p->settled_ntu, 0.02), 0.0);
    out[SIGNAL_RAW_TURBIDITY] = at_least(about(c, p->raw_ntu, 0.015), 0.0);
    out[SIGNAL_RAW_TEMP] = near(c, p->water_c - 0.4, 0.02);
}

static void sense_booster(const struct booster *b, struct noise *c, double *out)
{
    /* status, flow, speed, current, power, energy: in the order of the signals */
    out[0] = PUMP_REMOTE + (b->on ? PUMP_ON : 0.0);
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
    out[SIGNAL_BOOSTER_OUTLET] = near(c, p->booster_out_bar, 0.006);
    out[SIGNAL_TOWER_CHLORINE] = at_least(near(c, p->tower_cl_mgl, 0.004), 0.0);
    out[SIGNAL_DMA_FLOW] = about(c, p->dma_m3h, 0.005);
    out[SIGNAL_DMA_VELOCITY] = out[SIGNAL_DMA_FLOW] / 3600.0 / 0.0177; /* DN150 */
    out[SIGNAL_DMA_TOTAL] = floor(p->dma_total_m3);
    out[SIGNAL_DMA_FRACTION] = p->dma_total_m3 - floor(p->dma_total_m3);
    /* high byte: working step 3 (measuring); low byte: signal quality 0..99 */
    out[SIGNAL_DMA_SIGNAL] = 3 * 256 + 84 + floor(noise_unit(c) * 4.0);
    out[SIGNAL_DMA_STRENGTH] = 1790.0 + floor(noise_unit(c) * 20.0);
    out[SIGNAL_DMA_PRESSURE] = near(c, p->dma_in_bar, 0.004);
    out[SIGNAL_DMA_TEMP] = near(c, p->water_c - 0.8, 0.02);
    out[SIGNAL_FAR_PRESSURE] = near(c, p->dma_far_bar, 0.004);
    out[SIGNAL_FAR_TEMP] = near(c, p->water_c - 0.6, 0.02);
}

void sense_all(const struct physics *p, struct noise *chance, double out[SIGNAL_COUNT])
{
    out[SIGNAL_FIXED] = 0.0;
    out[SIGNAL_ALIVE] = 0.0;
    sense_plant(p, chance, out);
    sense_quality(p, chance, out);
    sense_network(p, chance, out);
    sense_booster(&p->boosters[0], chance, &out[SIGNAL_PUMP1_STATUS]);
    sense_booster(&p->boosters[1], chance, &out[SIGNAL_PUMP2_STATUS]);
}
