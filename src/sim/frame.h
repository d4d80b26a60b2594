/* Modbus TCP framing of the field: its own, because it must be able to misbehave on purpose.
 * Pure: bytes in, bytes out. */
#ifndef SIM_FRAME_H
#define SIM_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum { FRAME_HEAD = 7, FRAME_PDU_MAX = 253, FRAME_MAX = FRAME_HEAD + FRAME_PDU_MAX };

struct frame_request {
    uint16_t transaction;
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

#endif
