#include "base/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void strbuf_init(struct strbuf *b, size_t max)
{
    *b = (struct strbuf){ .max = max };
}

void strbuf_clear(struct strbuf *b)
{
    free(b->text);
    strbuf_init(b, b->max);
}

void strbuf_reset(struct strbuf *b)
{
    b->len = 0;
    b->failed = false;
    if (b->text != NULL)
        b->text[0] = '\0';
}

char *strbuf_reserve(struct strbuf *b, size_t n)
{
    size_t cap = b->cap == 0 ? 64 : b->cap;
    char *grown;

    if (b->failed || n > b->max - b->len) {
        b->failed = true;
        return NULL;
    }
    if (b->len + n + 1 <= b->cap)
        return b->text + b->len;
    while (cap < b->len + n + 1)
        cap *= 2;
    grown = realloc(b->text, cap);
    if (grown == NULL) {
        b->failed = true;
        return NULL;
    }
    b->text = grown;
    b->cap = cap;
    return b->text + b->len;
}

void strbuf_grew(struct strbuf *b, size_t n)
{
    b->len += n;
    b->text[b->len] = '\0';
}

void strbuf_add(struct strbuf *b, const void *bytes, size_t n)
{
    char *to = strbuf_reserve(b, n);

    if (to == NULL)
        return;
    if (n > 0)
        memcpy(to, bytes, n);
    strbuf_grew(b, n);
}

void strbuf_puts(struct strbuf *b, const char *text)
{
    strbuf_add(b, text, strlen(text));
}

void strbuf_putc(struct strbuf *b, char c)
{
    strbuf_add(b, &c, 1);
}

void strbuf_printf(struct strbuf *b, const char *fmt, ...)
{
    va_list args, again;
    int n;
    char *to;

    va_start(args, fmt);
    va_copy(again, args);
    n = vsnprintf(NULL, 0, fmt, args);
    if (n < 0) {
        b->failed = true;
    } else if ((to = strbuf_reserve(b, (size_t)n)) != NULL) {
        (void)vsnprintf(to, (size_t)n + 1, fmt, again);
        strbuf_grew(b, (size_t)n);
    }
    va_end(again);
    va_end(args);
}

char *strbuf_give(struct strbuf *b)
{
    char *text;

    if (!b->failed && b->text == NULL)
        strbuf_add(b, "", 0);
    if (b->failed) {
        strbuf_clear(b);
        return NULL;
    }
    text = b->text;
    strbuf_init(b, b->max);
    return text;
}
