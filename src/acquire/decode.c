#include "decode.h"

#include <math.h>
#include <string.h>

#include "current.h"

static double from_u16(uint32_t raw)
{
    return raw;
}

static double from_i16(uint32_t raw)
{
    return (int16_t)raw;
}

static double from_u32(uint32_t raw)
{
    return raw;
}

static double from_i32(uint32_t raw)
{
    return (int32_t)raw;
}

/* A device that holds 7.2 as a float means 7.2, not 7.19999980926514: of the doubles that are this float,
 * the one with the fewest decimals.  Read back as a float it is the register's own bits. */
static double from_f32(uint32_t raw)
{
    static const double TEN_TO[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10 };
    float f;

    memcpy(&f, &raw, sizeof f);
    if (!isfinite(f) || fabsf(f) >= 1e9F)
        return f;
    for (size_t places = 0; places < COUNT_OF(TEN_TO); places++) {
        double shortest = rint(f * TEN_TO[places]) / TEN_TO[places];
        if ((float)shortest == f)
            return shortest;
    }
    return f;
}

static const struct {
    unsigned registers;
    double (*number)(uint32_t raw);
} KINDS[KIND_COUNT] = {
    [KIND_U16] = { 1, from_u16 }, [KIND_I16] = { 1, from_i16 }, [KIND_U32] = { 2, from_u32 },
    [KIND_I32] = { 2, from_i32 }, [KIND_F32] = { 2, from_f32 },
};

unsigned kind_registers(enum register_kind k)
{
    return KINDS[k].registers;
}

static uint16_t swapped(uint16_t w)
{
    return (uint16_t)(w << 8 | w >> 8);
}

uint32_t decode_raw(const struct tag *tag, const uint16_t *words)
{
    bool bytes = tag->order == ORDER_BADC || tag->order == ORDER_DCBA;
    bool low_first = tag->order == ORDER_CDAB || tag->order == ORDER_DCBA;
    uint16_t first = bytes ? swapped(words[0]) : words[0], second;

    if (KINDS[tag->kind].registers == 1)
        return first;
    second = bytes ? swapped(words[1]) : words[1];
    return low_first ? (uint32_t)second << 16 | first : (uint32_t)first << 16 | second;
}

static bool means_no_value(const struct conf_words *list, uint32_t raw)
{
    for (unsigned i = 0; i < list->count; i++)
        if (list->word[i] == raw)
            return true;
    return false;
}

struct reading decode_reading(const struct tag *tag, const uint16_t *words, struct wall at)
{
    uint32_t raw = decode_raw(tag, words);
    double number, value;

    if (means_no_value(&tag->no_value, raw))
        return reading_bad(tag->point, at, REASON_SENTINEL);
    number = KINDS[tag->kind].number(raw);
    if (current_is_fault(&tag->current, number))
        return reading_bad(tag->point, at, REASON_WIRE_FAULT);
    value = number * tag->scale + tag->offset;
    if (!isfinite(value))
        return reading_bad(tag->point, at, REASON_NOT_FINITE);
    if (value < tag->low || value > tag->high)
        return reading_uncertain(tag->point, at, value, REASON_IMPLAUSIBLE);
    return reading_good(tag->point, at, value);
}
