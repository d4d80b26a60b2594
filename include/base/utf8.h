/* What is valid UTF-8: for the JSON doors, and for texts that devices give. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Length of the valid UTF-8 sequence at s, of which `left` bytes are there; 0 when there is none (overlong
 * forms, surrogates and halves are none). */
static inline size_t utf8_length(const unsigned char *s, size_t left)
{
    size_t n = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;
    unsigned code = n == 2 ? s[0] & 0x1Fu : n == 3 ? s[0] & 0x0Fu : s[0] & 0x07u;

    for (size_t i = 1; i < n; i++) {
        if (i >= left || (s[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (s[i] & 0x3Fu);
    }
    if ((n == 3 && (code < 0x800 || (code >= 0xD800 && code < 0xE000))) ||
        (n == 4 && (code < 0x10000 || code > 0x10FFFF)))
        return 0;
    return n;
}

/* Nothing in it shows: blanks of all widths, line ends, the mark of a byte order. */
static inline bool utf8_is_blank(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;

    while (*s != '\0')
        if (*s == ' ' || (*s >= '\t' && *s <= '\r'))
            s++;
        else if (s[0] == 0xC2 && s[1] == 0xA0) /* U+00A0 */
            s += 2;
        else if ((s[0] == 0xE2 && s[1] == 0x80 && ((s[2] >= 0x80 && s[2] <= 0x8F) || s[2] == 0xAF)) ||
                 (s[0] == 0xE2 && s[1] == 0x81 && (s[2] == 0x9F || s[2] == 0xA0)) ||
                 (s[0] == 0xE3 && s[1] == 0x80 && s[2] == 0x80) ||
                 (s[0] == 0xEF && s[1] == 0xBB && s[2] == 0xBF))
            s += 3; /* U+2000 to U+200F, U+202F, U+205F, U+2060, U+3000, U+FEFF */
        else
            return false;
    return true;
}

#endif
