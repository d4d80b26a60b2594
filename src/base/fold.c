#include "base/fold.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct range {
    uint16_t first, last;
    char base;
};

/* Letters with marks by their base letter: Latin-1, Latin Extended-A and -B as far as Vietnamese and its
 * neighbours go, and Latin Extended Additional, where the Vietnamese tones are. */
static const struct range RANGES[] = {
    { 0x00C0, 0x00C5, 'a' }, { 0x00C7, 0x00C7, 'c' }, { 0x00C8, 0x00CB, 'e' }, { 0x00CC, 0x00CF, 'i' },
    { 0x00D0, 0x00D0, 'd' }, { 0x00D1, 0x00D1, 'n' }, { 0x00D2, 0x00D6, 'o' }, { 0x00D8, 0x00D8, 'o' },
    { 0x00D9, 0x00DC, 'u' }, { 0x00DD, 0x00DD, 'y' }, { 0x00E0, 0x00E5, 'a' }, { 0x00E7, 0x00E7, 'c' },
    { 0x00E8, 0x00EB, 'e' }, { 0x00EC, 0x00EF, 'i' }, { 0x00F0, 0x00F0, 'd' }, { 0x00F1, 0x00F1, 'n' },
    { 0x00F2, 0x00F6, 'o' }, { 0x00F8, 0x00F8, 'o' }, { 0x00F9, 0x00FC, 'u' }, { 0x00FD, 0x00FD, 'y' },
    { 0x00FF, 0x00FF, 'y' }, { 0x0100, 0x0105, 'a' }, { 0x0110, 0x0111, 'd' }, { 0x0112, 0x011B, 'e' },
    { 0x0128, 0x0131, 'i' }, { 0x014C, 0x0151, 'o' }, { 0x0168, 0x0173, 'u' }, { 0x01A0, 0x01A1, 'o' },
    { 0x01AF, 0x01B0, 'u' }, { 0x1EA0, 0x1EB7, 'a' }, { 0x1EB8, 0x1EC7, 'e' }, { 0x1EC8, 0x1ECB, 'i' },
    { 0x1ECC, 0x1EE3, 'o' }, { 0x1EE4, 0x1EF1, 'u' }, { 0x1EF2, 0x1EF9, 'y' },
};

/* Combining marks U+0300..U+036F vanish. */
enum { MARKS_FIRST = 0x0300, MARKS_LAST = 0x036F };

/* Two- and three-byte sequences are all that can be folded; 0: not one of them. */
static size_t decode(const unsigned char *s, unsigned *code)
{
    if ((s[0] & 0xE0) == 0xC0 && (s[1] & 0xC0) == 0x80) {
        *code = (unsigned)(s[0] & 0x1F) << 6 | (s[1] & 0x3F);
        return 2;
    }
    if ((s[0] & 0xF0) == 0xE0 && (s[1] & 0xC0) == 0x80 && (s[2] & 0xC0) == 0x80) {
        *code = (unsigned)(s[0] & 0x0F) << 12 | (unsigned)(s[1] & 0x3F) << 6 | (s[2] & 0x3F);
        return 3;
    }
    return 0;
}

/* The base letter; '\0': drop; -1: no fold. */
static int base_of(unsigned code)
{
    if (code >= MARKS_FIRST && code <= MARKS_LAST)
        return '\0';
    for (size_t i = 0; i < sizeof RANGES / sizeof RANGES[0]; i++)
        if (code >= RANGES[i].first && code <= RANGES[i].last)
            return RANGES[i].base;
    return -1;
}

size_t fold_text(const char *text, char *out, size_t size)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t n = 0;

    if (size == 0)
        return 0;
    while (*s != '\0' && n + 1 < size) {
        unsigned code = 0;
        size_t len = *s < 0x80 ? 0 : decode(s, &code);
        int base = len == 0 ? -1 : base_of(code);

        if (base < 0) {
            out[n++] = (char)(*s >= 'A' && *s <= 'Z' ? *s + ('a' - 'A') : *s);
            s++;
        } else {
            if (base != '\0')
                out[n++] = (char)base;
            s += len;
        }
    }
    out[n] = '\0';
    return n;
}

/* ---- ASCII ---- */

static const struct {
    uint16_t code;
    const char *plain;
} SIGNS[] = {
    { 0x00A0, " " },  { 0x00B0, "o" }, { 0x00B1, "+-" },  { 0x00B2, "2" }, { 0x00B3, "3" },  { 0x00B5, "u" },
    { 0x00B7, "." },  { 0x00D7, "x" }, { 0x00F7, "/" },   { 0x03BC, "u" }, { 0x2010, "-" },  { 0x2011, "-" },
    { 0x2012, "-" },  { 0x2013, "-" }, { 0x2014, "-" },   { 0x2018, "'" }, { 0x2019, "'" },  { 0x201C, "\"" },
    { 0x201D, "\"" }, { 0x2022, "-" }, { 0x2026, "..." }, { 0x2080, "0" }, { 0x2081, "1" },  { 0x2082, "2" },
    { 0x2083, "3" },  { 0x2084, "4" }, { 0x2192, "->" },  { 0x2248, "~" }, { 0x2264, "<=" }, { 0x2265, ">=" },
};

/* In the tables of Unicode the great letter stands before the small one, at an even place but for ư. */
static bool is_great(unsigned code)
{
    if (code < 0x0100)
        return code <= 0x00DE;
    return code == 0x01AF || (code != 0x01B0 && code % 2 == 0);
}

static void put_sign(struct strbuf *to, unsigned code)
{
    for (size_t i = 0; i < COUNT_OF(SIGNS); i++)
        if (SIGNS[i].code == code) {
            strbuf_puts(to, SIGNS[i].plain);
            return;
        }
    strbuf_putc(to, '?');
}

static void put_code(struct strbuf *to, unsigned code)
{
    int base = base_of(code);

    if (base < 0)
        put_sign(to, code);
    else if (base != '\0')
        strbuf_putc(to, (char)(is_great(code) ? base - ('a' - 'A') : base));
}

void fold_plain(struct strbuf *to, const char *text)
{
    const unsigned char *s = (const unsigned char *)text;

    while (*s != '\0') {
        unsigned code = 0;
        size_t len = *s < 0x80 ? 0 : decode(s, &code);

        if (*s < 0x80)
            strbuf_putc(to, (char)(*s < ' ' || *s == 0x7F ? ' ' : *s));
        else if (len > 0)
            put_code(to, code);
        else
            strbuf_putc(to, '?');
        s += *s < 0x80 || len == 0 ? 1 : len;
        while (len == 0 && (*s & 0xC0) == 0x80) /* one mark for what is longer, or for its rest */
            s++;
    }
}
