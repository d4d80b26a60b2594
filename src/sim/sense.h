/* Instruments: what the field's sensors make of the water.  A signal is a measured quantity in the unit
 * the register table names; noise, drift and the sensor's own ends are added here and nowhere else. */
#ifndef SIM_SENSE_H
#define SIM_SENSE_H

#include "noise.h"
#include "physics.h"

enum signal {
    SIGNAL_FIXED, /* a register that always holds the number in its row */
    SIGNAL_ALIVE, /* seconds the device has run */
    SIGNAL_OUT_FLOW,
    SIGNAL_RAW_FLOW,
    SIGNAL_OUT_PRESSURE,
    SIGNAL_CLEAR_LEVEL,
    SIGNAL_OUT_TOTAL,
    SIGNAL_RAW_TOTAL,
    SIGNAL_DOSE,
    SIGNAL_HEAD_LOSS,
    SIGNAL_RAW_PUMPS,
    SIGNAL_INVERTER_HZ,
    SIGNAL_CABINET,
    SIGNAL_OUT_POWER,
    SIGNAL_CHLORINE,
    SIGNAL_TURBIDITY,
    SIGNAL_PH,
    SIGNAL_WATER_TEMP,
    SIGNAL_SETTLED_TURBIDITY,
    SIGNAL_RAW_TURBIDITY,
    SIGNAL_RAW_TEMP,
    SIGNAL_BOOSTER_INLET,
    SIGNAL_PUMP1_STATUS,
    SIGNAL_PUMP1_FLOW,
    SIGNAL_PUMP1_SPEED,
    SIGNAL_PUMP1_CURRENT,
    SIGNAL_PUMP1_POWER,
    SIGNAL_PUMP1_ENERGY,
    SIGNAL_PUMP2_STATUS,
    SIGNAL_PUMP2_FLOW,
    SIGNAL_PUMP2_SPEED,
    SIGNAL_PUMP2_CURRENT,
    SIGNAL_PUMP2_POWER,
    SIGNAL_PUMP2_ENERGY,
    SIGNAL_TOWER_LEVEL,
    SIGNAL_BOOSTER_OUTLET,
    SIGNAL_TOWER_CHLORINE,
    SIGNAL_DMA_FLOW,
    SIGNAL_DMA_VELOCITY,
    SIGNAL_DMA_TOTAL,
    SIGNAL_DMA_FRACTION,
    SIGNAL_DMA_SIGNAL,
    SIGNAL_DMA_STRENGTH,
    SIGNAL_DMA_PRESSURE,
    SIGNAL_DMA_TEMP,
    SIGNAL_FAR_PRESSURE,
    SIGNAL_FAR_TEMP,
    SIGNAL_COUNT
};

/* One look at everything.  SIGNAL_FIXED and SIGNAL_ALIVE are left at 0: they belong to the registers. */
void sense_all(const struct physics *p, struct noise *chance, double out[SIGNAL_COUNT]);

#endif
