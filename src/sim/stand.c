#include "stand.h"

#include <stdlib.h>
#include <string.h>

#include "devices.h"
#include "registers.h"

enum err stand_init(struct stand *s, struct stand_source from, struct fault *why)
{
    memset(s, 0, sizeof *s);
    s->from = from;
    s->shown = calloc(from.device_count, sizeof *s->shown);
    s->warps = calloc(from.device_count, sizeof *s->warps);
    if (s->shown == NULL || s->warps == NULL) {
        stand_clear(s);
        return fault_set(why, ERR_MEMORY, "no memory for %u devices", from.device_count);
    }
    stand_show(s);
    return ERR_NONE;
}

void stand_clear(struct stand *s)
{
    free(s->shown);
    free(s->warps);
    s->shown = NULL;
    s->warps = NULL;
}

static uint32_t source_bits(const struct stand *s, const struct stand_held *h, int place)
{
    return encode_back(h->type, h->order, &s->from.words[h->device][place]);
}

static int place_of(const struct stand *s, const struct stand_held *h)
{
    return registers_place(&s->from.devices[h->device], h->bank, h->address, (unsigned)encode_words(h->type));
}

static void show_held(struct stand *s, const struct stand_held *h)
{
    int place = place_of(s, h);
    uint32_t bits = h->counts ? h->bits + source_bits(s, h, place) - h->since : h->bits;

    (void)encode_bits(h->type, h->order, bits, &s->shown[h->device][place]);
}

static void show_device(struct stand *s, unsigned device)
{
    unsigned count = registers_count(&s->from.devices[device]);

    switch (s->warps[device].warp) {
    case STAND_FROZEN: return;
    case STAND_FILLED:
        for (unsigned i = 0; i < count; i++)
            s->shown[device][i] = s->warps[device].word;
        return;
    case STAND_TRUE: memcpy(s->shown[device], s->from.words[device], count * sizeof(uint16_t));
    }
}

void stand_show(struct stand *s)
{
    for (unsigned i = 0; i < s->from.device_count; i++)
        show_device(s, i);
    for (size_t i = 0; i < s->held_count; i++)
        if (s->warps[s->held[i].device].warp == STAND_TRUE)
            show_held(s, &s->held[i]);
}

void stand_second(struct stand *s)
{
    s->from.second(s->from.self);
    stand_show(s);
}

bool stand_carries(const struct stand *s, unsigned device, uint32_t *late_ms)
{
    return s->from.carries == NULL || s->from.carries(s->from.self, device, late_ms);
}

int stand_find(const struct stand *s, unsigned wire, uint8_t unit)
{
    for (unsigned i = 0; i < s->from.device_count; i++)
        if (s->from.devices[i].wire == wire && s->from.devices[i].unit == unit)
            return (int)i;
    return -1;
}

int stand_named(const struct stand *s, const char *name)
{
    for (unsigned i = 0; i < s->from.device_count; i++)
        if (strcmp(s->from.devices[i].name, name) == 0)
            return (int)i;
    return -1;
}

unsigned stand_read(const struct stand *s, unsigned device, enum field_bank bank, uint16_t address,
                    uint16_t count, uint16_t *out)
{
    return registers_read(&s->from.devices[device], s->shown[device], bank, address, count, out);
}

enum err stand_hold(struct stand *s, struct stand_held held)
{
    size_t i = 0;
    int place = place_of(s, &held);

    if (place < 0)
        return ERR_RANGE;
    while (i < s->held_count && (s->held[i].device != held.device || s->held[i].bank != held.bank ||
                                 s->held[i].address != held.address))
        i++;
    if (i == STAND_HELD_MAX)
        return ERR_FULL;
    if (i == s->held_count)
        s->held_count++;
    held.since = source_bits(s, &held, place);
    s->held[i] = held;
    stand_show(s);
    return ERR_NONE;
}

void stand_warp(struct stand *s, unsigned device, enum stand_warp warp, uint16_t word)
{
    s->warps[device].warp = warp;
    s->warps[device].word = word;
    stand_show(s);
}

void stand_release(struct stand *s, unsigned device)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->held_count; i++)
        if (s->held[i].device != device)
            s->held[kept++] = s->held[i];
    s->held_count = kept;
    stand_warp(s, device, STAND_TRUE, 0);
}

static void field_goes_on(void *self)
{
    field_second(self);
}

static bool field_lets_through(const void *self, unsigned device, uint32_t *late_ms)
{
    return field_carries(self, device, late_ms);
}

struct stand_source stand_province(struct field *f)
{
    return (struct stand_source){ .wires = DEVICES_WIRES,
                                  .wire_count = FIELD_WIRES,
                                  .devices = DEVICES,
                                  .device_count = FIELD_DEVICES,
                                  .words = (const uint16_t(*)[FIELD_WORDS_MAX])f->words,
                                  .second = field_goes_on,
                                  .carries = field_lets_through,
                                  .self = f };
}
