#include "identity.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

enum { BYTES_MAX = IDENTITY_TEXT_MAX - 1 };

static_assert(BYTES_MAX == 2 * IDENTITY_REGISTERS_MAX, "every text has room");

static bool is_blank(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The length of the printable character at s, 0 when there is none.  Beside those of ASCII there are control
 * characters from U+0080 to U+009F. */
static size_t printable(const unsigned char *s, size_t left)
{
    size_t n = utf8_length(s, left);
    bool control = n == 1 ? s[0] < ' ' || s[0] == 0x7F : n == 2 && s[0] == 0xC2 && s[1] < 0xA0;

    return control ? 0 : n;
}

static void clean(const unsigned char *s, size_t n, char out[IDENTITY_TEXT_MAX])
{
    size_t at = 0;

    n = strnlen((const char *)s, n);
    while (n > 0 && is_blank(s[n - 1]))
        n--;
    while (at < n) {
        size_t length = printable(s + at, n - at);
        if (length == 0)
            out[at++] = '?';
        else
            memcpy(out + at, s + at, length);
        at += length;
    }
    out[n] = '\0';
}

void identity_text(const struct identity *i, const uint16_t *words, char out[IDENTITY_TEXT_MAX])
{
    unsigned char bytes[BYTES_MAX];

    for (size_t k = 0; k < i->registers; k++) {
        bytes[2 * k + i->low_first] = (unsigned char)(words[k] >> 8);
        bytes[2 * k + !i->low_first] = (unsigned char)words[k];
    }
    clean(bytes, (size_t)2 * i->registers, out);
}

/* ---- kept as text ---- */

/* What stands before the text. */
static int place(const struct device *d, char out[ID_MAX + 64])
{
    const struct identity *i = &d->identity;

    return snprintf(out, ID_MAX + 64, "identity %s %u %u %u %s ", d->id, i->function, i->address,
                    i->registers, i->low_first ? "low_first" : "high_first");
}

void identity_write(const struct device *d, const char *text, struct strbuf *to)
{
    char before[ID_MAX + 64];

    if (text[0] == '\0')
        return;
    (void)place(d, before);
    strbuf_printf(to, "%s%s\n", before, text);
}

bool identity_read_line(const char *line, const struct device *d, char out[IDENTITY_TEXT_MAX])
{
    char before[ID_MAX + 64];
    size_t n = (size_t)place(d, before);

    if (d->identity.function == 0 || strncmp(line, before, n) != 0)
        return false;
    clean((const unsigned char *)line + n, strnlen(line + n, BYTES_MAX), out);
    return true;
}
