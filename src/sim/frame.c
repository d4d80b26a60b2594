#include "frame.h"

#include <string.h>

static unsigned u16_at(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

static void put_u16(uint8_t *bytes, unsigned x)
{
    bytes[0] = (uint8_t)(x >> 8);
    bytes[1] = (uint8_t)x;
}

enum frame_found frame_parse(const uint8_t *bytes, size_t len, struct frame_request *out, size_t *used)
{
    size_t length;

    if (len >= 4 && u16_at(bytes + 2) != 0)
        return FRAME_GARBAGE;
    if (len < 6)
        return FRAME_MORE;
    length = u16_at(bytes + 4); /* of unit and PDU */
    if (length < 2 || length > 1 + FRAME_PDU_MAX)
        return FRAME_GARBAGE;
    if (len < 6 + length)
        return FRAME_MORE;
    out->transaction = (uint16_t)u16_at(bytes);
    out->unit = bytes[6];
    out->function = bytes[7];
    out->data_len = length - 2;
    memcpy(out->data, bytes + 8, out->data_len);
    *used = 6 + length;
    return FRAME_WHOLE;
}

/* Head and function code; `pdu` counts the function code. */
static void put_head(uint8_t *out, const struct frame_request *to, size_t pdu, uint8_t function)
{
    put_u16(out, to->transaction);
    put_u16(out + 2, 0);
    put_u16(out + 4, (unsigned)pdu + 1u);
    out[6] = to->unit;
    out[7] = function;
}

size_t frame_registers(uint8_t out[FRAME_MAX], const struct frame_request *to, const uint16_t *words,
                       size_t count)
{
    put_head(out, to, 2 + 2 * count, to->function);
    out[8] = (uint8_t)(2 * count);
    for (size_t i = 0; i < count; i++)
        put_u16(out + 9 + 2 * i, words[i]);
    return 9 + 2 * count;
}

size_t frame_exception(uint8_t out[FRAME_MAX], const struct frame_request *to, unsigned code)
{
    put_head(out, to, 2, to->function | 0x80);
    out[8] = (uint8_t)code;
    return 9;
}
