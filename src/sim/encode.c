#include "encode.h"

#include <math.h>
#include <string.h>

const char *encode_type_name(enum encode_type type)
{
    static const char *const NAMES[ENCODE_TYPE_COUNT] = { "u16", "i16", "u32", "i32", "f32" };

    return NAMES[type];
}

const char *encode_order_name(enum encode_order order)
{
    static const char *const NAMES[ENCODE_ORDER_COUNT] = { "abcd", "cdab", "badc", "dcba" };

    return NAMES[order];
}

size_t encode_words(enum encode_type type)
{
    return type == ENCODE_U16 || type == ENCODE_I16 ? 1 : 2;
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

static uint32_t wrapped(double raw)
{
    double rest = fmod(nearbyint(raw), 4294967296.0);

    if (rest < 0)
        rest += 4294967296.0;
    return (uint32_t)rest;
}

static uint32_t f32_bits(double raw)
{
    float f = (float)raw;
    uint32_t bits;

    if (!isfinite(f))
        return 0x7FC00000u;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

static uint32_t bits_of(enum encode_type type, double raw)
{
    switch (type) {
    case ENCODE_U16: return isfinite(raw) ? (uint32_t)clamp(nearbyint(raw), 0, 65535) : 0xFFFFu;
    case ENCODE_I16:
        return isfinite(raw) ? (uint32_t)(int32_t)clamp(nearbyint(raw), -32768, 32767) & 0xFFFFu : 0x8000u;
    case ENCODE_U32: return isfinite(raw) ? wrapped(raw) : 0xFFFFFFFFu;
    case ENCODE_I32: return isfinite(raw) ? wrapped(raw) : 0x80000000u;
    case ENCODE_F32:
    case ENCODE_TYPE_COUNT: break;
    }
    return f32_bits(raw);
}

static uint16_t swapped(uint16_t word)
{
    return (uint16_t)(word << 8 | word >> 8);
}

size_t encode_bits(enum encode_type type, enum encode_order order, uint32_t bits,
                   uint16_t out[ENCODE_WORDS_MAX])
{
    uint16_t high = (uint16_t)(bits >> 16), low = (uint16_t)bits;

    if (encode_words(type) == 1) {
        out[0] = low;
        return 1;
    }
    if (order == ENCODE_BADC || order == ENCODE_DCBA) {
        high = swapped(high);
        low = swapped(low);
    }
    out[0] = order == ENCODE_ABCD || order == ENCODE_BADC ? high : low;
    out[1] = order == ENCODE_ABCD || order == ENCODE_BADC ? low : high;
    return 2;
}

uint32_t encode_back(enum encode_type type, enum encode_order order, const uint16_t *words)
{
    uint16_t laid[ENCODE_WORDS_MAX];

    if (encode_words(type) == 1)
        return words[0];
    /* each order undoes itself */
    (void)encode_bits(type, order, (uint32_t)words[0] << 16 | words[1], laid);
    return (uint32_t)laid[0] << 16 | laid[1];
}

size_t encode_value(enum encode_type type, enum encode_order order, double raw,
                    uint16_t out[ENCODE_WORDS_MAX])
{
    return encode_bits(type, order, bits_of(type, raw), out);
}
