/* Registers to values: pure. */
#ifndef DECODE_H
#define DECODE_H

#include "acquire/field.h"
#include "model/reading.h"

/* The raw number of the tag's registers, in the kind's width, whatever their order on the wire. */
uint32_t decode_raw(const struct tag *tag, const uint16_t *words);

/* The reading that these registers mean: good; uncertain outside the plausible range; bad for a declared
 * "no value", NaN, infinity or a number that scaling made infinite. */
struct reading decode_reading(const struct tag *tag, const uint16_t *words, struct wall at);

#endif
