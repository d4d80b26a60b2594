#include "registers.h"

#include <string.h>

int registers_place(const struct field_device *d, enum field_bank bank, unsigned address, unsigned count)
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

unsigned registers_count(const struct field_device *d)
{
    unsigned count = 0;

    for (size_t i = 0; i < d->range_count; i++)
        count += d->ranges[i].count;
    return count;
}

static bool has_bank(const struct field_device *d, enum field_bank bank)
{
    for (size_t i = 0; i < d->range_count; i++)
        if (d->ranges[i].bank == bank)
            return true;
    return false;
}

unsigned registers_read(const struct field_device *d, const uint16_t *words, enum field_bank bank,
                        uint16_t address, uint16_t count, uint16_t *out)
{
    int place;

    if (!has_bank(d, bank))
        return 1;
    if (count == 0 || count > d->max_registers)
        return 3;
    place = registers_place(d, bank, address, count);
    if (place < 0)
        return 2;
    memcpy(out, &words[place], count * sizeof out[0]);
    return 0;
}
