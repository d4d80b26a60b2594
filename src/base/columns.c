#include "base/columns.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/still.h"

enum { CELLS_MAX_BYTES = 16 << 20, CELL_MAX_BYTES = 2048 };

static void put_cell(struct columns *c, const char *text)
{
    strbuf_puts_still(&c->cells, text[0] == '\0' ? "-" : text);
    strbuf_putc(&c->cells, '\n');
}

void columns_init(struct columns *c, const char *const *heads, size_t count)
{
    *c = (struct columns){ .count = count };
    strbuf_init(&c->cells, CELLS_MAX_BYTES);
    for (size_t i = 0; i < count; i++)
        put_cell(c, heads[i]);
}

void columns_cell(struct columns *c, const char *fmt, ...)
{
    char text[CELL_MAX_BYTES];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    put_cell(c, text);
}

static size_t width_of(const char *cell, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)cell[i] & 0xC0) != 0x80;
    return n;
}

/* How many rows are whole, the head among them. */
static size_t measure(const struct columns *c, size_t widest[COLUMNS_MAX])
{
    const char *at = c->cells.text, *end;
    size_t n = 0;

    memset(widest, 0, COLUMNS_MAX * sizeof *widest);
    for (; at != NULL && (end = strchr(at, '\n')) != NULL; at = end + 1, n++) {
        size_t width = width_of(at, (size_t)(end - at));
        if (width > widest[n % c->count])
            widest[n % c->count] = width;
    }
    return n / c->count;
}

static const char *write_row(const struct columns *c, const size_t *widest, const char *at, struct strbuf *to)
{
    for (size_t k = 0; k < c->count; k++) {
        size_t len = strcspn(at, "\n");
        strbuf_add(to, at, len);
        for (size_t n = width_of(at, len); k + 1 < c->count && n < widest[k] + 2; n++)
            strbuf_putc(to, ' ');
        at += len + 1;
    }
    strbuf_putc(to, '\n');
    return at;
}

void columns_write(struct columns *c, struct strbuf *to)
{
    size_t widest[COLUMNS_MAX], rows = measure(c, widest);
    const char *at = c->cells.text;

    for (size_t i = 0; rows > 1 && i < rows; i++)
        at = write_row(c, widest, at, to);
    strbuf_clear(&c->cells);
}
