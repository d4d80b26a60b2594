/* Modbus TCP and RTU framing of the field: its own, because it must be able to misbehave on purpose.
 * Pure: bytes in, bytes out. */
#ifndef SIM_FRAME_H
#define SIM_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum { FRAME_HEAD = 7, FRAME_PDU_MAX = 253, FRAME_MAX = FRAME_HEAD + FRAME_PDU_MAX };
enum { FRAME_RTU_MAX = 256, FRAME_RTU_LEAST = 4 };

struct frame_request {
    uint16_t transaction; /* 0 on RTU */
    uint8_t unit;
    uint8_t function;
    uint8_t data[FRAME_PDU_MAX - 1]; /* the PDU after the function code */
    size_t data_len;
};

enum frame_found {
    FRAME_MORE,   /* not complete yet: keep the bytes, read on */
    FRAME_WHOLE,  /* *out is filled, *used bytes are done */
    FRAME_GARBAGE /* cannot be Modbus TCP, and there is no way to find the next start: close */
};

/* Looks at the start of a byte stream.  A protocol id other than 0 or a length field outside 2..254 is
 * garbage, said as soon as those bytes are there. */
enum frame_found frame_parse(const uint8_t *bytes, size_t len, struct frame_request *out, size_t *used);

/* Builds a reply; returns its length.  count registers, at most 125. */
size_t frame_registers(uint8_t out[FRAME_MAX], const struct frame_request *to, const uint16_t *words,
                       size_t count);
size_t frame_exception(uint8_t out[FRAME_MAX], const struct frame_request *to, unsigned code);

/* The same for RTU, where only the checksum says where a frame ends: functions 1 to 6 have 8 bytes, others
 * any length at which it is right.  FRAME_GARBAGE: the first byte begins no frame, *used of them are to go.
 */
enum frame_found frame_parse_rtu(const uint8_t *bytes, size_t len, struct frame_request *out, size_t *used);

/* Turns a TCP reply into an RTU frame in its place: no head, a checksum behind.  Returns its length. */
size_t frame_to_rtu(uint8_t *bytes, size_t len);

#endif
