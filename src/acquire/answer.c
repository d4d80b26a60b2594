#include "answer.h"

#include "base/attr.h"

static enum answer_verdict wrong(struct fault *why, const char *what, unsigned asked, unsigned got)
{
    enum err ignored = fault_set(why, ERR_PEER, "wrong answer: %s %u, asked %u", what, got, asked);

    (void)ignored;
    return ANSWER_WRONG;
}

static unsigned bytes_of(const struct request *r)
{
    return function_reads_bits(r->function) ? (r->quantity + 7u) / 8 : 2u * r->quantity;
}

static void take_registers(const uint8_t *data, unsigned quantity, uint16_t *words)
{
    for (size_t i = 0; i < quantity; i++)
        words[i] = (uint16_t)(data[2 * i] << 8 | data[2 * i + 1]);
}

/* What a device leaves in the spare bits of its last byte means nothing. */
static void take_bits(const uint8_t *data, unsigned quantity, uint16_t *words)
{
    for (unsigned i = 0; i < (quantity + 15) / 16; i++)
        words[i] = 0;
    for (unsigned i = 0; i < quantity; i++)
        words[i / 16] = (uint16_t)(words[i / 16] | (data[i / 8] >> i % 8 & 1) << i % 16);
}

/* Only the transaction still tells then whose answer it is; a serial line has none. */
static bool is_tolerated(const struct request *asked, const struct answer *got)
{
    return asked->tolerates && got->has_transaction && got->unit == asked->other_unit;
}

enum answer_verdict answer_check(const struct request *asked, const struct answer *got,
                                 uint16_t words[REGISTERS_MAX], uint8_t *exception, struct fault *why)
{
    if (!got->framed)
        return wrong(why, "frame that contradicts itself, bytes", 0, (unsigned)got->pdu_len);
    if (got->has_transaction && got->transaction != asked->transaction) {
        (void)wrong(why, "transaction", asked->transaction, got->transaction);
        return ANSWER_OTHER;
    }
    if (got->unit != asked->unit && !is_tolerated(asked, got))
        return wrong(why, "unit", asked->unit, got->unit);
    if (got->pdu_len == 2 && got->pdu[0] == (asked->function | 0x80)) {
        *exception = got->pdu[1];
        return ANSWER_EXCEPTION;
    }
    if (got->pdu_len < 2)
        return wrong(why, "length", 2u + bytes_of(asked), (unsigned)got->pdu_len);
    if (got->pdu[0] != asked->function)
        return wrong(why, "function", asked->function, got->pdu[0]);
    if (got->pdu[1] != bytes_of(asked))
        return wrong(why, "byte count", bytes_of(asked), got->pdu[1]);
    if (got->pdu_len != 2u + got->pdu[1])
        return wrong(why, "length", 2u + got->pdu[1], (unsigned)got->pdu_len);
    (function_reads_bits(asked->function) ? take_bits : take_registers)(got->pdu + 2, asked->quantity, words);
    return ANSWER_GOOD;
}

const char *exception_text(uint8_t exception)
{
    static const char *const TEXTS[] = {
        [1] = "illegal function", [2] = "illegal data address", [3] = "illegal data value",
        [4] = "device failure",   [5] = "acknowledge",          [6] = "device busy",
        [8] = "memory parity",    [10] = "gateway path",        [11] = "no answer behind the gateway",
    };

    return exception < COUNT_OF(TEXTS) && TEXTS[exception] != NULL ? TEXTS[exception] : "unknown exception";
}
