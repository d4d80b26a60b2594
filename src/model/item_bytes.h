/* Numbers and short texts as records keep them: little-endian, a text behind the one byte of its length. */
#ifndef MODEL_ITEM_BYTES_H
#define MODEL_ITEM_BYTES_H

#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/strbuf.h"

static inline void put(struct strbuf *to, uint64_t v, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        strbuf_putc(to, (char)(unsigned char)(v >> (8 * i)));
}

static inline uint64_t get(const unsigned char **at, size_t bytes)
{
    uint64_t v = 0;

    for (size_t i = bytes; i > 0; i--)
        v = v << 8 | (*at)[i - 1];
    *at += bytes;
    return v;
}

static inline void put_text(struct strbuf *to, const char *text)
{
    size_t n = strlen(text);

    put(to, n, 1);
    strbuf_add(to, text, n);
}

static inline enum err get_text(const unsigned char **at, const unsigned char *end, char *out, size_t size)
{
    size_t n;

    if (*at == end)
        return ERR_SHORT;
    n = *(*at)++;
    if ((size_t)(end - *at) < n)
        return ERR_SHORT;
    if (n >= size || memchr(*at, '\0', n) != NULL)
        return ERR_RANGE;
    memcpy(out, *at, n);
    out[n] = '\0';
    *at += n;
    return ERR_NONE;
}

/* An item that begins with its length in so many bytes and holds at least `least`: *own is what it holds, *at
 * moves behind it, whatever a later version added to its end. */
static inline enum err open_item(const unsigned char **at, const unsigned char *all, size_t bytes,
                                 size_t least, const unsigned char **own, const unsigned char **own_end)
{
    size_t len;

    if ((size_t)(all - *at) < bytes)
        return ERR_SHORT;
    *own = *at;
    len = get(own, bytes);
    if ((size_t)(all - *own) < len || len < least)
        return ERR_SHORT;
    *own_end = *at = *own + len;
    return ERR_NONE;
}

/* Several of them, in their order. */
struct text_field {
    char *text;
    size_t size;
};

static inline size_t texts_length(const struct text_field *f, size_t n)
{
    size_t len = 0;

    for (size_t i = 0; i < n; i++)
        len += 1 + strlen(f[i].text);
    return len;
}

static inline void put_texts(struct strbuf *to, const struct text_field *f, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_text(to, f[i].text);
}

static inline enum err get_texts(const unsigned char **at, const unsigned char *end,
                                 const struct text_field *f, size_t n)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < n && rc == ERR_NONE; i++)
        rc = get_text(at, end, f[i].text, f[i].size);
    return rc;
}

#endif
