/* Is this the answer to what was asked?  One pure function that trusts nothing: libmodbus takes a reply
 * from the wrong unit for good, and knows no transaction of requests it did not make. */
#ifndef ANSWER_H
#define ANSWER_H

#include "acquire/field.h"
#include "acquire/line.h"

enum answer_verdict {
    ANSWER_GOOD,      /* words are filled */
    ANSWER_EXCEPTION, /* the device says no: *exception */
    ANSWER_OTHER,     /* well formed, but of another transaction: keep listening */
    ANSWER_WRONG /* anything else: unit, function, length, framing; the connection is not to be trusted */
};

/* Fills words (quantity of them; of bits sixteen in each, the first the least significant, the spare ones 0)
 * and nothing else unless ANSWER_GOOD.  `why` says what was wrong. */
enum answer_verdict answer_check(const struct request *asked, const struct answer *got,
                                 uint16_t words[REGISTERS_MAX], uint8_t *exception, struct fault *why);

/* "illegal data address" and so on, after Modbus application protocol 1.1b3, section 7. */
const char *exception_text(uint8_t exception);

enum {
    EXCEPTION_ADDRESS = 2,
    EXCEPTION_VALUE = 3,
    EXCEPTION_BUSY = 6,
    EXCEPTION_GATEWAY_PATH = 10,
    EXCEPTION_GATEWAY_TARGET = 11
};

#endif
