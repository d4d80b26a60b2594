/* What stands in the field: register tables by kind of device, and where each device hangs. */
#include "devices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meters.h"

#define HOLD(address, type, order, signal)                                                                   \
    {                                                                                                        \
        FIELD_HOLDING, address, type, order, 1.0, 0.0, signal, 0.0                                           \
    }
#define HOLD_SCALED(address, type, scale, signal)                                                            \
    {                                                                                                        \
        FIELD_HOLDING, address, type, ENCODE_ABCD, scale, 0.0, signal, 0.0                                   \
    }
#define HOLD_FIXED(address, type, number)                                                                    \
    {                                                                                                        \
        FIELD_HOLDING, address, type, ENCODE_ABCD, 1.0, 0.0, SIGNAL_FIXED, number                            \
    }
/* Pump modules number from 1 in their manual; the table keeps the manual's number. */
#define PUMP(doc, type, scale, offset, signal)                                                               \
    {                                                                                                        \
        FIELD_INPUT, (doc)-1, type, ENCODE_ABCD, scale, offset, signal, 0.0                                  \
    }
#define HOLD_OWN(address, type, own)                                                                         \
    {                                                                                                        \
        FIELD_HOLDING, address, type, ENCODE_ABCD, 1.0, 0.0, own, 0.0                                        \
    }
/* A signal of the device's own block: one table serves all devices of a kind. */
#define LOCAL(signal) (FIELD_LOCAL + (unsigned)(signal))
#define ALIVE(bank, address)                                                                                 \
    {                                                                                                        \
        bank, address, ENCODE_U16, ENCODE_ABCD, 1.0, 0.0, SIGNAL_ALIVE, 0.0                                  \
    }

/* ---- treatment plant ---- */
static const struct field_range PLC_RANGES[] = { { FIELD_HOLDING, 0, 160 } };
static const struct field_slot PLC_SLOTS[] = {
    ALIVE(FIELD_HOLDING, 0),
    HOLD(100, ENCODE_F32, ENCODE_CDAB, SIGNAL_OUT_FLOW),
    HOLD(102, ENCODE_F32, ENCODE_CDAB, SIGNAL_RAW_FLOW),
    HOLD(104, ENCODE_F32, ENCODE_CDAB, SIGNAL_OUT_PRESSURE),
    HOLD(106, ENCODE_F32, ENCODE_CDAB, SIGNAL_CLEAR_LEVEL),
    { FIELD_HOLDING, 110, ENCODE_U32, ENCODE_CDAB, 0.1, 0.0, SIGNAL_OUT_TOTAL, 0.0 },
    { FIELD_HOLDING, 112, ENCODE_U32, ENCODE_CDAB, 0.1, 0.0, SIGNAL_RAW_TOTAL, 0.0 },
    HOLD_SCALED(114, ENCODE_U16, 0.01, SIGNAL_DOSE),
    HOLD_SCALED(115, ENCODE_U16, 0.01, SIGNAL_HEAD_LOSS),
    HOLD_SCALED(116, ENCODE_U16, 1.0, SIGNAL_RAW_PUMPS),
    HOLD_SCALED(117, ENCODE_U16, 0.1, SIGNAL_INVERTER_HZ),
    HOLD_SCALED(118, ENCODE_I16, 0.1, SIGNAL_CABINET),
    HOLD_SCALED(119, ENCODE_U16, 0.1, SIGNAL_OUT_POWER),
};

/* Blocks of four: value, status (0 good), unit code, as the analyser numbers its inputs AI1... */
static const struct field_range ANALYSER_RANGES[] = { { FIELD_HOLDING, 0, 64 }, { FIELD_HOLDING, 200, 1 } };
#define AI(n, signal, unit_code)                                                                             \
    HOLD(((n)-1) * 4, ENCODE_F32, ENCODE_CDAB, signal),                                                      \
        HOLD_OWN(((n)-1) * 4 + 2, ENCODE_U16, SIGNAL_STATUS),                                                \
        HOLD_FIXED(((n)-1) * 4 + 3, ENCODE_U16, unit_code)
#define AI_UNUSED(n) HOLD_FIXED(((n)-1) * 4 + 2, ENCODE_U16, 3) /* status 3: not assigned */
static const struct field_slot ANALYSER_SLOTS[] = {
    AI(1, SIGNAL_CHLORINE, 47),          /* mg/l */
    AI(2, SIGNAL_TURBIDITY, 34),         /* NTU */
    AI(3, SIGNAL_PH, 53),                /* pH */
    AI(4, SIGNAL_WATER_TEMP, 89),        /* degC */
    AI(5, SIGNAL_SETTLED_TURBIDITY, 34), /* NTU */
    AI_UNUSED(6),
    AI_UNUSED(7),
    AI_UNUSED(8),
    AI_UNUSED(9),
    AI_UNUSED(10),
    AI_UNUSED(11),
    AI_UNUSED(12),
    AI_UNUSED(13),
    AI_UNUSED(14),
    AI_UNUSED(15),
    AI_UNUSED(16),
    ALIVE(FIELD_HOLDING, 200),
};

