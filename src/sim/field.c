#include "field.h"

#include <string.h>

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
    HOLD(((n)-1) * 4, ENCODE_F32, ENCODE_CDAB, signal), HOLD_FIXED(((n)-1) * 4 + 2, ENCODE_U16, 0),          \
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

/* ---- district metered area ---- */
static const struct field_range METER_RANGES[] = { { FIELD_HOLDING, 0, 116 }, { FIELD_HOLDING, 200, 1 } };
static const struct field_slot METER_SLOTS[] = {
    HOLD(0, ENCODE_F32, ENCODE_CDAB, SIGNAL_DMA_FLOW),
    HOLD(4, ENCODE_F32, ENCODE_CDAB, SIGNAL_DMA_VELOCITY),
    HOLD(8, ENCODE_I32, ENCODE_CDAB, SIGNAL_DMA_TOTAL),
    HOLD(10, ENCODE_F32, ENCODE_CDAB, SIGNAL_DMA_FRACTION),
    HOLD(24, ENCODE_I32, ENCODE_CDAB, SIGNAL_DMA_TOTAL),
    HOLD(26, ENCODE_F32, ENCODE_CDAB, SIGNAL_DMA_FRACTION),
    HOLD_SCALED(91, ENCODE_U16, 1.0, SIGNAL_DMA_SIGNAL),
    HOLD_SCALED(92, ENCODE_U16, 1.0, SIGNAL_DMA_STRENGTH),
    HOLD_SCALED(93, ENCODE_U16, 1.0, SIGNAL_DMA_STRENGTH),
    ALIVE(FIELD_HOLDING, 200),
};

/* Pressure loggers that, like some of their family, do not know the combined block at 0x0100. */
static const struct field_range LOGGER_RANGES[] = {
    { FIELD_HOLDING, 0x0002, 2 }, { FIELD_HOLDING, 0x0006, 2 }, { FIELD_HOLDING, 0x0202, 2 },
    { FIELD_HOLDING, 0x020D, 1 }, { FIELD_HOLDING, 0x0300, 1 },
};
#define LOGGER_SLOTS(pressure, temperature, serial, unit)                                                    \
    HOLD(0x0002, ENCODE_F32, ENCODE_ABCD, pressure), HOLD(0x0006, ENCODE_F32, ENCODE_ABCD, temperature),     \
        HOLD_FIXED(0x0202, ENCODE_U32, serial), HOLD_FIXED(0x020D, ENCODE_U16, unit),                        \
        ALIVE(FIELD_HOLDING, 0x0300)
static const struct field_slot LOGGER1_SLOTS[] = { LOGGER_SLOTS(SIGNAL_DMA_PRESSURE, SIGNAL_DMA_TEMP, 104501,
                                                                2) };
static const struct field_slot LOGGER2_SLOTS[] = { LOGGER_SLOTS(SIGNAL_FAR_PRESSURE, SIGNAL_FAR_TEMP, 104502,
                                                                3) };

static const char *const WIRES[FIELD_WIRES] = { "plant", "booster", "dma" };

#define DEVICE(name, wire, unit, max, ranges, slots)                                                         \
    {                                                                                                        \
        name, wire, unit, max, ranges, COUNT_OF(ranges), slots, COUNT_OF(slots)                              \
    }
static const struct field_device DEVICES[FIELD_DEVICES] = {
    DEVICE("plc-nmn", 0, 1, 125, PLC_RANGES, PLC_SLOTS),
    DEVICE("pt-nmn", 0, 2, 125, ANALYSER_RANGES, ANALYSER_SLOTS),
    DEVICE("dd-nuoc-tho", 0, 3, 16, PROBE_RANGES, PROBE_SLOTS),
    DEVICE("bom-1", 1, 1, 125, PUMP_RANGES, PUMP1_SLOTS),
    DEVICE("bom-2", 1, 2, 125, PUMP_RANGES, PUMP2_SLOTS),
    DEVICE("rtu-tan-phong", 1, 3, 60, RTU_RANGES, RTU_SLOTS),
    DEVICE("dh-doan-ket", 2, 1, 60, METER_RANGES, METER_SLOTS),
    DEVICE("al-dau-vao", 2, 2, 16, LOGGER_RANGES, LOGGER1_SLOTS),
    DEVICE("al-bat-loi", 2, 3, 16, LOGGER_RANGES, LOGGER2_SLOTS),
};

const char *field_wire_name(unsigned wire)
{
    return WIRES[wire];
}

const struct field_device *field_device(unsigned device)
{
    return &DEVICES[device];
}

