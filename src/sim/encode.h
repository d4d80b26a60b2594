/* Values into 16-bit registers, the way devices do it.  This is the field's own encoder: the daemon's
 * decoder shares no line with it, so that a mistake in one is seen by the other. */
#ifndef SIM_ENCODE_H
#define SIM_ENCODE_H

#include <stddef.h>
#include <stdint.h>

enum encode_type { ENCODE_U16, ENCODE_I16, ENCODE_U32, ENCODE_I32, ENCODE_F32, ENCODE_TYPE_COUNT };

/* Order of the four bytes on the wire; A is the most significant.  16-bit types have no order. */
enum encode_order { ENCODE_ABCD, ENCODE_CDAB, ENCODE_BADC, ENCODE_DCBA, ENCODE_ORDER_COUNT };

enum { ENCODE_WORDS_MAX = 2 };

const char *encode_type_name(enum encode_type type);    /* "u16" ... as the plant file spells it */
const char *encode_order_name(enum encode_order order); /* "abcd" ... */

/* Registers the type takes: 1 or 2. */
size_t encode_words(enum encode_type type);

/* Writes `raw` (already scaled to device units) as registers; returns how many.  Integers are rounded;
 * 16-bit ones stop at the ends of their range, 32-bit ones wrap like a totalizer.  A value that is not
 * finite becomes the type's "no value": 0xFFFF, 0x8000, 0xFFFFFFFF, 0x80000000, quiet NaN. */
size_t encode_value(enum encode_type type, enum encode_order order, double raw,
                    uint16_t out[ENCODE_WORDS_MAX]);

/* The same for bits that are already the number's: how an infinity or a negative zero gets into a register.
 */
size_t encode_bits(enum encode_type type, enum encode_order order, uint32_t bits,
                   uint16_t out[ENCODE_WORDS_MAX]);
/* The bits that encode_bits laid into these words. */
uint32_t encode_back(enum encode_type type, enum encode_order order, const uint16_t *words);

#endif
