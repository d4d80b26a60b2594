#include "base/still.h"

#include <string.h>

/* How many bytes at s, of which `left` are there, must not reach a terminal; 0: the first may. */
static size_t moving(const unsigned char *s, size_t left)
{
    if (s[0] < 0x20 || s[0] == 0x7F)
        return 1;
    if (left >= 2 && s[0] == 0xC2 && s[1] >= 0x80 && s[1] < 0xA0)
        return 2;
    if (left >= 3 && s[0] == 0xE2 &&
        ((s[1] == 0x80 && s[2] >= 0xAA && s[2] <= 0xAE) || (s[1] == 0x81 && s[2] >= 0xA6 && s[2] <= 0xA9)))
        return 3; /* U+202A to U+202E, U+2066 to U+2069 */
    return 0;
}

void still(char *text, size_t len)
{
    for (size_t i = 0, n; i < len; i += n == 0 ? 1 : n) {
        n = moving((const unsigned char *)text + i, len - i);
        memset(text + i, '?', n);
    }
}

bool still_is(const char *text)
{
    for (size_t left = strlen(text); left > 0; text++, left--)
        if (moving((const unsigned char *)text, left) > 0)
            return false;
    return true;
}

void strbuf_puts_still(struct strbuf *b, const char *text)
{
    const size_t from = b->len;

    strbuf_puts(b, text);
    for (size_t i = from; i < b->len; i++)
        if (strchr("\t\r\n", b->text[i]) != NULL)
            b->text[i] = ' ';
    if (b->len > from)
        still(b->text + from, b->len - from);
}
