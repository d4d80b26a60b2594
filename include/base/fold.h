/* Text without marks: for search, "Đài nước Lai Châu" and "dai nuoc lai chau" are the same words; for where
 * only ASCII goes, "Dai nuoc Lai Chau".  Pure. */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include <stddef.h>

#include "base/strbuf.h"

/* Lower case, without tone marks, đ as d, precomposed or with combining marks alike; other letters pass.
 * Writes at most `size` bytes with the NUL (the result is never longer than the text), returns the length.
 * Bytes that are not UTF-8 pass as they are. */
size_t fold_text(const char *text, char *out, size_t size);

/* Appends it as printable ASCII on one line, case kept: "Độ đục ≤ 2 m³" is "Do duc <= 2 m3".  What has no
 * such form is a question mark, controls and line ends are blanks. */
void fold_plain(struct strbuf *to, const char *text);

#endif
