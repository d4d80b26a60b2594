/* Instruments: what the field's sensors make of the water.  A signal is a measured quantity in the unit
 * the register table names; noise, drift and the sensor's own ends are added here and nowhere else. */
#ifndef SIM_SENSE_H
#define SIM_SENSE_H

#include "city.h"
#include "noise.h"
#include "physics.h"
#include "works.h"

enum signal {
    SIGNAL_FIXED,  /* a register that always holds the number in its row */
    SIGNAL_ALIVE,  /* seconds the device has run */
    SIGNAL_UNIT,   /* the device's own unit */
    SIGNAL_SERIAL, /* the device's serial number */
    SIGNAL_STATUS, /* of an analyser's input: 0 good, 1 uncertain, 2 bad */
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
    SIGNAL_TOWN_COUNT
};

/* A metered area: meter, then a logger at the inlet, then one at the critical point. */
enum area_signal {
    AREA_FLOW,
    AREA_VELOCITY,
    AREA_TOTAL,
    AREA_FRACTION,
    AREA_SIGNAL,
    AREA_STRENGTH,
    AREA_INLET_PRESSURE,
    AREA_INLET_TEMP,
    AREA_FAR_PRESSURE,
    AREA_FAR_TEMP,
    AREA_SIGNALS
};

enum pump_signal {
    PUMP_STATUS,
    PUMP_FLOW,
    PUMP_SPEED,
    PUMP_CURRENT,
    PUMP_POWER,
    PUMP_INLET,
    PUMP_ENERGY,
    PUMP_WELL,
    PUMP_SIGNALS
};

/* One of the smaller works: its outgoing meter and loggers as an area, its pumps, and the rest. */
enum works_signal {
    WORKS_AREA,
    WORKS_PUMP = WORKS_AREA + AREA_SIGNALS,
    WORKS_RAW_FLOW = WORKS_PUMP + WORKS_PUMPS_MAX * PUMP_SIGNALS,
    WORKS_RAW_TOTAL,
    WORKS_OUT_FLOW,
    WORKS_OUT_TOTAL,
    WORKS_OUT_PRESSURE,
    WORKS_FAR_PRESSURE,
    WORKS_INLET_PRESSURE,
    WORKS_OUTLET_PRESSURE,
    WORKS_LEVEL,
    WORKS_VOLUME,
    WORKS_PUMPS_ON,
    WORKS_HZ,
    WORKS_KW,
    WORKS_ENERGY,
    WORKS_VOLTS,
    WORKS_CABINET,
    WORKS_DOSE,
    WORKS_HYPOCHLORITE,
    WORKS_HEAD_LOSS1,
    WORKS_HEAD_LOSS2,
    WORKS_WASHES,
    WORKS_RAW_TURBIDITY,
    WORKS_RAW_TEMP,
    WORKS_SETTLED_TURBIDITY,
    WORKS_TURBIDITY,
    WORKS_PH,
    WORKS_TEMP,
    WORKS_CHLORINE,
    WORKS_CONDUCTIVITY,
    WORKS_IRON,
    WORKS_RAW_IRON,
    WORKS_BATTERY,
    WORKS_GSM,
    WORKS_VALVE,
    WORKS_SIGNALS
};

enum filter_signal {
    FILTER_STATE, /* 1 filtering, 2 washing */
    FILTER_HEAD_LOSS,
    FILTER_LEVEL,
    FILTER_RUN,
    FILTER_WASHES,
    FILTER_FLOW,
    FILTER_TURBIDITY,
    FILTER_SIGNALS
};

/* The town's treatment chain, step by step, its chlorinator and its power meter. */
enum chain_signal {
    CHAIN_STREAM,
    CHAIN_SCREEN,
    CHAIN_RAW_PRESSURE,
    CHAIN_PUMP1_KW,
    CHAIN_PUMP2_KW,
    CHAIN_PUMP3_KW,
    CHAIN_PRESETTLED,
    CHAIN_PRESLUDGE,
    CHAIN_PAC,
    CHAIN_PAC_LEVEL,
    CHAIN_SODA,
    CHAIN_SODA_LEVEL,
    CHAIN_MIXED_PH,
    CHAIN_MIXER,
    CHAIN_FLOC1,
    CHAIN_FLOC2,
    CHAIN_FLOC3,
    CHAIN_BLANKET1,
    CHAIN_BLANKET2,
    CHAIN_SETTLED1,
    CHAIN_SETTLED2,
    CHAIN_WASH_TANK,
    CHAIN_BLOWER,
    CHAIN_PUMP1_KWH,
    CHAIN_PUMP2_KWH,
    CHAIN_PUMP3_KWH,
    CHAIN_SLUDGE_TOTAL,
    CHAIN_CHLORINE_RATE,
    CHAIN_CYLINDER1,
    CHAIN_CYLINDER2,
    CHAIN_VACUUM,
    CHAIN_GAS,
    CHAIN_CYLINDER_IN_USE,
    CHAIN_VOLTS1,
    CHAIN_VOLTS2,
    CHAIN_VOLTS3,
    CHAIN_AMPS,
    CHAIN_KW,
    CHAIN_FACTOR,
    CHAIN_HERTZ,
    CHAIN_KWH,
    CHAIN_SIGNALS
};

enum { SENSE_AREAS = 2 }; /* Quyet Thang, Dong Phong */

/* All signals lie in one row: the town's, then blocks of the same shape one after the other. */
enum {
    SIGNAL_CHAIN = SIGNAL_TOWN_COUNT,
    SIGNAL_FILTERS = SIGNAL_CHAIN + CHAIN_SIGNALS,
    SIGNAL_AREAS = SIGNAL_FILTERS + CITY_FILTERS * FILTER_SIGNALS,
    SIGNAL_WORKS = SIGNAL_AREAS + SENSE_AREAS * AREA_SIGNALS,
    SIGNAL_COUNT = SIGNAL_WORKS + WORKS_COUNT * WORKS_SIGNALS
};

/* One look at everything but the totals, which the meters make of it (meters.h).  What belongs to the device
 * itself (SIGNAL_FIXED to SIGNAL_STATUS) is left alone.
 */
void sense_town(const struct physics *p, struct noise *chance, double out[SIGNAL_COUNT]);
void sense_city(const struct city *c, const struct physics *p, struct noise *chance,
                double out[SIGNAL_COUNT]);
void sense_works(const struct works all[WORKS_COUNT], struct noise *chance, double out[SIGNAL_COUNT]);

#endif
