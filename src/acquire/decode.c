#include "decode.h"

#include <math.h>
#include <string.h>

#include "current.h"

static double from_unsigned(const struct tag *tag, uint64_t raw)
{
    (void)tag;
    return (double)raw;
}

static double from_i16(const struct tag *tag, uint64_t raw)
{
    (void)tag;
    return (int16_t)raw;
}

static double from_i32(const struct tag *tag, uint64_t raw)
{
    (void)tag;
    return (int32_t)raw;
}

static double from_i64(const struct tag *tag, uint64_t raw)
{
    (void)tag;
    return (double)(int64_t)raw;
}

/* A device that holds 7.2 as a float means 7.2, not 7.19999980926514: of the doubles that are this float,
 * the one with the fewest decimals.  Read back as a float it is the register's own bits. */
static double from_f32(const struct tag *tag, uint64_t raw)
{
    static const double TEN_TO[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10 };
    uint32_t bits = (uint32_t)raw;
    float f;

    (void)tag;
    memcpy(&f, &bits, sizeof f);
    if (!isfinite(f) || fabsf(f) >= 1e9F)
        return f;
    for (size_t places = 0; places < COUNT_OF(TEN_TO); places++) {
        double shortest = rint(f * TEN_TO[places]) / TEN_TO[places];
        if ((float)shortest == f)
            return shortest;
    }
    return f;
}

static double from_f64(const struct tag *tag, uint64_t raw)
{
    double number;

    (void)tag;
    memcpy(&number, &raw, sizeof number);
    return number;
}

static double from_bcd(const struct tag *tag, uint64_t raw)
{
    double number = 0;

    (void)tag;
    for (int shift = 28; shift >= 0; shift -= 4)
        number = 10 * number + (double)(raw >> shift & 0xF);
    return number;
}

static double from_bool(const struct tag *tag, uint64_t raw)
{
    return tag->bit == BIT_NONE ? raw != 0 : (raw >> tag->bit & 1) != 0;
}

static double from_high_byte(const struct tag *tag, uint64_t raw)
{
    (void)tag;
    return (double)(raw >> 8);
}

static double from_low_byte(const struct tag *tag, uint64_t raw)
{
    (void)tag;
    return (double)(raw & 0xFF);
}

#define WHOLE_MAX (INT64_C(1) << 53) /* neighbours up to here are different doubles */

/* low and high of those that are whole numbers; 0, 0 for the others */
static const struct {
    unsigned registers;
    double (*number)(const struct tag *tag, uint64_t raw);
    int64_t low, high;
} KINDS[KIND_COUNT] = {
    [KIND_U16] = { 1, from_unsigned, 0, UINT16_MAX },
    [KIND_I16] = { 1, from_i16, INT16_MIN, INT16_MAX },
    [KIND_U32] = { 2, from_unsigned, 0, UINT32_MAX },
    [KIND_I32] = { 2, from_i32, INT32_MIN, INT32_MAX },
    [KIND_F32] = { 2, from_f32, 0, 0 },
    [KIND_U64] = { 4, from_unsigned, 0, WHOLE_MAX },
    [KIND_I64] = { 4, from_i64, -WHOLE_MAX, WHOLE_MAX },
    [KIND_F64] = { 4, from_f64, 0, 0 },
    [KIND_BCD16] = { 1, from_bcd, 0, 9999 },
    [KIND_BCD32] = { 2, from_bcd, 0, 99999999 },
    [KIND_BOOL] = { 1, from_bool, 0, 1 },
    [KIND_HIGH_BYTE] = { 1, from_high_byte, 0, UINT8_MAX },
    [KIND_LOW_BYTE] = { 1, from_low_byte, 0, UINT8_MAX },
};

bool kind_whole(enum register_kind k, int64_t *low, int64_t *high)
{
    *low = KINDS[k].low;
    *high = KINDS[k].high;
    return *high > 0;
}

