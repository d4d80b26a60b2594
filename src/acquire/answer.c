#include "answer.h"

#include "base/attr.h"

static enum answer_verdict wrong(struct fault *why, const char *what, unsigned asked, unsigned got)
{
    enum err ignored = fault_set(why, ERR_PEER, "wrong answer: %s %u, asked %u", what, got, asked);

    (void)ignored;
    return ANSWER_WRONG;
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
        return wrong(why, "length", 2u + 2u * asked->quantity, (unsigned)got->pdu_len);
    if (got->pdu[0] != asked->function)
        return wrong(why, "function", asked->function, got->pdu[0]);
    if (got->pdu[1] != 2 * asked->quantity)
        return wrong(why, "byte count", 2u * asked->quantity, got->pdu[1]);
    if (got->pdu_len != 2u + got->pdu[1])
        return wrong(why, "length", 2u + got->pdu[1], (unsigned)got->pdu_len);
    for (unsigned i = 0; i < asked->quantity; i++)
        words[i] = (uint16_t)(got->pdu[2 + 2 * i] << 8 | got->pdu[3 + 2 * i]);
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
