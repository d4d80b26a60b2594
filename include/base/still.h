/* Text for a terminal or a log: nothing that a device, a visitor or a letter said moves anything there. */
#ifndef BASE_STILL_H
#define BASE_STILL_H

#include "base/strbuf.h"

/* In place: control characters of one byte and of two (U+0080 to U+009F), and those that turn the direction
 * of writing, become question marks. */
void still(char *text, size_t len);
bool still_is(const char *text); /* there is nothing in it that it would change */
/* As part of one line: line ends and tabs become blanks. */
void strbuf_puts_still(struct strbuf *b, const char *text);

#endif