int field_find(unsigned wire, uint8_t unit)
{
    for (unsigned i = 0; i < FIELD_DEVICES; i++)
        if (DEVICES[i].wire == wire && DEVICES[i].unit == unit)
            return (int)i;
    return -1;
}

int field_named(const char *name)
{
    for (unsigned i = 0; i < FIELD_DEVICES; i++)
        if (strcmp(DEVICES[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* Place of `address` in the device's words when `count` registers from there lie in one range, or -1. */
static int place_of(const struct field_device *d, enum field_bank bank, unsigned address, unsigned count)
{
    unsigned start = 0;

    for (size_t i = 0; i < d->range_count; i++) {
        const struct field_range *r = &d->ranges[i];
        if (r->bank == bank && address >= r->first && address + count <= (unsigned)r->first + r->count)
            return (int)(start + address - r->first);
        start += r->count;
    }
    return -1;
}

static bool has_bank(const struct field_device *d, enum field_bank bank)
{
    for (size_t i = 0; i < d->range_count; i++)
        if (d->ranges[i].bank == bank)
            return true;
    return false;
}

static double value_of(const struct field *f, unsigned device, const struct field_slot *s)
{
    switch (s->from) {
    case SIGNAL_FIXED: return s->fixed;
    case SIGNAL_ALIVE: return (double)(f->alive_s[device] & 0xFFFF);
    default: return f->signals[s->from];
    }
}

static void render_device(struct field *f, unsigned device)
{
    const struct field_device *d = &DEVICES[device];

    for (size_t i = 0; i < d->slot_count; i++) {
        const struct field_slot *s = &d->slots[i];
        uint16_t words[ENCODE_WORDS_MAX];
        double raw = (value_of(f, device, s) - s->offset) / s->scale;
        size_t n = encode_value(s->type, s->order, raw, words);
        int place = place_of(d, s->bank, s->address, (unsigned)n);

        if (place >= 0)
            memcpy(&f->words[device][place], words, n * sizeof words[0]);
    }
}

void field_render(struct field *f)
{
    for (unsigned i = 0; i < FIELD_DEVICES; i++)
        render_device(f, i);
    for (size_t i = 0; i < f->pin_count; i++) {
        const struct field_pin *p = &f->pins[i];
        int place = place_of(&DEVICES[p->device], p->bank, p->address, 1);
        f->words[p->device][place] = p->word;
    }
}

void field_init(struct field *f, uint64_t seed, double local_s)
{
    memset(f, 0, sizeof *f);
    physics_init(&f->water, seed, local_s);
    f->sensors = noise_seeded(seed ^ 0x5E4503u);
    for (unsigned i = 0; i < FIELD_DEVICES; i++)
        f->alive_s[i] = UINT64_C(1000) * (i + 1); /* told apart at a glance */
    field_second(f);
}

void field_second(struct field *f)
{
    physics_step(&f->water, 1.0);
    sense_all(&f->water, &f->sensors, f->signals);
    for (unsigned i = 0; i < FIELD_DEVICES; i++)
        f->alive_s[i]++;
    field_render(f);
}

unsigned field_read(const struct field *f, unsigned device, enum field_bank bank, uint16_t address,
                    uint16_t count, uint16_t *out)
{
    const struct field_device *d = &DEVICES[device];
    int place;

    if (!has_bank(d, bank))
        return 1;
    if (count == 0 || count > d->max_registers)
        return 3;
    place = place_of(d, bank, address, count);
    if (place < 0)
        return 2;
    memcpy(out, &f->words[device][place], count * sizeof out[0]);
    return 0;
}

enum err field_pin(struct field *f, unsigned device, enum field_bank bank, uint16_t address, uint16_t word)
{
    size_t i = 0;

    if (place_of(&DEVICES[device], bank, address, 1) < 0)
        return ERR_RANGE;
    while (i < f->pin_count &&
           (f->pins[i].device != device || f->pins[i].bank != bank || f->pins[i].address != address))
        i++;
    if (i == FIELD_PINS_MAX)
        return ERR_FULL;
    if (i == f->pin_count)
        f->pin_count++;
    f->pins[i] = (struct field_pin){ device, bank, address, word };
    field_render(f);
    return ERR_NONE;
}

void field_unpin(struct field *f, unsigned device)
{
    size_t kept = 0;

    for (size_t i = 0; i < f->pin_count; i++)
        if (f->pins[i].device != device)
            f->pins[kept++] = f->pins[i];
    f->pin_count = kept;
    field_render(f);
}
