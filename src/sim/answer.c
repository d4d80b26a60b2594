#include "answer.h"

#include <string.h>

enum { READ_HOLDING = 3, READ_INPUT = 4, READ_LEN = 4, REGISTERS_MAX = 125 };

static unsigned read_registers(const struct stand *s, unsigned device, const struct frame_request *ask,
                               uint16_t *words, uint16_t *count)
{
    enum field_bank bank = ask->function == READ_HOLDING ? FIELD_HOLDING : FIELD_INPUT;
    unsigned address, n;

    if (ask->function != READ_HOLDING && ask->function != READ_INPUT)
        return 1;
    if (ask->data_len != READ_LEN)
        return 3;
    address = (unsigned)ask->data[0] << 8 | ask->data[1];
    n = (unsigned)ask->data[2] << 8 | ask->data[3];
    if (n == 0 || n > REGISTERS_MAX)
        return 3;
    *count = (uint16_t)n;
    return stand_read(s, device, bank, (uint16_t)address, (uint16_t)n, words);
}

int answer_request(const struct stand *s, unsigned wire, const struct frame_request *ask, struct reply *out)
{
    int device = stand_find(s, wire, ask->unit);
    uint16_t words[REGISTERS_MAX], count = 0;
    unsigned refused;

    memset(out, 0, sizeof *out);
    if (device < 0 || !stand_carries(s, (unsigned)device, &out->delay_ms))
        return -1;
    refused = read_registers(s, (unsigned)device, ask, words, &count);
    out->len = refused != 0 ? frame_exception(out->bytes, ask, refused)
                            : frame_registers(out->bytes, ask, words, count);
    return device;
}
