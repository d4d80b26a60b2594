/* Folding text for search: "Đài nước Lai Châu" and "dai nuoc lai chau" are the same words.  Pure. */
#ifndef SERVE_FOLD_H
#define SERVE_FOLD_H

#include <stddef.h>

/* Lower case, without tone marks, đ as d, precomposed or with combining marks alike; other letters pass.
 * Writes at most `size` bytes with the NUL (the result is never longer than the text), returns the length.
 * Bytes that are not UTF-8 pass as they are. */
size_t fold_text(const char *text, char *out, size_t size);

#endif
