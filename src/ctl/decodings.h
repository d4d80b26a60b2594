/* All that registers may mean, side by side, for somebody who looks for a place and an order.  Pure. */
#ifndef CTL_DECODINGS_H
#define CTL_DECODINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/* A line per register in each table: what it is alone, then what begins with it in two and in four, in all
 * orders.  "-" is what no meter would mean: NaN, infinity, floats below 1e-6 or from 1e12 on, a packed digit
 * above 9. */
void decodings_print(unsigned address, const uint16_t *words, size_t count, struct strbuf *to);
/* False of a float that no meter would mean, as above. */
bool number_is_meant(double number);
/* A line per bit; sixteen in a word, the first the least significant. */
void bits_print(unsigned address, const uint16_t *words, size_t count, struct strbuf *to);

#endif
