#include "grid.h"

#include <stdio.h>
#include <stdlib.h>

#include "noise.h"
#include "registers.h"

enum { NAME_BYTES = 16, REQUEST_MAX = 60 };

struct grid {
    unsigned device_count, wire_count;
    struct field_device *devices;
    struct field_wire *wires;
    char (*names)[NAME_BYTES]; /* of devices, then of wires */
    uint16_t (*words)[FIELD_WORDS_MAX];
    uint32_t seconds, start;
};

static const struct field_range RANGES[] = {
    { FIELD_HOLDING, 0, 20 },
    { FIELD_HOLDING, 40, 10 },
    { FIELD_INPUT, 0, 10 },
};

/* Its place in this table is in every number. */
static const struct {
    enum field_bank bank;
    uint16_t address;
    enum encode_type type;
    enum encode_order order;
} PLACES[] = {
    { FIELD_HOLDING, 0, ENCODE_U16, ENCODE_ABCD },  { FIELD_HOLDING, 10, ENCODE_U32, ENCODE_ABCD },
    { FIELD_HOLDING, 12, ENCODE_U32, ENCODE_CDAB }, { FIELD_HOLDING, 14, ENCODE_U32, ENCODE_BADC },
    { FIELD_HOLDING, 16, ENCODE_F32, ENCODE_CDAB }, { FIELD_HOLDING, 40, ENCODE_U32, ENCODE_ABCD },
    { FIELD_HOLDING, 42, ENCODE_U32, ENCODE_DCBA }, { FIELD_INPUT, 0, ENCODE_U32, ENCODE_ABCD },
    { FIELD_INPUT, 2, ENCODE_U16, ENCODE_ABCD },
};
enum { PLACES_COUNT = sizeof PLACES / sizeof PLACES[0] };

static uint32_t number_of(const struct grid *g, unsigned device, uint32_t place)
{
    uint32_t counter = g->seconds + g->start + (device * PLACES_COUNT + place) * 2654435761u / 65536u;

    if (PLACES[place].type == ENCODE_F32)
        return (device + 1) << 14 | (counter & 0x3FFF);
    if (PLACES[place].type == ENCODE_U16)
        return counter & 0xFFFF;
    return (device + 1) << 20 | place << 16 | (counter & 0xFFFF);
}

static void fill(struct grid *g)
{
    for (unsigned d = 0; d < g->device_count; d++)
        for (uint32_t p = 0; p < PLACES_COUNT; p++) {
            int place = registers_place(&g->devices[d], PLACES[p].bank, PLACES[p].address, 1);
            (void)encode_value(PLACES[p].type, PLACES[p].order, number_of(g, d, p), &g->words[d][place]);
        }
}

static void second(void *self)
{
    struct grid *g = self;

    g->seconds++;
    fill(g);
}

static void describe(struct grid *g, unsigned per_wire)
{
    for (unsigned d = 0; d < g->device_count; d++) {
        (void)snprintf(g->names[d], NAME_BYTES, "g-%03u", d + 1);
        g->devices[d] = (struct field_device){ .name = g->names[d],
                                               .wire = d / per_wire,
                                               .unit = (uint8_t)(d % per_wire + 1),
                                               .max_registers = REQUEST_MAX,
                                               .ranges = RANGES,
                                               .range_count = sizeof RANGES / sizeof RANGES[0] };
    }
    for (unsigned w = 0; w < g->wire_count; w++) {
        char *name = g->names[g->device_count + w];
        (void)snprintf(name, NAME_BYTES, "w-%03u", w + 1);
        g->wires[w] = (struct field_wire){ .name = name };
    }
}

enum err grid_new(struct grid **out, unsigned devices, unsigned per_wire, uint64_t seed, struct fault *why)
{
    struct noise chance = noise_seeded(seed ^ 0x6B1Du);
    struct grid *g;

    if (devices == 0 || devices > GRID_DEVICES_MAX || per_wire == 0 || per_wire > GRID_PER_WIRE_MAX ||
        (devices + per_wire - 1) / per_wire > GRID_WIRES_MAX)
        return fault_set(why, ERR_RANGE, "a grid has at most %d devices, %d on a wire, and %d wires",
                         GRID_DEVICES_MAX, GRID_PER_WIRE_MAX, GRID_WIRES_MAX);
    g = calloc(1, sizeof *g);
    if (g == NULL)
        return fault_set(why, ERR_MEMORY, "no memory for a grid");
    g->device_count = devices;
    g->wire_count = (devices + per_wire - 1) / per_wire;
    g->devices = calloc(devices, sizeof *g->devices);
    g->wires = calloc(g->wire_count, sizeof *g->wires);
    g->names = calloc(devices + g->wire_count, sizeof *g->names);
    g->words = calloc(devices, sizeof *g->words);
    if (g->devices == NULL || g->wires == NULL || g->names == NULL || g->words == NULL) {
        grid_free(g);
        return fault_set(why, ERR_MEMORY, "no memory for %u devices", devices);
    }
    g->start = (uint32_t)(noise_unit(&chance) * 65536.0);
    describe(g, per_wire);
    fill(g);
    *out = g;
    return ERR_NONE;
}

void grid_free(struct grid *g)
{
    if (g == NULL)
        return;
    free(g->devices);
    free(g->wires);
    free(g->names);
    free(g->words);
    free(g);
}

struct stand_source grid_source(struct grid *g)
{
    return (struct stand_source){ .wires = g->wires,
                                  .wire_count = g->wire_count,
                                  .devices = g->devices,
                                  .device_count = g->device_count,
                                  .words = (const uint16_t(*)[FIELD_WORDS_MAX])g->words,
                                  .second = second,
                                  .self = g };
}
