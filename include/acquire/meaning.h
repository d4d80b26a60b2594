/* What registers mean by a tag: pure. */
#ifndef ACQUIRE_MEANING_H
#define ACQUIRE_MEANING_H

#include "acquire/field.h"
#include "model/reading.h"

/* The raw number of the tag's registers, in the kind's width, whatever their order on the wire; of a kind
 * that is part of a register, the whole register. */
uint64_t decode_raw(const struct tag *tag, const uint16_t *words);

/* The reading that these registers mean (of a bit: the one word 0 or 1): good; uncertain outside the
 * plausible range, and for integers beyond 2^53, of which a double keeps not every digit, and
 * for numbers that are none of its states; bad for a declared
 * "no value", a packed digit above 9, NaN, infinity or a number that scaling made infinite. */
struct reading decode_reading(const struct tag *tag, const uint16_t *words, struct wall at);

/* The words of the settings: "u16", "cdab". */
const char *kind_word(enum register_kind k);
const char *order_word(enum word_order o);

#endif
