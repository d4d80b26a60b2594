/* Registers to values: pure. */
#ifndef DECODE_H
#define DECODE_H

#include "acquire/field.h"
#include "model/reading.h"
#include "plan.h"

/* The numbers a kind of whole numbers can be, of 64 bits within 2^53; false for floats. */
bool kind_whole(enum register_kind k, int64_t *low, int64_t *high);

/* The raw number of the tag's registers, in the kind's width, whatever their order on the wire; of a kind
 * that is part of a register, the whole register. */
uint64_t decode_raw(const struct tag *tag, const uint16_t *words);

/* The reading that these registers mean (of a bit: the one word 0 or 1): good; uncertain outside the
 * plausible range, and for integers beyond 2^53, of which a double keeps not every digit, and
 * for numbers that are none of its states; bad for a declared
 * "no value", a packed digit above 9, NaN, infinity or a number that scaling made infinite. */
struct reading decode_reading(const struct tag *tag, const uint16_t *words, struct wall at);

/* The same for a tag of a block, of which answer_check() gave the words. */
struct reading decode_in_block(const struct block *b, const struct tag *tag, const uint16_t *words,
                               struct wall at);
uint64_t decode_raw_in_block(const struct block *b, const struct tag *tag, const uint16_t *words);

#endif
