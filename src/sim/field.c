#include "field.h"

#include <string.h>

#include "devices.h"
#include "registers.h"

_Static_assert((int)FIELD_DEVICES <= (int)SCENARIO_DEVICES && (int)FIELD_WIRES <= (int)SCENARIO_WIRES,
               "a bit for each");

const struct field_wire *field_wire(unsigned wire)
{
    return &DEVICES_WIRES[wire];
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

static bool is_in(uint64_t mask, unsigned bit)
{
    return (mask >> bit & 1) != 0;
}

static double status_of(const struct field *f, unsigned device)
{
    const struct scenario_effects *e = &f->scenarios.effects;

    return is_in(e->bad, device) ? 2.0 : is_in(e->uncertain, device) ? 1.0 : 0.0;
}

static double value_of(const struct field *f, unsigned device, const struct field_slot *s)
{
    const struct field_device *d = &DEVICES[device];

    switch (s->from) {
    case SIGNAL_FIXED: return s->fixed;
    case SIGNAL_ALIVE: return (double)(f->alive_s[device] & 0xFFFF);
    case SIGNAL_UNIT: return d->unit;
    case SIGNAL_SERIAL: return d->serial;
    case SIGNAL_STATUS: return status_of(f, device);
    default: return f->signals[devices_signal(d, s)];
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
        int place = registers_place(d, s->bank, s->address, (unsigned)n);

        if (place >= 0)
            memcpy(&f->words[device][place], words, n * sizeof words[0]);
    }
}

void field_render(struct field *f)
{
    for (unsigned i = 0; i < FIELD_DEVICES; i++)
        if (!is_in(f->scenarios.effects.cached_wires, DEVICES[i].wire))
            render_device(f, i);
}

void field_begin(struct field *f, uint64_t seed, double local_s)
{
    memset(f, 0, sizeof *f);
    physics_init(&f->water, seed, local_s);
    city_init(&f->city, seed, &f->water);
    works_init(f->works);
    meters_init(f->meters, &f->water, f->works);
    scenarios_init(&f->scenarios, seed);
    f->sensors = noise_seeded(seed ^ 0x5E4503u);
    f->works_chance = noise_seeded(seed ^ 0x3A7E5u);
    f->far_sensors = noise_seeded(seed ^ 0xFA55E4u);
    for (unsigned i = 0; i < FIELD_DEVICES; i++)
        f->alive_s[i] = UINT64_C(1000) * (i + 1); /* told apart at a glance */
    field_second(f);
}

struct scenario_world field_world(struct field *f)
{
    return (struct scenario_world){ &f->water, &f->city, f->works, f->meters };
}

/* A device that has lost its power counts from nothing when it is back. */
static void count_alive(struct field *f, unsigned seconds)
{
    uint64_t out = f->scenarios.effects.dark | f->scenarios.effects.dead;

    for (unsigned i = 0; i < FIELD_DEVICES; i++)
        f->alive_s[i] = is_in(out, i) ? 0 : f->alive_s[i] + seconds;
}

bool field_carries(const struct field *f, unsigned device, uint32_t *late_ms)
{
    const struct scenario_effects *e = &f->scenarios.effects;
    unsigned wire = DEVICES[device].wire;

    if (*late_ms < e->late_ms[wire])
        *late_ms = e->late_ms[wire];
    return !is_in(e->dark | e->dead, device) && !is_in(e->silent_wires, wire);
}

static void flow_on(struct field *f, unsigned seconds)
{
    while (seconds > 0) {
        unsigned part = seconds < PHYSICS_LONGEST_STRIDE_S ? seconds : PHYSICS_LONGEST_STRIDE_S;
        physics_stride(&f->water, part);
        city_step(&f->city, &f->water, part);
        works_step(f->works, &f->works_chance, f->water.local_s, part);
        seconds -= part;
    }
}

void field_unseen(struct field *f, unsigned seconds)
{
    struct scenario_world world = field_world(f);

    for (unsigned s = 0; s < seconds; s++)
        scenarios_second(&f->scenarios, &world);
    flow_on(f, seconds);
    sense_town(&f->water, &f->sensors, f->signals);
    sense_city(&f->city, &f->water, &f->far_sensors, f->signals);
    sense_works(f->works, &f->far_sensors, f->signals);
    scenarios_bend(&f->scenarios, f->signals);
    meters_run(f->meters, f->signals, seconds);
    count_alive(f, seconds);
}

void field_second(struct field *f)
{
    field_unseen(f, 1);
    field_render(f);
}

unsigned field_read(const struct field *f, unsigned device, enum field_bank bank, uint16_t address,
                    uint16_t count, uint16_t *out)
{
    return registers_read(&DEVICES[device], f->words[device], bank, address, count, out);
}
