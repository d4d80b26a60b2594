/* Any request and any answer: words are filled only by an answer that says again all that was asked. */
#include "answer.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { HEAD = 8, UNTOUCHED = 0xA5 };

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_good(const struct request *asked, const struct answer *got, const uint16_t *words)
{
    must(got->framed && got->unit == asked->unit);
    must(!got->has_transaction || got->transaction == asked->transaction);
    must(got->pdu[0] == asked->function);
    if (function_reads_bits(asked->function)) {
        must(got->pdu_len == 2u + (asked->quantity + 7u) / 8);
        for (unsigned i = 0; i < asked->quantity; i++)
            must((words[i / 16] >> i % 16 & 1) == (got->pdu[2 + i / 8] >> i % 8 & 1));
        return;
    }
    must(got->pdu_len == 2u + 2u * asked->quantity);
    for (unsigned i = 0; i < asked->quantity; i++)
        must(words[i] == (got->pdu[2 + 2 * i] << 8 | got->pdu[3 + 2 * i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const uint8_t FUNCTIONS[] = { FUNCTION_READ_HOLDING, FUNCTION_READ_INPUT, FUNCTION_READ_COILS,
                                         FUNCTION_READ_DISCRETE };
    uint16_t words[REGISTERS_MAX], before[REGISTERS_MAX];
    struct request asked;
    struct answer got = { 0 };
    struct fault why;
    uint8_t exception = 0;
    enum answer_verdict verdict;

    if (len < HEAD)
        return 0;
    asked = (struct request){ .transaction = bytes[0],
                              .unit = bytes[1],
                              .function = FUNCTIONS[bytes[2] % COUNT_OF(FUNCTIONS)],
                              .quantity = (uint16_t)(1 + bytes[3] % REGISTERS_MAX) };
    if (function_reads_bits(asked.function))
        asked.quantity = (uint16_t)(1 + (bytes[3] * 8 + bytes[2] / 4 % 8) % BITS_MAX);
    got.framed = bytes[4] % 8 != 0;
    got.has_transaction = bytes[5] % 2 == 0;
    got.transaction = bytes[6];
    got.unit = bytes[7];
    got.pdu_len = len - HEAD < PDU_MAX ? len - HEAD : PDU_MAX;
    memcpy(got.pdu, bytes + HEAD, got.pdu_len);
    memset(words, UNTOUCHED, sizeof words);
    memset(before, UNTOUCHED, sizeof before);
    verdict = answer_check(&asked, &got, words, &exception, &why);
    if (verdict == ANSWER_GOOD)
        check_good(&asked, &got, words);
    else
        must(memcmp(words, before, sizeof words) == 0);
    if (verdict == ANSWER_EXCEPTION)
        must(got.pdu_len == 2 && got.pdu[0] == (asked.function | 0x80) && exception == got.pdu[1]);
    if (verdict == ANSWER_OTHER)
        must(got.has_transaction && got.transaction != asked.transaction);
    return 0;
}
