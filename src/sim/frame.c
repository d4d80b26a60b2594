#include "frame.h"

#include <stdbool.h>
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

/* Modbus over Serial Line V1.02, 6.2.2: polynomial 0xA001, from 0xFFFF, low byte first on the wire. */
static unsigned checksum(const uint8_t *bytes, size_t len)
{
    unsigned crc = 0xFFFF;

    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1;
    }
    return crc;
}

static bool sums_up(const uint8_t *bytes, size_t len)
{
    unsigned crc = checksum(bytes, len - 2);

    return bytes[len - 2] == (crc & 0xFF) && bytes[len - 1] == crc >> 8;
}

/* Length of the frame that begins here; 0: none yet. */
static size_t rtu_length(const uint8_t *bytes, size_t len)
{
    if (len >= 2 && bytes[1] >= 1 && bytes[1] <= 6)
        return len >= 8 && sums_up(bytes, 8) ? 8 : 0;
    for (size_t n = FRAME_RTU_LEAST; n <= len && n <= FRAME_RTU_MAX; n++)
        if (sums_up(bytes, n))
            return n;
    return 0;
}

enum frame_found frame_parse_rtu(const uint8_t *bytes, size_t len, struct frame_request *out, size_t *used)
{
    size_t n = rtu_length(bytes, len);
    bool fixed = len >= 2 && bytes[1] >= 1 && bytes[1] <= 6;
    bool request = len < 2 || (bytes[1] & 0x80) == 0;

    *used = n;
    if (n == 0) {
        *used = 1;
        return !request || len >= (fixed ? 8 : FRAME_RTU_MAX) ? FRAME_GARBAGE : FRAME_MORE;
    }
    out->transaction = 0;
    out->unit = bytes[0];
    out->function = bytes[1];
    out->data_len = n - 4;
    memcpy(out->data, bytes + 2, out->data_len);
    return FRAME_WHOLE;
}

size_t frame_to_rtu(uint8_t *bytes, size_t len)
{
    size_t n = len - (FRAME_HEAD - 1);
    unsigned crc;

    memmove(bytes, bytes + FRAME_HEAD - 1, n);
    crc = checksum(bytes, n);
    bytes[n] = (uint8_t)crc;
    bytes[n + 1] = (uint8_t)(crc >> 8);
    return n + 2;
}
