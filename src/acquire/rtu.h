/* Frames of Modbus RTU, without a wire: what a request looks like, and what a burst of bytes was.  Pure. */
#ifndef RTU_H
#define RTU_H

#include "acquire/line.h"

enum {
    RTU_REQUEST_BYTES = 8,
    RTU_ANSWER_MIN = 5, /* an exception */
    RTU_FRAME_MAX = 256 /* Modbus over serial line 1.02, 2.5.1 */
};

/* Of an answer: to nothing that we ask can one begin like this. */
#define RTU_NO_ANSWER SIZE_MAX

uint16_t rtu_crc(const uint8_t *bytes, size_t n); /* goes out low byte first */
void rtu_request(const struct request *r, uint8_t out[RTU_REQUEST_BYTES]);

/* Bytes of the whole answer that begins with these; 0: too few to say. */
size_t rtu_length(const uint8_t *bytes, size_t n);

/* How long things last at a baud rate. */
int64_t rtu_character_us(int64_t baud);
int64_t rtu_silence_us(int64_t baud); /* between two frames */
/* Request, answer and the silences around them, without the time the device thinks. */
int64_t rtu_exchange_us(int64_t baud, unsigned registers);

/* Takes apart all that came between two silences.  ERR_NONE only for one whole answer with the right check
 * sum and nothing before or after it; `why` says what it was instead.  ERR_RANGE. */
MUST_USE enum err rtu_parse(const uint8_t *bytes, size_t n, struct answer *out, struct fault *why);

#endif