/* Turbidity probe at the intake: value first, then temperature, least significant byte first. */
static const struct field_range PROBE_RANGES[] = { { FIELD_HOLDING, 0x2600, 4 },
                                                   { FIELD_HOLDING, 0x2700, 1 } };
static const struct field_slot PROBE_SLOTS[] = {
    HOLD(0x2600, ENCODE_F32, ENCODE_DCBA, SIGNAL_RAW_TURBIDITY),
    HOLD(0x2602, ENCODE_F32, ENCODE_DCBA, SIGNAL_RAW_TEMP),
    ALIVE(FIELD_HOLDING, 0x2700),
};

/* ---- booster station ---- */
static const struct field_range PUMP_RANGES[] = {
    { FIELD_INPUT, 200, 16 },
    { FIELD_INPUT, 300, 60 },
    { FIELD_INPUT, 900, 1 },
};
#define PUMP_SLOTS(n)                                                                                        \
    PUMP(201, ENCODE_U16, 1.0, 0.0, SIGNAL_PUMP##n##_STATUS),                                                \
        PUMP(302, ENCODE_U16, 0.1, 0.0, SIGNAL_PUMP##n##_FLOW),                                              \
        PUMP(304, ENCODE_U16, 1.0, 0.0, SIGNAL_PUMP##n##_SPEED),                                             \
        PUMP(309, ENCODE_U16, 0.1, 0.0, SIGNAL_PUMP##n##_CURRENT),                                           \
        PUMP(312, ENCODE_U32, 1.0, 0.0, SIGNAL_PUMP##n##_POWER),                                             \
        PUMP(315, ENCODE_U16, 0.001, -1.0, SIGNAL_BOOSTER_INLET),                                            \
        PUMP(332, ENCODE_U32, 1.0, 0.0, SIGNAL_PUMP##n##_ENERGY), ALIVE(FIELD_INPUT, 900)
static const struct field_slot PUMP1_SLOTS[] = { PUMP_SLOTS(1) };
static const struct field_slot PUMP2_SLOTS[] = { PUMP_SLOTS(2) };

/* A small RTU whose maker swaps the bytes inside each word of a float. */
static const struct field_range RTU_RANGES[] = { { FIELD_HOLDING, 0, 32 } };
static const struct field_slot RTU_SLOTS[] = {
    ALIVE(FIELD_HOLDING, 0),
    HOLD(10, ENCODE_F32, ENCODE_BADC, SIGNAL_TOWER_LEVEL),
    HOLD(12, ENCODE_F32, ENCODE_BADC, SIGNAL_BOOSTER_OUTLET),
    HOLD(14, ENCODE_F32, ENCODE_BADC, SIGNAL_TOWER_CHLORINE),
};

/* ---- metered areas: one meter and two loggers each ---- */
static const struct field_range METER_RANGES[] = { { FIELD_HOLDING, 0, 116 }, { FIELD_HOLDING, 200, 1 } };
static const struct field_slot METER_SLOTS[] = {
    HOLD(0, ENCODE_F32, ENCODE_CDAB, LOCAL(AREA_FLOW)),
    HOLD(4, ENCODE_F32, ENCODE_CDAB, LOCAL(AREA_VELOCITY)),
    HOLD(8, ENCODE_I32, ENCODE_CDAB, LOCAL(AREA_TOTAL)),
    HOLD(10, ENCODE_F32, ENCODE_CDAB, LOCAL(AREA_FRACTION)),
    HOLD(24, ENCODE_I32, ENCODE_CDAB, LOCAL(AREA_TOTAL)),
    HOLD(26, ENCODE_F32, ENCODE_CDAB, LOCAL(AREA_FRACTION)),
    HOLD_SCALED(91, ENCODE_U16, 1.0, LOCAL(AREA_SIGNAL)),
    HOLD_SCALED(92, ENCODE_U16, 1.0, LOCAL(AREA_STRENGTH)),
    HOLD_SCALED(93, ENCODE_U16, 1.0, LOCAL(AREA_STRENGTH)),
    ALIVE(FIELD_HOLDING, 200),
};

/* Pressure loggers that, like some of their family, do not know the combined block at 0x0100.  Their block
 * is pressure, temperature. */
static const struct field_range LOGGER_RANGES[] = {
    { FIELD_HOLDING, 0x0002, 2 }, { FIELD_HOLDING, 0x0006, 2 }, { FIELD_HOLDING, 0x0202, 2 },
    { FIELD_HOLDING, 0x020D, 1 }, { FIELD_HOLDING, 0x0300, 1 },
};
static const struct field_slot LOGGER_SLOTS[] = {
    HOLD(0x0002, ENCODE_F32, ENCODE_ABCD, LOCAL(0)),
    HOLD(0x0006, ENCODE_F32, ENCODE_ABCD, LOCAL(1)),
    HOLD_OWN(0x0202, ENCODE_U32, SIGNAL_SERIAL),
    HOLD_OWN(0x020D, ENCODE_U16, SIGNAL_UNIT),
    ALIVE(FIELD_HOLDING, 0x0300),
};

/* ---- the town's treatment chain ---- */
static const struct field_range CHAIN_RANGES[] = { { FIELD_HOLDING, 0, 120 } };
#define CHAIN_F32(address, signal) HOLD(address, ENCODE_F32, ENCODE_CDAB, LOCAL(signal))
static const struct field_slot CHAIN_SLOTS[] = {
    ALIVE(FIELD_HOLDING, 0),
    CHAIN_F32(10, CHAIN_STREAM),
    CHAIN_F32(12, CHAIN_SCREEN),
    CHAIN_F32(14, CHAIN_RAW_PRESSURE),
    CHAIN_F32(16, CHAIN_PUMP1_KW),
    CHAIN_F32(18, CHAIN_PUMP2_KW),
    CHAIN_F32(20, CHAIN_PUMP3_KW),
    CHAIN_F32(22, CHAIN_PRESETTLED),
    CHAIN_F32(24, CHAIN_PRESLUDGE),
    CHAIN_F32(26, CHAIN_PAC),
    CHAIN_F32(28, CHAIN_PAC_LEVEL),
    CHAIN_F32(30, CHAIN_SODA),
    CHAIN_F32(32, CHAIN_SODA_LEVEL),
    CHAIN_F32(34, CHAIN_MIXED_PH),
    CHAIN_F32(36, CHAIN_BLANKET1),
    CHAIN_F32(38, CHAIN_BLANKET2),
    CHAIN_F32(40, CHAIN_SETTLED1),
    CHAIN_F32(42, CHAIN_SETTLED2),
    CHAIN_F32(44, CHAIN_WASH_TANK),
    HOLD_SCALED(60, ENCODE_U16, 1.0, LOCAL(CHAIN_MIXER)),
    HOLD_SCALED(61, ENCODE_U16, 0.01, LOCAL(CHAIN_FLOC1)),
    HOLD_SCALED(62, ENCODE_U16, 0.01, LOCAL(CHAIN_FLOC2)),
    HOLD_SCALED(63, ENCODE_U16, 0.01, LOCAL(CHAIN_FLOC3)),
    HOLD_SCALED(64, ENCODE_U16, 1.0, LOCAL(CHAIN_BLOWER)),
    { FIELD_HOLDING, 80, ENCODE_U32, ENCODE_CDAB, 0.1, 0.0, LOCAL(CHAIN_PUMP1_KWH), 0.0 },
    { FIELD_HOLDING, 82, ENCODE_U32, ENCODE_CDAB, 0.1, 0.0, LOCAL(CHAIN_PUMP2_KWH), 0.0 },
    { FIELD_HOLDING, 84, ENCODE_U32, ENCODE_CDAB, 0.1, 0.0, LOCAL(CHAIN_PUMP3_KWH), 0.0 },
    { FIELD_HOLDING, 86, ENCODE_U32, ENCODE_CDAB, 1.0, 0.0, LOCAL(CHAIN_SLUDGE_TOTAL), 0.0 },
};

static const struct field_range FILTER_RANGES[] = { { FIELD_HOLDING, 0, 20 } };
static const struct field_slot FILTER_SLOTS[] = {
    ALIVE(FIELD_HOLDING, 0),
    HOLD_SCALED(1, ENCODE_U16, 1.0, LOCAL(FILTER_STATE)),
    HOLD_SCALED(2, ENCODE_U16, 0.01, LOCAL(FILTER_HEAD_LOSS)),
    HOLD_SCALED(3, ENCODE_U16, 0.01, LOCAL(FILTER_LEVEL)),
    HOLD_SCALED(4, ENCODE_U16, 0.1, LOCAL(FILTER_RUN)),
    HOLD_SCALED(5, ENCODE_U16, 1.0, LOCAL(FILTER_WASHES)),
    HOLD(10, ENCODE_F32, ENCODE_CDAB, LOCAL(FILTER_FLOW)),
    HOLD(12, ENCODE_F32, ENCODE_CDAB, LOCAL(FILTER_TURBIDITY)),
};

static const struct field_range CHLORINATOR_RANGES[] = { { FIELD_HOLDING, 0, 16 } };
static const struct field_slot CHLORINATOR_SLOTS[] = {
    ALIVE(FIELD_HOLDING, 0),
    HOLD_SCALED(1, ENCODE_U16, 0.1, LOCAL(CHAIN_CHLORINE_RATE)),
    HOLD_SCALED(2, ENCODE_U16, 0.01, LOCAL(CHAIN_CYLINDER1)),
    HOLD_SCALED(3, ENCODE_U16, 0.01, LOCAL(CHAIN_CYLINDER2)),
    HOLD_SCALED(4, ENCODE_I16, 0.1, LOCAL(CHAIN_VACUUM)),
    HOLD_SCALED(5, ENCODE_U16, 0.001, LOCAL(CHAIN_GAS)),
    HOLD_SCALED(6, ENCODE_U16, 1.0, LOCAL(CHAIN_CYLINDER_IN_USE)),
};

/* A power meter in the manner of an Eastron SDM630: floats in input registers, most significant word first.
 */
static const struct field_range METER_KW_RANGES[] = { { FIELD_INPUT, 0, 80 }, { FIELD_INPUT, 500, 1 } };
#define INPUT_F32(address, signal)                                                                           \
    {                                                                                                        \
        FIELD_INPUT, address, ENCODE_F32, ENCODE_ABCD, 1.0, 0.0, LOCAL(signal), 0.0                          \
    }
static const struct field_slot METER_KW_SLOTS[] = {
    INPUT_F32(0, CHAIN_VOLTS1), INPUT_F32(2, CHAIN_VOLTS2), INPUT_F32(4, CHAIN_VOLTS3),
    INPUT_F32(48, CHAIN_AMPS),  INPUT_F32(52, CHAIN_KW),    INPUT_F32(62, CHAIN_FACTOR),
    INPUT_F32(70, CHAIN_HERTZ), INPUT_F32(72, CHAIN_KWH),   ALIVE(FIELD_INPUT, 500),
};

/* ---- the smaller works ---- */
static const struct field_range WORKS_RANGES[] = { { FIELD_HOLDING, 0, 60 } };
#define WORKS_F32(address, signal) HOLD(address, ENCODE_F32, ENCODE_CDAB, LOCAL(signal))
#define WORKS_U32(address, scale, signal)                                                                    \
    {                                                                                                        \
        FIELD_HOLDING, address, ENCODE_U32, ENCODE_CDAB, scale, 0.0, LOCAL(signal), 0.0                      \
    }
static const struct field_slot WORKS_SLOTS[] = {
    ALIVE(FIELD_HOLDING, 0),
    WORKS_F32(10, WORKS_RAW_FLOW),
    WORKS_F32(12, WORKS_OUT_FLOW),
    WORKS_F32(14, WORKS_OUT_PRESSURE),
    WORKS_F32(16, WORKS_LEVEL),
    WORKS_F32(18, WORKS_VOLUME),
    WORKS_U32(20, 0.1, WORKS_RAW_TOTAL),
    WORKS_U32(22, 0.1, WORKS_OUT_TOTAL),
    WORKS_U32(24, 1.0, WORKS_ENERGY),
    HOLD_SCALED(30, ENCODE_U16, 1.0, LOCAL(WORKS_PUMPS_ON)),
    HOLD_SCALED(31, ENCODE_U16, 0.1, LOCAL(WORKS_HZ)),
    HOLD_SCALED(32, ENCODE_U16, 0.01, LOCAL(WORKS_DOSE)),
    HOLD_SCALED(33, ENCODE_U16, 0.01, LOCAL(WORKS_HYPOCHLORITE)),
    HOLD_SCALED(34, ENCODE_U16, 0.01, LOCAL(WORKS_HEAD_LOSS1)),
    HOLD_SCALED(35, ENCODE_U16, 0.01, LOCAL(WORKS_HEAD_LOSS2)),
    HOLD_SCALED(36, ENCODE_U16, 1.0, LOCAL(WORKS_WASHES)),
    HOLD_SCALED(37, ENCODE_I16, 0.1, LOCAL(WORKS_CABINET)),
    HOLD_SCALED(38, ENCODE_U16, 0.1, LOCAL(WORKS_KW)),
    HOLD_SCALED(39, ENCODE_U16, 0.1, LOCAL(WORKS_VOLTS)),
};

static const struct field_slot WORKS_ANALYSER_SLOTS[] = {
    AI(1, LOCAL(WORKS_CHLORINE), 47),          /* mg/l */
    AI(2, LOCAL(WORKS_TURBIDITY), 34),         /* NTU */
    AI(3, LOCAL(WORKS_PH), 53),                /* pH */
    AI(4, LOCAL(WORKS_TEMP), 89),              /* degC */
    AI(5, LOCAL(WORKS_SETTLED_TURBIDITY), 34), /* NTU */
    AI(6, LOCAL(WORKS_CONDUCTIVITY), 66),      /* uS/cm */
    AI(7, LOCAL(WORKS_IRON), 47),              /* mg/l, after the filters */
    AI(8, LOCAL(WORKS_RAW_IRON), 47),          /* mg/l, before */
    AI_UNUSED(9),
    AI_UNUSED(10),
    AI_UNUSED(11),
    AI_UNUSED(12),
    AI_UNUSED(13),
    AI_UNUSED(14),
    AI_UNUSED(15),
    AI_UNUSED(16),
    ALIVE(FIELD_HOLDING, 200),
};

static const struct field_slot WORKS_PROBE_SLOTS[] = {
    HOLD(0x2600, ENCODE_F32, ENCODE_DCBA, LOCAL(WORKS_RAW_TURBIDITY)),
    HOLD(0x2602, ENCODE_F32, ENCODE_DCBA, LOCAL(WORKS_RAW_TEMP)),
    ALIVE(FIELD_HOLDING, 0x2700),
};

static const struct field_slot WORKS_PUMP_SLOTS[] = {
    PUMP(201, ENCODE_U16, 1.0, 0.0, LOCAL(PUMP_STATUS)),
    PUMP(302, ENCODE_U16, 0.1, 0.0, LOCAL(PUMP_FLOW)),
    PUMP(304, ENCODE_U16, 1.0, 0.0, LOCAL(PUMP_SPEED)),
    PUMP(309, ENCODE_U16, 0.1, 0.0, LOCAL(PUMP_CURRENT)),
    PUMP(312, ENCODE_U32, 1.0, 0.0, LOCAL(PUMP_POWER)),
    PUMP(315, ENCODE_U16, 0.001, -1.0, LOCAL(PUMP_INLET)),
    PUMP(332, ENCODE_U32, 1.0, 0.0, LOCAL(PUMP_ENERGY)),
    ALIVE(FIELD_INPUT, 900),
};

/* A well head: its pump and the water table. */
static const struct field_range WELL_RANGES[] = { { FIELD_HOLDING, 0, 32 } };
static const struct field_slot WELL_SLOTS[] = {
    ALIVE(FIELD_HOLDING, 0),
    HOLD_SCALED(1, ENCODE_U16, 1.0, LOCAL(PUMP_STATUS)),
    HOLD_SCALED(2, ENCODE_U16, 0.1, LOCAL(PUMP_CURRENT)),
    HOLD(10, ENCODE_F32, ENCODE_ABCD, LOCAL(PUMP_WELL)),
    HOLD(12, ENCODE_F32, ENCODE_ABCD, LOCAL(PUMP_FLOW)),
    HOLD(14, ENCODE_F32, ENCODE_ABCD, LOCAL(PUMP_POWER)),
    { FIELD_HOLDING, 20, ENCODE_U32, ENCODE_ABCD, 0.1, 0.0, LOCAL(PUMP_ENERGY), 0.0 },
};

/* The small RTU with the swapped bytes, at booster stations and reservoirs. */
static const struct field_slot STATION_SLOTS[] = {
    ALIVE(FIELD_HOLDING, 0),
    HOLD(10, ENCODE_F32, ENCODE_BADC, LOCAL(WORKS_LEVEL)),
    HOLD(12, ENCODE_F32, ENCODE_BADC, LOCAL(WORKS_OUTLET_PRESSURE)),
    HOLD(14, ENCODE_F32, ENCODE_BADC, LOCAL(WORKS_CHLORINE)),
    HOLD(16, ENCODE_F32, ENCODE_BADC, LOCAL(WORKS_INLET_PRESSURE)),
    HOLD(18, ENCODE_F32, ENCODE_BADC, LOCAL(WORKS_RAW_FLOW)),
    HOLD(20, ENCODE_F32, ENCODE_BADC, LOCAL(WORKS_VOLUME)),
    HOLD(22, ENCODE_F32, ENCODE_BADC, LOCAL(WORKS_OUT_FLOW)),
    HOLD_SCALED(24, ENCODE_U16, 1.0, LOCAL(WORKS_PUMPS_ON)),
    HOLD_SCALED(25, ENCODE_I16, 0.1, LOCAL(WORKS_CABINET)),
};

/* A village's RTU on sun and battery: short registers, because every byte on its modem costs. */
static const struct field_range VILLAGE_RANGES[] = { { FIELD_HOLDING, 0, 20 } };
static const struct field_slot VILLAGE_SLOTS[] = {
    ALIVE(FIELD_HOLDING, 0),
    HOLD_SCALED(1, ENCODE_U16, 0.01, LOCAL(WORKS_LEVEL)),
    HOLD_SCALED(2, ENCODE_U16, 0.01, LOCAL(WORKS_RAW_FLOW)),
    HOLD_SCALED(3, ENCODE_U16, 0.01, LOCAL(WORKS_OUT_FLOW)),
    HOLD_SCALED(4, ENCODE_U16, 0.01, LOCAL(WORKS_OUT_PRESSURE)),
    HOLD_SCALED(5, ENCODE_U16, 0.01, LOCAL(WORKS_FAR_PRESSURE)),
    HOLD_SCALED(6, ENCODE_U16, 0.01, LOCAL(WORKS_TURBIDITY)),
    HOLD_SCALED(7, ENCODE_U16, 0.01, LOCAL(WORKS_CHLORINE)),
    HOLD_SCALED(8, ENCODE_U16, 0.01, LOCAL(WORKS_BATTERY)),
    HOLD_SCALED(9, ENCODE_I16, 1.0, LOCAL(WORKS_GSM)),
    HOLD_SCALED(10, ENCODE_I16, 0.1, LOCAL(WORKS_TEMP)),
    HOLD_SCALED(11, ENCODE_U16, 1.0, LOCAL(WORKS_VALVE)),
    HOLD_SCALED(12, ENCODE_U16, 0.01, LOCAL(WORKS_PH)),
    HOLD_SCALED(13, ENCODE_U16, 0.01, LOCAL(WORKS_HYPOCHLORITE)),
    { FIELD_HOLDING, 14, ENCODE_U32, ENCODE_ABCD, 0.1, 0.0, LOCAL(WORKS_OUT_TOTAL), 0.0 },
};

/* ---- who hangs where ---- */
const struct field_wire DEVICES_WIRES[FIELD_WIRES] = {
    { "plant", false },   { "booster", false },  { "dma", false },      { "areas", false },
    { "binh-lu", false }, { "nam-nhun", false }, { "tan-uyen", false }, { "villages", true },
};

/* base: where the device's own block begins in the row of signals; 0 for tables of the town's signals. */
#define DEVICE(name, wire, unit, max, ranges, slots, base, serial)                                           \
    {                                                                                                        \
        name, wire, unit, max, ranges, COUNT_OF(ranges), slots, COUNT_OF(slots), base, serial                \
    }
#define OF_FILTER(i)   (SIGNAL_FILTERS + (i)*FILTER_SIGNALS)
#define OF_AREA(i)     (SIGNAL_AREAS + (i)*AREA_SIGNALS)
#define OF_WORKS(id)   (SIGNAL_WORKS + (unsigned)(id)*WORKS_SIGNALS)
#define OF_PUMP(id, i) (OF_WORKS(id) + WORKS_PUMP + (i)*PUMP_SIGNALS)
#define FILTER(i)      DEVICE("tl-" #i, 0, 4 + (i), 60, FILTER_RANGES, FILTER_SLOTS, OF_FILTER((i)-1), 0)
#define LOGGER(name, wire, unit, base, serial)                                                               \
    DEVICE(name, wire, unit, 16, LOGGER_RANGES, LOGGER_SLOTS, base, serial)
#define METER(name, wire, unit, base) DEVICE(name, wire, unit, 60, METER_RANGES, METER_SLOTS, base, 0)
#define WELL(i)                       DEVICE("gieng-" #i, 4, 2 + (i), 60, WELL_RANGES, WELL_SLOTS, OF_PUMP(WORKS_BINH_LU, (i)-1), 0)
#define WORKS_PUMP_AT(name, wire, unit, id, i)                                                               \
    DEVICE(name, wire, unit, 125, PUMP_RANGES, WORKS_PUMP_SLOTS, OF_PUMP(id, i), 0)

const struct field_device DEVICES[FIELD_DEVICES] = {
    DEVICE("plc-nmn", 0, 1, 125, PLC_RANGES, PLC_SLOTS, 0, 0),
    DEVICE("pt-nmn", 0, 2, 125, ANALYSER_RANGES, ANALYSER_SLOTS, 0, 0),
    DEVICE("dd-nuoc-tho", 0, 3, 16, PROBE_RANGES, PROBE_SLOTS, 0, 0),
    DEVICE("plc-xu-ly", 0, 4, 125, CHAIN_RANGES, CHAIN_SLOTS, SIGNAL_CHAIN, 0),
    FILTER(1),
    FILTER(2),
    FILTER(3),
    FILTER(4),
    DEVICE("clo-nmn", 0, 9, 60, CHLORINATOR_RANGES, CHLORINATOR_SLOTS, SIGNAL_CHAIN, 0),
    DEVICE("dien-nmn", 0, 10, 80, METER_KW_RANGES, METER_KW_SLOTS, SIGNAL_CHAIN, 0),

    DEVICE("bom-1", 1, 1, 125, PUMP_RANGES, PUMP1_SLOTS, 0, 0),
    DEVICE("bom-2", 1, 2, 125, PUMP_RANGES, PUMP2_SLOTS, 0, 0),
    DEVICE("rtu-tan-phong", 1, 3, 60, RTU_RANGES, RTU_SLOTS, 0, 0),

    METER("dh-doan-ket", 2, 1, SIGNAL_DMA_FLOW),
    LOGGER("al-dau-vao", 2, 2, SIGNAL_DMA_PRESSURE, 104501),
    LOGGER("al-bat-loi", 2, 3, SIGNAL_FAR_PRESSURE, 104502),

    METER("dh-quyet-thang", 3, 1, OF_AREA(0)),
    LOGGER("al-quyet-thang-vao", 3, 2, OF_AREA(0) + AREA_INLET_PRESSURE, 104511),
    LOGGER("al-quyet-thang-xa", 3, 3, OF_AREA(0) + AREA_FAR_PRESSURE, 104512),
    METER("dh-dong-phong", 3, 4, OF_AREA(1)),
    LOGGER("al-dong-phong-vao", 3, 5, OF_AREA(1) + AREA_INLET_PRESSURE, 104513),
    LOGGER("al-dong-phong-xa", 3, 6, OF_AREA(1) + AREA_FAR_PRESSURE, 104514),

    DEVICE("plc-binh-lu", 4, 1, 125, WORKS_RANGES, WORKS_SLOTS, OF_WORKS(WORKS_BINH_LU), 0),
    DEVICE("pt-binh-lu", 4, 2, 125, ANALYSER_RANGES, WORKS_ANALYSER_SLOTS, OF_WORKS(WORKS_BINH_LU), 0),
    WELL(1),
    WELL(2),
    WELL(3),

    DEVICE("plc-nam-nhun", 5, 1, 125, WORKS_RANGES, WORKS_SLOTS, OF_WORKS(WORKS_NAM_NHUN), 0),
    DEVICE("pt-nam-nhun", 5, 2, 125, ANALYSER_RANGES, WORKS_ANALYSER_SLOTS, OF_WORKS(WORKS_NAM_NHUN), 0),
    DEVICE("dd-nam-nhun", 5, 3, 16, PROBE_RANGES, WORKS_PROBE_SLOTS, OF_WORKS(WORKS_NAM_NHUN), 0),
    WORKS_PUMP_AT("bom-nam-nhun-1", 5, 4, WORKS_NAM_NHUN, 0),
    WORKS_PUMP_AT("bom-nam-nhun-2", 5, 5, WORKS_NAM_NHUN, 1),

    WORKS_PUMP_AT("bom-tan-uyen-1", 6, 1, WORKS_TAN_UYEN, 0),
    WORKS_PUMP_AT("bom-tan-uyen-2", 6, 2, WORKS_TAN_UYEN, 1),
    DEVICE("rtu-tan-uyen", 6, 3, 60, RTU_RANGES, STATION_SLOTS, OF_WORKS(WORKS_TAN_UYEN), 0),
    DEVICE("rtu-be-tan-uyen", 6, 4, 60, RTU_RANGES, STATION_SLOTS, OF_WORKS(WORKS_TAN_UYEN), 0),
    METER("dh-tan-uyen", 6, 5, OF_WORKS(WORKS_TAN_UYEN) + WORKS_AREA),
    LOGGER("al-tan-uyen-1", 6, 6, OF_WORKS(WORKS_TAN_UYEN) + AREA_INLET_PRESSURE, 104521),
    LOGGER("al-tan-uyen-2", 6, 7, OF_WORKS(WORKS_TAN_UYEN) + AREA_FAR_PRESSURE, 104522),
    WORKS_PUMP_AT("bom-trung-dong-1", 6, 8, WORKS_TRUNG_DONG, 0),
    WORKS_PUMP_AT("bom-trung-dong-2", 6, 9, WORKS_TRUNG_DONG, 1),
    DEVICE("rtu-trung-dong", 6, 10, 60, RTU_RANGES, STATION_SLOTS, OF_WORKS(WORKS_TRUNG_DONG), 0),

    DEVICE("rtu-phin-ho", 7, 1, 20, VILLAGE_RANGES, VILLAGE_SLOTS, OF_WORKS(WORKS_PHIN_HO), 0),
    DEVICE("rtu-ta-phin", 7, 2, 20, VILLAGE_RANGES, VILLAGE_SLOTS, OF_WORKS(WORKS_TA_PHIN), 0),
};

/* ---- sensors ---- */
static const struct sensor {
    const struct field_slot *of;
    const char *name;
    uint16_t address;
} SENSORS[] = {
    { PLC_SLOTS, "flow", 100 },
    { PLC_SLOTS, "raw-flow", 102 },
    { PLC_SLOTS, "pressure", 104 },
    { PLC_SLOTS, "level", 106 },
    { ANALYSER_SLOTS, "chlorine", 0 },
    { ANALYSER_SLOTS, "turbidity", 4 },
    { ANALYSER_SLOTS, "ph", 8 },
    { ANALYSER_SLOTS, "temperature", 12 },
    { ANALYSER_SLOTS, "settled-turbidity", 16 },
    { PROBE_SLOTS, "turbidity", 0x2600 },
    { PROBE_SLOTS, "temperature", 0x2602 },
    { PUMP1_SLOTS, "flow", 301 },
    { PUMP1_SLOTS, "power", 311 },
    { PUMP1_SLOTS, "pressure", 314 },
    { PUMP2_SLOTS, "flow", 301 },
    { PUMP2_SLOTS, "power", 311 },
    { PUMP2_SLOTS, "pressure", 314 },
    { RTU_SLOTS, "level", 10 },
    { RTU_SLOTS, "pressure", 12 },
    { RTU_SLOTS, "chlorine", 14 },
    { METER_SLOTS, "flow", 0 },
    { LOGGER_SLOTS, "pressure", 2 },
    { LOGGER_SLOTS, "temperature", 6 },
    { CHAIN_SLOTS, "stream", 10 },
    { CHAIN_SLOTS, "screen", 12 },
    { CHAIN_SLOTS, "raw-pressure", 14 },
    { CHAIN_SLOTS, "presettled-turbidity", 22 },
    { CHAIN_SLOTS, "ph", 34 },
    { CHAIN_SLOTS, "wash-tank", 44 },
    { FILTER_SLOTS, "head-loss", 2 },
    { FILTER_SLOTS, "level", 3 },
    { FILTER_SLOTS, "flow", 10 },
    { FILTER_SLOTS, "turbidity", 12 },
    { CHLORINATOR_SLOTS, "vacuum", 4 },
    { CHLORINATOR_SLOTS, "gas", 5 },
    { WORKS_SLOTS, "raw-flow", 10 },
    { WORKS_SLOTS, "flow", 12 },
    { WORKS_SLOTS, "pressure", 14 },
    { WORKS_SLOTS, "level", 16 },
    { WORKS_ANALYSER_SLOTS, "chlorine", 0 },
    { WORKS_ANALYSER_SLOTS, "turbidity", 4 },
    { WORKS_ANALYSER_SLOTS, "ph", 8 },
    { WORKS_ANALYSER_SLOTS, "temperature", 12 },
    { WORKS_ANALYSER_SLOTS, "settled-turbidity", 16 },
    { WORKS_ANALYSER_SLOTS, "conductivity", 20 },
    { WORKS_ANALYSER_SLOTS, "iron", 24 },
    { WORKS_ANALYSER_SLOTS, "raw-iron", 28 },
    { WORKS_PROBE_SLOTS, "turbidity", 0x2600 },
    { WORKS_PROBE_SLOTS, "temperature", 0x2602 },
    { WORKS_PUMP_SLOTS, "flow", 301 },
    { WORKS_PUMP_SLOTS, "power", 311 },
    { WORKS_PUMP_SLOTS, "pressure", 314 },
    { WELL_SLOTS, "level", 10 },
    { WELL_SLOTS, "flow", 12 },
    { WELL_SLOTS, "power", 14 },
    { STATION_SLOTS, "level", 10 },
    { STATION_SLOTS, "pressure", 12 },
    { STATION_SLOTS, "chlorine", 14 },
    { STATION_SLOTS, "inlet-pressure", 16 },
    { STATION_SLOTS, "raw-flow", 18 },
    { STATION_SLOTS, "flow", 22 },
    { VILLAGE_SLOTS, "level", 1 },
    { VILLAGE_SLOTS, "raw-flow", 2 },
    { VILLAGE_SLOTS, "flow", 3 },
    { VILLAGE_SLOTS, "pressure", 4 },
    { VILLAGE_SLOTS, "far-pressure", 5 },
    { VILLAGE_SLOTS, "turbidity", 6 },
    { VILLAGE_SLOTS, "chlorine", 7 },
    { VILLAGE_SLOTS, "battery", 8 },
    { VILLAGE_SLOTS, "temperature", 10 },
    { VILLAGE_SLOTS, "ph", 12 },
};

unsigned devices_signal(const struct field_device *d, const struct field_slot *slot)
{
    return slot->from < FIELD_LOCAL ? slot->from : d->base + slot->from - FIELD_LOCAL;
}

static int measured_at(const struct field_device *d, unsigned long address)
{
    for (size_t i = 0; i < d->slot_count; i++) {
        unsigned signal = devices_signal(d, &d->slots[i]);
        if (d->slots[i].address == address)
            return signal > SIGNAL_STATUS && meters_showing(signal) < 0 ? (int)signal : -1;
    }
    return -1;
}

int devices_sensor(const struct field_device *d, const char *name)
{
    char *end;
    unsigned long address = strtoul(name, &end, 0);

    if (*name >= '0' && *name <= '9' && *end == '\0')
        return measured_at(d, address);
    for (size_t i = 0; i < COUNT_OF(SENSORS); i++)
        if (SENSORS[i].of == d->slots && strcmp(SENSORS[i].name, name) == 0)
            return measured_at(d, SENSORS[i].address);
    return -1;
}

void devices_list_sensors(const struct field_device *d, char out[DEVICES_LIST_MAX])
{
    out[0] = '\0';
    for (size_t i = 0; i < COUNT_OF(SENSORS); i++) {
        size_t len = strlen(out);
        if (SENSORS[i].of == d->slots)
            (void)snprintf(out + len, DEVICES_LIST_MAX - len, "%s%s", len > 0 ? ", " : "", SENSORS[i].name);
    }
}

/* An input has its value before its status. */
unsigned devices_inputs(const struct field_device *d, unsigned *signals, unsigned max)
{
    unsigned count = 0;

    for (size_t i = 1; i < d->slot_count && count < max; i++)
        if (d->slots[i].from == SIGNAL_STATUS)
            signals[count++] = devices_signal(d, &d->slots[i - 1]);
    return count;
}

int devices_meter(const struct field_device *d)
{
    for (size_t i = 0; i < d->slot_count; i++) {
        int meter = meters_showing(devices_signal(d, &d->slots[i]));
        if (meter >= 0)
            return meter;
    }
    return -1;
}
