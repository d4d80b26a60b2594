#include "field.h"

#include <string.h>

#include "devices.h"
#include "registers.h"

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

static double value_of(const struct field *f, unsigned device, const struct field_slot *s)
{
    const struct field_device *d = &DEVICES[device];

    switch (s->from) {
    case SIGNAL_FIXED: return s->fixed;
    case SIGNAL_ALIVE: return (double)(f->alive_s[device] & 0xFFFF);
    case SIGNAL_UNIT: return d->unit;
    case SIGNAL_SERIAL: return d->serial;
    default: return f->signals[s->from < FIELD_LOCAL ? s->from : d->base + s->from - FIELD_LOCAL];
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
        render_device(f, i);
}

void field_init(struct field *f, uint64_t seed, double local_s)
{
    memset(f, 0, sizeof *f);
    physics_init(&f->water, seed, local_s);
    city_init(&f->city, seed, &f->water);
    works_init(f->works);
    f->sensors = noise_seeded(seed ^ 0x5E4503u);
    f->works_chance = noise_seeded(seed ^ 0x3A7E5u);
    f->far_sensors = noise_seeded(seed ^ 0xFA55E4u);
    for (unsigned i = 0; i < FIELD_DEVICES; i++)
        f->alive_s[i] = UINT64_C(1000) * (i + 1); /* told apart at a glance */
    field_second(f);
}

void field_second(struct field *f)
{
    physics_step(&f->water, 1.0);
    city_step(&f->city, &f->water, 1.0);
    works_step(f->works, &f->works_chance, f->water.local_s, 1.0);
    sense_town(&f->water, &f->sensors, f->signals);
    sense_city(&f->city, &f->water, &f->far_sensors, f->signals);
    sense_works(f->works, &f->far_sensors, f->signals);
    for (unsigned i = 0; i < FIELD_DEVICES; i++)
        f->alive_s[i]++;
    field_render(f);
}

unsigned field_read(const struct field *f, unsigned device, enum field_bank bank, uint16_t address,
                    uint16_t count, uint16_t *out)
{
    return registers_read(&DEVICES[device], f->words[device], bank, address, count, out);
}