unsigned kind_registers(enum register_kind k)
{
    return KINDS[k].registers;
}

static uint16_t swapped(uint16_t w)
{
    return (uint16_t)(w << 8 | w >> 8);
}

uint64_t order_raw(enum word_order order, const uint16_t *words, unsigned registers)
{
    bool bytes = order == ORDER_BADC || order == ORDER_DCBA;
    bool low_first = order == ORDER_CDAB || order == ORDER_DCBA;
    uint64_t raw = 0;

    for (unsigned i = 0; i < registers; i++) {
        uint16_t word = words[low_first ? registers - 1 - i : i];
        raw = raw << 16 | (bytes ? swapped(word) : word);
    }
    return raw;
}

uint64_t decode_raw(const struct tag *tag, const uint16_t *words)
{
    return order_raw((enum word_order)tag->order, words, KINDS[tag->kind].registers);
}

static bool means_no_value(const struct conf_words *list, uint64_t raw)
{
    for (unsigned i = 0; i < list->count; i++)
        if (list->word[i] == raw)
            return true;
    return false;
}

static bool has_bad_digit(uint8_t kind, uint64_t raw)
{
    if (kind != KIND_BCD16 && kind != KIND_BCD32)
        return false;
    for (; raw != 0; raw >>= 4)
        if ((raw & 0xF) > 9)
            return true;
    return false;
}

/* Beyond 2^53 two neighbouring counts may be one double: a counter there could stand still unseen.  Asked of
 * the registers, as 2^53 + 1 has become 2^53 once it is a double. */
static bool loses_digits(uint8_t kind, uint64_t raw)
{
    if (kind == KIND_I64 && (int64_t)raw < 0)
        raw = 0 - raw;
    return (kind == KIND_U64 || kind == KIND_I64) && raw > (uint64_t)WHOLE_MAX;
}

struct reading decode_reading(const struct tag *tag, const uint16_t *words, struct wall at)
{
    uint64_t raw = decode_raw(tag, words);
    double number, value;

    if (means_no_value(&tag->no_value, raw))
        return reading_bad(tag->point, at, REASON_SENTINEL);
    if (has_bad_digit(tag->kind, raw))
        return reading_bad(tag->point, at, REASON_BAD_DIGIT);
    number = KINDS[tag->kind].number(tag, raw);
    if (current_is_fault(&tag->current, number))
        return reading_bad(tag->point, at, REASON_WIRE_FAULT);
    value = number * tag->scale + tag->offset;
    if (!isfinite(value))
        return reading_bad(tag->point, at, REASON_NOT_FINITE);
    if (value < tag->low || value > tag->high)
        return reading_uncertain(tag->point, at, value, REASON_IMPLAUSIBLE);
    if (loses_digits(tag->kind, raw))
        return reading_uncertain(tag->point, at, value, REASON_INEXACT);
    if (tag->states != NULL && states_find(tag->states, number) == NULL)
        return reading_uncertain(tag->point, at, value, REASON_UNKNOWN_STATE);
    return reading_good(tag->point, at, value);
}

/* Its own words; those of a bit are one, in *bit. */
static const uint16_t *words_of(const struct block *b, const struct tag *tag, const uint16_t *words,
                                uint16_t *bit)
{
    unsigned place = (unsigned)tag->address - b->address;

    if (!function_reads_bits(b->function))
        return words + place;
    *bit = words[place / 16] >> place % 16 & 1;
    return bit;
}

struct reading decode_in_block(const struct block *b, const struct tag *tag, const uint16_t *words,
                               struct wall at)
{
    uint16_t bit;

    return decode_reading(tag, words_of(b, tag, words, &bit), at);
}

uint64_t decode_raw_in_block(const struct block *b, const struct tag *tag, const uint16_t *words)
{
    uint16_t bit;

    return decode_raw(tag, words_of(b, tag, words, &bit));
}
