#include "year_field.h"

#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "scenario_line.h"

static struct field *water;

void water_begin(uint64_t seed, double local_s)
{
    water = calloc(1, sizeof *water);
    if (water == NULL)
        abort();
    field_begin(water, seed, local_s);
}

void water_end(void)
{
    free(water);
    water = NULL;
}

void water_seconds(unsigned n)
{
    field_unseen(water, n);
}

void water_show(void)
{
    field_render(water);
}

bool water_line(const char *line, char *out, size_t size)
{
    (void)scenario_line(water, line, out, size);
    return strncmp(out, "ok", 2) == 0;
}

bool water_answers(unsigned wire, uint8_t unit, int64_t within_ms)
{
    int device = field_find(wire, unit);
    uint32_t late_ms = 0;

    return device >= 0 && field_carries(water, (unsigned)device, &late_ms) && late_ms < within_ms;
}

unsigned water_read(unsigned wire, uint8_t unit, bool input, uint16_t address, uint16_t count, uint16_t *out)
{
    return field_read(water, (unsigned)field_find(wire, unit), input ? FIELD_INPUT : FIELD_HOLDING, address,
                      count, out);
}
