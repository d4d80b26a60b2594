/* Any bytes on a serial line: an answer is taken only when it is one, to the byte. */
#include "rtu.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct answer a; /* static: what was not filled would be seen by MemorySanitizer only */
    uint8_t mended[RTU_FRAME_MAX];
    struct fault why = { 0 };
    uint16_t crc;

    if (rtu_parse(data, size, &a, &why) == ERR_NONE) {
        if (size != a.pdu_len + 3 || a.unit != data[0] || memcmp(a.pdu, data + 1, a.pdu_len) != 0)
            abort();
    } else if (why.text[0] == '\0') {
        abort();
    }
    /* the same with a right check sum: a fuzzer does not guess one often */
    if (size < 3 || size > sizeof mended - 2)
        return 0;
    memcpy(mended, data, size);
    crc = rtu_crc(mended, size);
    mended[size] = (uint8_t)crc;
    mended[size + 1] = (uint8_t)(crc >> 8);
    if (rtu_parse(mended, size + 2, &a, &why) == ERR_NONE && rtu_length(mended, size + 2) != size + 2)
        abort();
    return 0;
}
