/* Is a text valid UTF-8?  By decoding and encoding again: another way than the code under test. */
#ifndef TESTS_UTF8_CHECK_H
#define TESTS_UTF8_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static inline size_t utf8_put(char out[5], unsigned code)
{
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char LEAD[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

    for (size_t i = n; i-- > 1; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(LEAD[n] | code);
    out[n] = '\0';
    return n;
}

static inline bool utf8_valid(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;

    while (*s != '\0') {
        size_t n = *s < 0x80 ? 1 : *s < 0xC0 ? 0 : *s < 0xE0 ? 2 : *s < 0xF0 ? 3 : 4;
        unsigned code = *s & (n == 1 ? 0x7Fu : n == 2 ? 0x1Fu : n == 3 ? 0x0Fu : 0x07u);
        char again[5];
        for (size_t i = 1; i < n; i++) {
            if ((s[i] & 0xC0) != 0x80)
                return false;
            code = code << 6 | (s[i] & 0x3Fu);
        }
        if (n == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) || utf8_put(again, code) != n ||
            memcmp(again, s, n) != 0)
            return false;
        s += n;
    }
    return true;
}

#endif
