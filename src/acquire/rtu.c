#include "rtu.h"

#include <stdio.h>
#include <string.h>

#include "acquire/field.h"

enum { CRC_BYTES = 2, EXCEPTION_BIT = 0x80, SHOWN_BYTES = 8 };

/* Modbus over serial line 1.02, 2.5.1: start, 8 bits, parity or a second stop, stop.  2.5.1.1: 3.5 characters
 * of silence, above 19200 baud always 1.75 ms. */
enum { CHARACTER_BITS = 11, SILENCE_FAST_US = 1750, SILENCE_FAST_BAUD = 19200 };

int64_t rtu_character_us(int64_t baud)
{
    return (CHARACTER_BITS * 1000000LL + baud - 1) / baud;
}

int64_t rtu_silence_us(int64_t baud)
{
    return baud > SILENCE_FAST_BAUD ? SILENCE_FAST_US : rtu_character_us(baud) * 7 / 2;
}

int64_t rtu_exchange_us(int64_t baud, unsigned registers)
{
    return (RTU_REQUEST_BYTES + RTU_ANSWER_MIN + 2 * registers) * rtu_character_us(baud) +
           2 * rtu_silence_us(baud);
}

/* Modbus over serial line 1.02, 6.2.2: polynomial 0xA001, begins with all ones. */
uint16_t rtu_crc(const uint8_t *bytes, size_t n)
{
    unsigned crc = 0xFFFF;

    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1;
    }
    return (uint16_t)crc;
}

void rtu_request(const struct request *r, uint8_t out[RTU_REQUEST_BYTES])
{
    uint16_t crc;

    out[0] = r->unit;
    out[1] = r->function;
    out[2] = (uint8_t)(r->address >> 8);
    out[3] = (uint8_t)r->address;
    out[4] = (uint8_t)(r->quantity >> 8);
    out[5] = (uint8_t)r->quantity;
    crc = rtu_crc(out, RTU_REQUEST_BYTES - CRC_BYTES);
    out[6] = (uint8_t)crc;
    out[7] = (uint8_t)(crc >> 8);
}

size_t rtu_length(const uint8_t *bytes, size_t n)
{
    if (n < 2)
        return 0;
    if ((bytes[1] & EXCEPTION_BIT) != 0)
        return RTU_ANSWER_MIN;
    if (bytes[1] != FUNCTION_READ_HOLDING && bytes[1] != FUNCTION_READ_INPUT)
        return RTU_NO_ANSWER;
    if (n < 3)
        return 0;
    return bytes[2] > PDU_MAX - 2 ? RTU_NO_ANSWER : 3u + bytes[2] + CRC_BYTES;
}

static uint16_t sum_of(const uint8_t *bytes, size_t n)
{
    return rtu_crc(bytes, n - CRC_BYTES);
}

static uint16_t sum_said(const uint8_t *bytes, size_t n)
{
    return (uint16_t)(bytes[n - 2] | bytes[n - 1] << 8);
}

static bool whole(const uint8_t *bytes, size_t n)
{
    return n >= RTU_ANSWER_MIN && rtu_length(bytes, n) == n && sum_of(bytes, n) == sum_said(bytes, n);
}

static enum err no_answer_begins(const uint8_t *bytes, size_t n, struct fault *why)
{
    char shown[3 * SHOWN_BYTES + 1] = "";
    size_t many = n < SHOWN_BYTES ? n : SHOWN_BYTES;

    for (size_t i = 0; i < many; i++)
        (void)snprintf(shown + 3 * i, sizeof shown - 3 * i, " %02x", bytes[i]);
    return fault_set(why, ERR_RANGE,
                     "%zu bytes that are no answer:%s%s (noise, a collision, a wrong baud rate or parity)", n,
                     shown, n > many ? " ..." : "");
}

/* What was it, if not an answer? */
static enum err explain(const uint8_t *bytes, size_t n, struct fault *why)
{
    size_t length = rtu_length(bytes, n);

    for (size_t i = 1; i + RTU_ANSWER_MIN <= n; i++)
        if (whole(bytes + i, n - i))
            return fault_set(why, ERR_RANGE, "%zu bytes of noise before the answer", i);
    if (length == RTU_NO_ANSWER)
        return no_answer_begins(bytes, n, why);
    if (length == 0)
        return fault_set(why, ERR_RANGE, "the answer breaks off after %zu bytes", n);
    if (n < length)
        return fault_set(why, ERR_RANGE, "the answer breaks off after %zu of %zu bytes", n, length);
    if (n > length && whole(bytes, length))
        return fault_set(why, ERR_RANGE, "%zu bytes behind the answer: noise, or a second device answers",
                         n - length);
    return fault_set(why, ERR_RANGE,
                     "check sum %04x where %04x is right (noise, a collision, a wrong baud rate or parity)",
                     sum_said(bytes, length), sum_of(bytes, length));
}

enum err rtu_parse(const uint8_t *bytes, size_t n, struct answer *out, struct fault *why)
{
    if (!whole(bytes, n))
        return explain(bytes, n, why);
    *out = (struct answer){ .framed = true, .unit = bytes[0], .pdu_len = n - 1 - CRC_BYTES };
    memcpy(out->pdu, bytes + 1, out->pdu_len);
    return ERR_NONE;
}
