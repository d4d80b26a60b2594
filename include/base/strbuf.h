/* A text that grows up to a ceiling.  After the ceiling or lack of memory it stays failed and appends
 * nothing more, so a writer checks once, at the end. */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct strbuf {
    char *text; /* NUL-terminated once something was appended; NULL before */
    size_t len, cap, max;
    bool failed;
};

/* Starts empty with a ceiling in bytes, the NUL not counted. */
void strbuf_init(struct strbuf *b, size_t max);
void strbuf_clear(struct strbuf *b); /* frees; may be used again with its ceiling */
void strbuf_reset(struct strbuf *b); /* empties, keeps the storage, forgets a failure */
void strbuf_add(struct strbuf *b, const void *bytes, size_t n);
void strbuf_puts(struct strbuf *b, const char *text);
void strbuf_putc(struct strbuf *b, char c);
void strbuf_printf(struct strbuf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Room for n more bytes at the end, to be written in place and then counted with strbuf_grew. NULL: failed.
 */
char *strbuf_reserve(struct strbuf *b, size_t n);
void strbuf_grew(struct strbuf *b, size_t n);
/* Gives the text (free() it) and starts empty; NULL when failed. */
char *strbuf_give(struct strbuf *b);

#endif
