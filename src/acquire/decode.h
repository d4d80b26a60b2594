/* Registers to values: pure. */
#ifndef DECODE_H
#define DECODE_H

#include "acquire/meaning.h"
#include "plan.h"

/* The numbers a kind of whole numbers can be, of 64 bits within 2^53; false for floats. */
bool kind_whole(enum register_kind k, int64_t *low, int64_t *high);

/* As decode_reading and decode_raw, for a tag of a block, of which answer_check() gave the words. */
struct reading decode_in_block(const struct block *b, const struct tag *tag, const uint16_t *words,
                               struct wall at);
uint64_t decode_raw_in_block(const struct block *b, const struct tag *tag, const uint16_t *words);

#endif
